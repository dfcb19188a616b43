import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './end-with-npm.js';
import { buildClientWhenNeeded } from './build-client.js';

/**
 * `npm run example -- web`: the service, and an example beside it. When one of them ends, so does the other.
 * The service takes its settings from the environment, as `npm start` does.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const entries = readdirSync(join(root, 'examples'), { withFileTypes: true });
const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
const [name] = process.argv.slice(2);
if (!names.includes(name)) {
  process.stderr.write(`Usage: npm run example -- NAME\nNAME is one of: ${names.join(', ')}\n`);
  process.exit(1);
}

const folder = join(root, 'examples', name);
const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const { PORT = '4000', EXAMPLE_PORT = '3000', ...given } = process.env;
const page = `http://localhost:${EXAMPLE_PORT}`;

buildClientWhenNeeded();
// Packages that are too large for everybody's `npm ci` are installed with the first start.
const ownPackages = existsSync(join(folder, 'package-lock.json')) && !existsSync(join(folder, 'node_modules'));
if (ownPackages) execFileSync('npm', ['ci'], { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });

// They end with this process, and need not watch for the end of npm.
const { npm_lifecycle_event: _ofThisScript, ...env } = given;
const children = [
  spawn(process.execPath, [join(root, 'scripts/start.js')], {
    env: { SESSION_COOKIES: 'on', CORS_ORIGINS: page, ...env, PORT },
    stdio: 'inherit',
  }),
  spawn(process.execPath, [main], {
    cwd: folder,
    env: { ...env, PORT: EXAMPLE_PORT, ACCOUNTS_URL: `http://localhost:${PORT}` },
    stdio: 'inherit',
  }),
];

const endAll = () => children.map((child) => child.kill('SIGTERM'));
process.on('SIGTERM', endAll);
// A terminal sends Ctrl+C to the children, too.
process.on('SIGINT', () => undefined);
for (const child of children) {
  child.once('exit', (code) => {
    process.exitCode ||= code ?? 0;
    endAll();
  });
}
