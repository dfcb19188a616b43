import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importsOf, roomCycles } from './source-graph.js';

/** Circles of files that import from each other, by type or by value. Biome finds them, too, and takes more than half of its time for it. */

const FOLDERS = [
  ...['src', 'tests', 'bench', 'attack', 'cluster', 'simulation', 'scripts'],
  ...['client/src', 'examples', 'assets/inbox', 'assets/admin', 'assets/start', 'assets/graphiql'],
];
/** Programs, pages and tests, in the languages that modules are written in. */
const MODULE = /\.(ts|tsx|mts|js|jsx|mjs)$/;
/** Packages, builds, data, and what codegen writes. */
const MADE = /^(node_modules|\.next|dist(-.*)?|data|generated|fixtures)$/;
/** TypeScript is imported by the name of what it is compiled to. Bundlers let the ending be left out. */
const ENDINGS = ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '/index.ts', '/index.js'];

/**
 * Every module of the folders, and the modules directly in `root`.
 * @returns {Map<string, string>} source by path below `root`
 */
export function readModules(root, folders = FOLDERS) {
  const modules = new Map();
  const read = (folder, deep) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && deep && !MADE.test(entry.name)) read(path, true);
      if (entry.isFile() && MODULE.test(entry.name)) modules.set(path, readFileSync(join(root, path), 'utf8'));
    }
  };
  read('.', false);
  for (const folder of folders) read(folder, true);
  return modules;
}

/**
 * @param {ReadonlyMap<string, string>} modules source by path
 * @returns {string[][]} for each circle the shortest way around, both ends included
 */
export function fileCycles(modules) {
  const arrows = new Map();
  for (const [file, source] of modules) {
    const targets = importsOf(source).filter((target) => target.startsWith('.'));
    const found = targets.map((target) => moduleAt(modules, posix.join(posix.dirname(file), target)));
    arrows.set(file, new Map(found.filter((target) => target !== null).map((target) => [target, ''])));
  }
  leaveOutEnds(arrows);
  return roomCycles(arrows).map(({ shortest }) => shortest);
}

function moduleAt(modules, path) {
  const bare = path.replace(/\.m?jsx?$/, '');
  return [path, ...ENDINGS.map((ending) => bare + ending)].find((each) => modules.has(each)) ?? null;
}

/** Without the files that import none of those left, again and again, next to nothing is left to be searched. */
function leaveOutEnds(arrows) {
  for (let size = Number.POSITIVE_INFINITY; arrows.size < size; ) {
    size = arrows.size;
    for (const [file, targets] of arrows) {
      if (![...targets.keys()].some((target) => arrows.has(target))) arrows.delete(file);
    }
  }
}

function main() {
  const found = fileCycles(readModules(fileURLToPath(new URL('..', import.meta.url))));
  for (const files of found) process.stderr.write(`files in a circle: ${files.join(' → ')}\n`);
  process.exitCode = found.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
