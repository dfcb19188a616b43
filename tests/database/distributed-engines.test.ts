import '../../src/app.js';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { statements } from '../../src/database/statement-list.js';

/**
 * Engines that speak PostgreSQL's language lack some of its words, or have them in part (docs/distributed-engines.md). No
 * such engine runs in tests. So these tests read every statement and every migration.
 */
const LACKING: Readonly<Record<string, RegExp>> = {
  'locks of a session': /\bpg_(try_)?advisory_lock(_shared)?\s*\(|\bpg_advisory_unlock/i,
  'locks of a table': /\block\s+table\b/i,
  notifications: /\b(un)?listen\s+[a-z"]|\bnotify\s+[a-z"]|\bpg_notify\s*\(/i,
  'temporary tables': /\bcreate\s+(local\s+|global\s+)?temp(orary)?\b|\binto\s+temp\b|\bon\s+commit\s+(drop|delete)/i,
  'system columns': /\b(ctid|xmin|xmax|cmin|cmax)\b/i,
  'settings of a session': /\bset\s+session\b|\bset_config\([^()]*,\s*false\s*\)/i,
  'statements prepared by hand': /\bprepare\s+\w+\s*(\(|as\b)|\bdeallocate\b|\bprepare\s+transaction\b/i,
  cursors: /\bdeclare\s+\w+\s+(\w+\s+)*cursor\b|\bwith\s+hold\b/i,
  'constraints that wait': /\bdeferrable\b|\bset\s+constraints\b/i,
  'exclusion constraints': /\bexclude\s+using\b/i,
  'table inheritance': /\binherits\s*\(/i,
  'indexes other than btree and gin': /\busing\s+(gist|spgist|brin|hash)\b/i,
  'stored generated columns': /\bgenerated\s+always\s+as\s*\(/i,
  'large objects': /\blo_(create|import|open|put|get)\s*\(/i,
  samples: /\btablesample\b/i,
};

/** Written down in docs/distributed-engines.md, with what does not work because of it. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'system columns': ['pumping: write counters', 'database/remove-over.ts', 'pumping/proof-counter.repository.ts'],
};

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const below = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending));

/** SQL in the source: what stands between backticks behind `sql`, and whatever begins as a statement does. */
const SQL =
  /\bsql(?:<[^>`]*>)?\s*`([^`]*)`|`(\s*(?:select|with|insert|update|delete|lock|set|create|alter|listen)\s[^`]*)`/gi;
const sqlIn = (source: string) => [...source.matchAll(SQL)].map(([, tagged, other]) => tagged ?? other).join('\n;\n');
/** The bundled PostgreSQL is PostgreSQL. */
const sources = below('src', '.ts').filter((path) => !path.startsWith('bundled-postgres/'));
const texts: readonly (readonly [string, string])[] = [
  ...statements.map(({ name, text }) => [name, text] as const),
  ...sources.map((path) => [path, sqlIn(read(join('src', path)))] as const),
  ...below('drizzle', '.sql').map((path) => [path, read(join('drizzle', path))] as const),
];

function upsertedBy(text: string): string[] {
  const upserts = /\binsert\s+into\s+(?:"?\w+"?\.)?"?([a-z_]+)"?(?:(?!\binsert\s+into\b).)*?\bon\s+conflict\b/gis;
  return [...text.matchAll(upserts)].map(([, table = '']) => table.toLowerCase());
}

const twice = (tables: readonly string[]) => tables.filter((table, index) => tables.indexOf(table) !== index);

describe('no statement and no migration uses what distributed engines lack', () => {
  it.each(Object.entries(LACKING))('%s', (name, pattern) => {
    const found = texts.filter(([, text]) => pattern.test(text)).map(([place]) => place);
    expect(found).toEqual(KNOWN[name] ?? []);
  });

  it('two upserts of one table in one statement', () => {
    const found = statements.map(({ name, text }) => ({ name, twice: twice(upsertedBy(text)) }));
    expect(found.filter((each) => each.twice.length > 0)).toEqual([]);
  });
});

it('what is looked for would be found', () => {
  const upsert = 'INSERT INTO budgets (key) VALUES ($1) ON CONFLICT (key) DO UPDATE SET spent = 1';
  expect(statements.length).toBeGreaterThan(20);
  expect(twice(upsertedBy(`WITH a AS (${upsert}), b AS (${upsert}) SELECT 1`))).toEqual(['budgets']);
  expect(LACKING['locks of a session']?.test('SELECT pg_advisory_lock($1)')).toBe(true);
  expect(LACKING['locks of a session']?.test('SELECT pg_advisory_xact_lock($1)')).toBe(false);
  expect(LACKING['notifications']?.test('LISTEN codes')).toBe(true);
  expect(LACKING['settings of a session']?.test("select set_config('lock_timeout', '1s', false)")).toBe(true);
});
