import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

// Builds the application when a source has changed, as `next build` does, and serves it.
const port = Number(process.env.PORT ?? 3000);
const dir = fileURLToPath(new URL('.', import.meta.url));
process.env.NEXT_TELEMETRY_DISABLED = '1';
process.env.NODE_ENV = 'production';
if (outdated()) {
  execFileSync(process.execPath, [`${dir}node_modules/next/dist/bin/next`, 'build'], { cwd: dir, stdio: 'inherit' });
}

const { default: next } = await import('next');
const app = next({ dev: false, dir, hostname: 'localhost', port });
await app.prepare();
createServer(app.getRequestHandler()).listen(port, 'localhost', () => {
  process.stdout.write(`The example: http://localhost:${port}\n`);
});

function outdated() {
  const build = `${dir}.next/BUILD_ID`;
  if (!existsSync(build)) return true;
  const built = statSync(build).mtimeMs;
  const client = fileURLToPath(new URL('.', import.meta.resolve('@phone-accounts/client')));
  const sources = [`${dir}app`, client].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  return [...sources, `${dir}next.config.js`, `${dir}package.json`].some((file) => statSync(file).mtimeMs > built);
}
