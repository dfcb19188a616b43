import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const client = join(root, 'client');
const dist = join(client, 'dist');
const compiler = join(root, 'node_modules/typescript/bin/tsc');
/** Its time is the start of the build. */
const STAMP = '.built';

/** Compiles client/ to modules with their types, as `npm pack -w client` packs them. */
export function buildClient() {
  const started = new Date();
  // Complete before it takes the place of the old one: examples and tests read it meanwhile.
  const fresh = join(client, `dist-${process.pid}`);
  try {
    const options = ['--singleThreaded', '-p', client, '--outDir', fresh];
    execFileSync(process.execPath, [compiler, ...options], { cwd: root, stdio: 'inherit' });
    writeFileSync(join(fresh, STAMP), '');
    utimesSync(join(fresh, STAMP), started, started);
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Builds it unless the build is newer than every source. */
export function buildClientWhenNeeded() {
  if (outdated()) buildClient();
}

function outdated() {
  const stamp = join(dist, STAMP);
  if (!existsSync(stamp)) return true;
  const built = statSync(stamp).mtimeMs;
  const sources = readdirSync(join(client, 'src'), { recursive: true, withFileTypes: true });
  const files = sources.map((entry) => join(entry.parentPath, entry.name));
  return [...files, join(client, 'tsconfig.json'), join(root, 'tsconfig.json')].some(
    (file) => statSync(file).mtimeMs > built,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildClient();
