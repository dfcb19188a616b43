import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { notBundled } from './build.js';
import { LICENSES_FILE, licensesOfPackages } from './licenses.js';

/**
 * `npm run runtime -- FOLDER` writes what a machine needs that runs the service, and nothing else: the build, the packages
 * that are no part of it, migrations, assets, and the scripts of operators. The image and the systemd unit run it.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
/** Beside the commands in dist/commands. */
const SCRIPTS = ['start', 'health-check', 'build', 'end-with-npm'];
/** What Node does not load: types, source maps, and the source of programs that packages bring along for each platform. */
const NOT_LOADED = /\.([cm]?ts|map|c|cc|cpp|h|gyp|gypi)$/;
const ABOUT = /(?<!licen[cs]e)\.md$/i;
const PREBUILT = /[\\/]prebuilds[\\/]([^\\/]+)/;
const PLATFORM = `${process.platform}-${process.arch}`;

const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** Whether a file of a package is needed at run time. */
function isLoaded(path) {
  const [, platform = PLATFORM] = PREBUILT.exec(path) ?? [];
  return platform === PLATFORM && !NOT_LOADED.test(path) && !ABOUT.test(path);
}

/** The folder of a package as Node finds it from another one. Null: it is not installed. */
function folderOf(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (folder === dirname(folder)) return null;
  }
}

/** Adds packages and all that they depend on. */
function addPackages(names, from, found) {
  for (const name of names) {
    const folder = folderOf(name, from);
    if (folder === null) throw new Error(`${name} is not installed. Run npm ci first.`);
    if (found.has(folder)) continue;
    found.add(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    addPackages(Object.keys(dependencies), folder, found);
  }
  return found;
}

/** The npm scripts whose commands are in the build, `start`, and the packages that are beside the build. */
function packageFile(external) {
  const { name, version, license, type, engines, scripts, dependencies } = read('package.json');
  const isThere = (command) => existsSync(join(root, 'dist/commands', command.replace(/^node scripts\//, '')));
  const kept = Object.entries(scripts).filter(([script, command]) => script === 'start' || isThere(command));
  const needed = external.map((dependency) => [dependency, dependencies[dependency]]);
  return {
    ...{ name, version, license, private: true, type, engines },
    scripts: Object.fromEntries(kept),
    dependencies: Object.fromEntries(needed),
  };
}

function copy(target, path, filter = () => true) {
  cpSync(join(root, path), join(target, path), {
    recursive: true,
    // Types of packages may be links; an image has nothing to link to.
    dereference: true,
    filter: (source) => statSync(source).isDirectory() || filter(source),
  });
}

function bytesIn(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}

/** @param {string} target a folder that does not exist, or is empty */
function writeRuntime(target) {
  const { dependencies } = read('package.json');
  const external = notBundled.filter((name) => name in dependencies);
  // The build also has files that commands are made of.
  const commands = readdirSync(join(root, 'dist/commands')).filter((name) => existsSync(join(root, 'scripts', name)));
  mkdirSync(target, { recursive: true });
  for (const name of [...SCRIPTS.map((each) => `${each}.js`), ...commands]) copy(target, `scripts/${name}`);
  copy(target, 'dist', (path) => !path.endsWith('.map'));
  copy(target, 'assets');
  // drizzle-kit compares snapshots when it makes a migration. Running one needs the journal.
  copy(target, 'drizzle', (path) => !path.endsWith('_snapshot.json'));
  copy(target, 'LICENSE');
  for (const folder of addPackages(external, root, new Set())) copy(target, relative(root, folder), isLoaded);
  writeFileSync(join(target, LICENSES_FILE), licensesOfPackages());
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(packageFile(external), null, 2)}\n`);
  letAllRead(target);
}

/** Another user runs it than who wrote it, perhaps with a umask of 077. It has no secrets. */
function letAllRead(folder) {
  for (const path of ['.', ...readdirSync(folder, { recursive: true })].map((name) => join(folder, name))) {
    const { mode } = statSync(path);
    const runs = (mode & 0o100) === 0 ? 0 : 0o111;
    chmodSync(path, (mode & ~0o022) | 0o444 | runs);
  }
}

/** What is in the folder, the largest part first. */
function report(target) {
  const entries = readdirSync(target, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const parts = entries.map(({ name }) => ({ name, bytes: bytesIn(join(target, name)) }));
  const lines = parts.sort((one, other) => other.bytes - one.bytes).map(({ name, bytes }) => `  ${name} ${mb(bytes)}`);
  process.stdout.write(`${target}: ${mb(bytesIn(target))}\n${lines.join('\n')}\n`);
}

const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

function fail(reason) {
  process.stderr.write(`${reason}\nUsage: npm run runtime -- FOLDER\n`);
  process.exit(1);
}

const [given, ...others] = process.argv.slice(2);
if (given === undefined || others.length > 0) fail('Name one folder.');
const target = resolve(given);
if (existsSync(target) && readdirSync(target).length > 0) fail(`${target} is not empty.`);
if (!existsSync(join(root, 'dist/.built'))) fail('There is no build. Run npm run build first.');
writeRuntime(target);
report(target);
