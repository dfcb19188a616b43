import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
/** Written last: a build that was interrupted does not count. */
const stamp = join(dist, '.built');
const compiler = join(root, 'node_modules/typescript/bin/tsc');

/** Whether anything that the build is made from is newer than it. An image without the compiler runs what it has. */
function outdated() {
  if (!existsSync(stamp)) return true;
  if (!existsSync(compiler)) return false;
  const built = statSync(stamp).mtimeMs;
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
  const files = sources.map((entry) => join(entry.parentPath, entry.name));
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) => join(root, name));
  return [...files, ...settings].some((file) => existsSync(file) && statSync(file).mtimeMs > built);
}

/** Compiles beside the old build and swaps them at the end, so that two starts at once do not meet half of it. */
export function build() {
  const fresh = `${dist}-${process.pid}`;
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', fresh], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    process.exit(1);
  }
  writeFileSync(join(fresh, '.built'), '');
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}

export function buildWhenNeeded() {
  if (outdated()) build();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
