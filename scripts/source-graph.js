import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';

/** Reads import statements as text, and shows which rooms of src/ import from which. */

/** Files directly in src/: the composition. */
export const TOP = '(top)';

/** Reads every source file below `folder`. */
export function readSources(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]));
}

/** By source: what was read before. Tests ask about the same files again and again. */
const known = new Map();

/** What a source file imports, as it is written there. */
export function importsOf(source) {
  const imports = known.get(source) ?? readImports(source);
  known.set(source, imports);
  return imports;
}

function readImports(source) {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[2]);
}

/** The path below src/ that a relative import leads to. */
export function resolveImport(file, target) {
  return posix.join(posix.dirname(file), target).replace(/\.js$/, '.ts');
}

export const roomOf = (file) => (file.includes('/') ? file.split('/')[0] : TOP);

/**
 * The arrows between rooms, those of types included.
 * @returns {Map<string, Map<string, string>>} room → room that it imports from → one import that does so
 */
export function arrowsBetweenRooms(files) {
  const arrows = new Map();
  for (const file of files.keys()) arrows.set(roomOf(file), arrows.get(roomOf(file)) ?? new Map());
  for (const [file, source] of files) {
    for (const target of importsOf(source).filter((target) => target.startsWith('.'))) {
      const imported = resolveImport(file, target);
      const [from, to] = [arrows.get(roomOf(file)), roomOf(imported)];
      if (to !== roomOf(file) && !from.has(to)) from.set(to, `${file} imports ${imported}`);
    }
  }
  return arrows;
}

/**
 * Every circle of rooms. Rooms that all reach each other are one circle.
 * @returns {{ rooms: string[]; shortest: string[] }[]} its rooms, and the shortest way around
 */
export function roomCycles(arrows) {
  const cycles = [];
  const seen = new Set();
  for (const room of arrows.keys()) {
    if (seen.has(room)) continue;
    const rooms = [...arrows.keys()].filter(
      (other) => pathBetween(arrows, room, other) && pathBetween(arrows, other, room),
    );
    for (const member of rooms) seen.add(member);
    if (rooms.length > 0) cycles.push({ rooms, shortest: shortestCycle(arrows, rooms) });
  }
  return cycles;
}

function shortestCycle(arrows, rooms) {
  const cycles = rooms.map((room) => pathBetween(arrows, room, room));
  return cycles.reduce((shortest, cycle) => (cycle.length < shortest.length ? cycle : shortest));
}

/** The shortest path of at least one arrow, both ends included; null: there is none. */
function pathBetween(arrows, from, to) {
  const paths = [[from]];
  const seen = new Set();
  for (const path of paths) {
    for (const next of arrows.get(path.at(-1))?.keys() ?? []) {
      if (next === to) return [...path, next];
      if (!seen.has(next)) paths.push([...path, next]);
      seen.add(next);
    }
  }
  return null;
}

/** Rooms by files and lines, the largest first. */
export function roomSizes(files) {
  const sizes = new Map();
  for (const [file, source] of files) {
    const room = roomOf(file);
    const { files: count, lines } = sizes.get(room) ?? { files: 0, lines: 0 };
    sizes.set(room, { files: count + 1, lines: lines + source.split('\n').length - 1 });
  }
  return [...sizes].map(([room, size]) => ({ room, ...size })).sort((a, b) => b.lines - a.lines);
}

/** How many files lie directly in each folder of src/. */
export function folderSizes(files) {
  const sizes = new Map();
  for (const file of files.keys()) {
    const folder = posix.dirname(file);
    sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
  }
  return sizes;
}
