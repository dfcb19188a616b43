import { createHash, createHmac } from 'node:crypto';
import { type ForeignReading, type HashFamily, MALFORMED, paceOf, TOO_COSTLY } from './format.js';

/** About a second. */
const MOST_ROUNDS = 14;

/**
 * Bcrypt as Auth0, Supabase, Devise and Laravel export it, as Django wraps it (`bcrypt$$2b$…`, `bcrypt_sha256$$2b$…`), and as
 * WordPress does since 6.8 (`$wp$2y$…`). Bcrypt itself takes 72 bytes of a password. The last two give it a digest.
 */
export const bcryptFamily: HashFamily = {
  fromText(text) {
    if (text.startsWith('bcrypt_sha256$')) return read(text.slice('bcrypt_sha256$'.length), hexDigest);
    if (text.startsWith('bcrypt$')) return read(text.slice('bcrypt$'.length), asTyped);
    if (text.startsWith('$wp$2')) return read(text.slice('$wp'.length), wordPressDigest);
    return /^\$2[abxy]?\$/.test(text) ? read(text, asTyped) : null;
  },
};

type Preparation = (typed: string) => string;

const asTyped: Preparation = (typed) => typed;
const hexDigest: Preparation = (typed) => createHash('sha256').update(typed).digest('hex');
const wordPressDigest: Preparation = (typed) => createHmac('sha384', 'wp-sha384').update(typed).digest('base64');

function read(text: string, prepare: Preparation): ForeignReading {
  const [, rounds, rest] = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$([./A-Za-z0-9]{53})$/.exec(text) ?? [];
  if (rest === undefined) return MALFORMED;
  if (Number(rounds) > MOST_ROUNDS) return TOO_COSTLY;
  // The letters name corrected implementations. For what they hash today they are one, and the package knows this one only.
  const hash = `$2b$${rounds}$${rest}`;
  return {
    kind: 'password',
    pace: paceOf('bcrypt', 2 ** Number(rounds)),
    matches: (typed) => matches(prepare(typed), hash),
  };
}

/** The package is loaded at the first use: most services never need it. */
async function matches(password: string, hash: string): Promise<boolean> {
  const { default: bcrypt } = await import('bcrypt');
  return bcrypt.compare(password, hash);
}
