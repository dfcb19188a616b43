import type { CityPosition } from './city.repository.js';

const LARGEST_INTEGER = 2 ** 31 - 1;

/** A position in a list as clients see it: opaque, base64url (RFC 4648). */
export function encodeCursor({ rank, population, id }: CityPosition): string {
  return Buffer.from(JSON.stringify([rank, population, id])).toString('base64url');
}

/** The position, or null for whatever `encodeCursor` did not write. */
export function decodeCursor(cursor: string): CityPosition | null {
  const values = valuesOf(cursor);
  if (values === null) return null;
  const [rank, population, id] = values;
  if (!isInteger(rank, 1) || !isInteger(population, LARGEST_INTEGER) || !isInteger(id, LARGEST_INTEGER)) return null;
  const position = { rank, population, id };
  return encodeCursor(position) === cursor ? position : null;
}

function valuesOf(cursor: string): unknown[] | null {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(values) ? values : null;
  } catch {
    return null;
  }
}

function isInteger(value: unknown, largest: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largest;
}
