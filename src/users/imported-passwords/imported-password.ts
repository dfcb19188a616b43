import { argon2Family } from './argon2.js';
import { bcryptFamily } from './bcrypt.js';
import { firebaseFamily } from './firebase.js';
import type { ForeignFields, ForeignPassword, ForeignReading, HashFamily } from './format.js';
import { pbkdf2Family } from './pbkdf2.js';
import { phpassFamily } from './phpass.js';
import { scryptFamily } from './scrypt.js';

/** Before a hash of another system in `users.password_hash`: our own begin with `$`. */
const PREFIX = 'imported:';
/** Longer than any hash, with a signer key beside it. */
const LONGEST = 2048;
/** Texts that are no text for PostgreSQL. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const FAMILIES: readonly HashFamily[] = [
  pbkdf2Family,
  bcryptFamily,
  argon2Family,
  scryptFamily,
  firebaseFamily,
  phpassFamily,
];

export type ImportedPasswordReading =
  /** What goes into `users.password_hash`. */
  | { readonly kind: 'hash'; readonly stored: string }
  /** The account has no password there. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' | 'malformed' | 'too_costly' };

/**
 * Reads a hash as another system exports it: a text, an object, or such an object as a text. A text that begins with `!` is
 * Django's mark for no password.
 */
export function readImportedPassword(exported: unknown): ImportedPasswordReading {
  if (exported === null || exported === undefined) return { kind: 'none' };
  const text = typeof exported === 'string' ? exported.trim() : JSON.stringify(exported);
  if (text === '' || text.startsWith('!')) return { kind: 'none' };
  const found = foreign(text);
  if (found === null) return { kind: 'unknown' };
  return found.kind === 'password' ? { kind: 'hash', stored: PREFIX + text } : { kind: found.kind };
}

/** Whether a value of `users.password_hash` was made by another system. */
export function isImported(stored: string): boolean {
  return stored.startsWith(PREFIX);
}

/** Null: no password matches it, because this build does not know its format. */
export function importedPassword(stored: string): ForeignPassword | null {
  const found = foreign(stored.slice(PREFIX.length));
  return found?.kind === 'password' ? found : null;
}

function foreign(text: string): ForeignReading | null {
  if (text.length > LONGEST || UNPRINTABLE.test(text)) return null;
  const fields = text.startsWith('{') ? fieldsOf(text) : null;
  for (const family of FAMILIES) {
    const found = fields ? family.fromObject?.(fields) : family.fromText?.(text);
    if (found) return found;
  }
  return null;
}

function fieldsOf(text: string): ForeignFields | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && 'algorithm' in value;
    return isObject && typeof value.algorithm === 'string' ? (value as ForeignFields) : null;
  } catch {
    return null;
  }
}
