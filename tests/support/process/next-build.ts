import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Parts of a build that it finds beside itself. */
const BESIDE = ['package.json', 'node_modules', 'assets'];

/** This build, with one more migration: the next version of it. Returns how to start it. */
export async function makeNextBuild(folder: string, migration: string): Promise<[string, string]> {
  await mkdir(folder);
  for (const part of BESIDE) await symlink(join(ROOT, part), join(folder, part));
  // Node follows links, and would find the migrations of this build.
  for (const part of ['dist', 'drizzle']) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await rewriteJournal(join(folder, 'drizzle/meta/_journal.json'));
  await writeFile(join(folder, 'drizzle/9999_next.sql'), migration);
  return [process.execPath, join(folder, 'dist/main.js')];
}

async function rewriteJournal(path: string): Promise<void> {
  const journal = JSON.parse(await readFile(path, 'utf8'));
  const next = { ...journal.entries.at(-1), idx: 9999, when: 4_000_000_000_000, tag: '9999_next' };
  await writeFile(path, JSON.stringify({ ...journal, entries: [...journal.entries, next] }));
}
