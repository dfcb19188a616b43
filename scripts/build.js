import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
/** Written last, so that an interrupted build does not count. Its time is the start of the build. */
const stamp = join(dist, '.built');
const compiler = join(root, 'node_modules/typescript/bin/tsc');

/** Whether a source is newer than the build. An image without the compiler runs the build that it has. */
function outdated() {
  if (!existsSync(stamp)) return true;
  if (!existsSync(compiler)) return false;
  const built = statSync(stamp).mtimeMs;
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
  const files = sources.map((entry) => join(entry.parentPath, entry.name));
  const others = ['src', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) => join(root, name));
  return [...files, ...others].some((file) => existsSync(file) && statSync(file).mtimeMs > built);
}

/** Compiles to a folder beside the old build. */
function compile(fresh) {
  if (!existsSync(compiler)) {
    process.stderr.write('There is no build and no compiler: run npm ci with development dependencies first.\n');
    process.exit(1);
  }
  const began = new Date();
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', fresh], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    process.exit(1);
  }
  writeFileSync(join(fresh, '.built'), '');
  utimesSync(join(fresh, '.built'), began, began);
}

/**
 * Moves a build into its place. If several processes build at once, the first build stays, because it may be in use.
 */
function install(fresh) {
  const old = `${fresh}-old`;
  rename(dist, old, () => true);
  rename(fresh, dist, () => existsSync(stamp));
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
}

/** @param {() => boolean} harmless whether a failure is harmless: there was no build, or another process was faster */
function rename(from, to, harmless) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!harmless()) throw error;
  }
}

/** @param {{ whenNeeded?: boolean }} [options] whether to keep a build that another process has made meanwhile */
export function build({ whenNeeded = false } = {}) {
  const fresh = `${dist}-${process.pid}`;
  compile(fresh);
  if (whenNeeded && !outdated()) rmSync(fresh, { recursive: true, force: true });
  else install(fresh);
}

/** On standard error, because the output of commands may go to another program. */
export function buildWhenNeeded() {
  if (!outdated()) return;
  const why = existsSync(stamp) ? 'The source has changed. Building' : 'Building, once';
  process.stderr.write(`${why} …\n`);
  build({ whenNeeded: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
