import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../src/database/database.js';

/** A code that was sent, with everything beside it that somebody might hash it together with. */
export interface SentCode {
  readonly code: string;
  readonly context: readonly string[];
}

/** Where something was found, in words. */
type Finding = string;

/**
 * Random text that may hold any six digits: UUIDs, JWTs and JWEs, password hashes, long hexadecimal and base64. It
 * is taken out before six digits are looked for, so that nothing is found by accident; what such text says inside
 * (the claims of a JWT) is put beside it.
 */
const RANDOM = [
  /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/gi,
  /\beyJ[\w-]+(\.[\w-]*){2,4}/g,
  /\$argon2id\$[^"\s]+/g,
  /\b[\da-f]{16,}\b/gi,
  /(?<![\w-])[\w-]{43}(?![\w-])/g,
] as const;

/** Looks for codes, plain, encoded or hashed, in pieces of text. */
export function findCodes(sent: readonly SentCode[], pieces: ReadonlyMap<string, string>): Finding[] {
  const disguises = byBeginning(sent.flatMap((code) => disguisesOf(code)));
  return [...pieces].flatMap(([place, piece]) => {
    const readable = withoutRandom(piece);
    const plain = sent.filter(({ code }) => (readable.match(/\d+/g) ?? []).some((digits) => digits === code));
    const hidden = disguisesIn(piece, disguises);
    return [
      ...plain.map(({ code }) => `${place}: ${code}: ${piece}`),
      ...[...hidden].map(({ code, how }) => `${place}: ${code} as ${how}: ${piece}`),
    ];
  });
}

function withoutRandom(piece: string): string {
  const claims = [...piece.matchAll(/\b(eyJ[\w-]+)\.(eyJ[\w-]+)\./g)].flatMap(([, header = '', payload = '']) => [
    Buffer.from(header, 'base64url').toString(),
    Buffer.from(payload, 'base64url').toString(),
  ]);
  return RANDOM.reduce((text, pattern) => text.replace(pattern, '~'), [piece, ...claims].join(' '));
}

interface Disguise {
  readonly code: string;
  readonly how: string;
  readonly text: string;
}

/** Characters that every disguise has at least. Tens of thousands of disguises are looked up by their beginnings. */
const BEGINNING = 8;

function byBeginning(disguises: readonly Disguise[]): Map<string, Disguise[]> {
  const found = new Map<string, Disguise[]>();
  for (const disguise of disguises) {
    if (disguise.text.length < BEGINNING) throw new Error(`${disguise.how} is too short to look for.`);
    const beginning = disguise.text.slice(0, BEGINNING);
    const others = found.get(beginning);
    if (others) others.push(disguise);
    else found.set(beginning, [disguise]);
  }
  return found;
}

function disguisesIn(piece: string, disguises: ReadonlyMap<string, readonly Disguise[]>): Set<Disguise> {
  const found = new Set<Disguise>();
  for (let at = 0; at + BEGINNING <= piece.length; at += 1) {
    for (const disguise of disguises.get(piece.slice(at, at + BEGINNING)) ?? []) {
      if (piece.startsWith(disguise.text, at)) found.add(disguise);
    }
  }
  return found;
}

/** What the database alone could turn back into the code: a million tries are nothing. */
function disguisesOf({ code, context }: SentCode): Disguise[] {
  const separators = ['', ':', '|', '.', '-', ' ', '\0'];
  const joined = context.flatMap((value) =>
    separators.flatMap((separator) => [`${code}${separator}${value}`, `${value}${separator}${code}`]),
  );
  const hashes = [code, ...joined].flatMap((content) =>
    ['md5', 'sha1', 'sha256', 'sha512'].flatMap((algorithm) => {
      const digest = createHash(algorithm).update(content).digest();
      return (['hex', 'base64', 'base64url'] as const).map((encoding) => ({
        code,
        how: `${algorithm} of ${JSON.stringify(content)} in ${encoding}`,
        // Without the padding, and cut as people cut hashes: still far more than chance brings about.
        text: digest.toString(encoding).replace(/=+$/, '').slice(0, 20),
      }));
    }),
  );
  const reversible = (['hex', 'base64'] as const).map((encoding) => ({
    code,
    how: encoding,
    text: Buffer.from(code).toString(encoding).replace(/=+$/, ''),
  }));
  return [...hashes, ...reversible];
}

/** Every cell of every table as text, by its place. */
export async function everyCell(db: Database): Promise<Map<string, string>> {
  const tables = await db.execute<{ schema: string; name: string }>(sql`
    SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`);
  const cells = new Map<string, string>();
  for (const { schema, name } of tables) {
    const rows = await db.execute<{ row: Record<string, unknown> }>(
      sql`SELECT to_jsonb(t) AS row FROM ${sql.identifier(schema)}.${sql.identifier(name)} t`,
    );
    rows.forEach(({ row }, index) => {
      for (const [column, value] of Object.entries(row)) {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        // bytea shows as \x and hexadecimal digits: read what it says, too.
        const bytes = /^\\x[\da-f]*$/.test(text) ? Buffer.from(text.slice(2), 'hex').toString('latin1') : '';
        cells.set(`${schema}.${name}.${column} of row ${index}`, `${text} ${bytes}`);
      }
    });
  }
  return cells;
}
