import { scrypt } from 'node:crypto';
import { base64Bytes, sameBytes } from './bytes.js';
import { type ForeignReading, type HashFamily, MALFORMED, paceOf, TOO_COSTLY, wholeNumber } from './format.js';

/** N × r: 128 MiB. */
const MOST_MEMORY = 2 ** 20;
/** N × r × p: about a second. */
const MOST_WORK = 2 ** 21;
const SHORTEST_HASH = 16;
const LONGEST_HASH = 128;

export interface ScryptCost {
  /** A power of two. */
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Django (`scrypt$16384$salt$8$5$hash`), and passlib and PHC (`$scrypt$ln=16,r=8,p=1$salt$hash`). */
export const scryptFamily: HashFamily = {
  fromText(text) {
    const django = /^scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$([^$]+)$/.exec(text);
    if (django) {
      const [, N, salt, r, p, hash] = django;
      // Django takes the salt as text.
      return read(
        { N: wholeNumber(N), r: wholeNumber(r), p: wholeNumber(p) },
        Buffer.from(salt ?? ''),
        base64Bytes(hash),
      );
    }
    const phc = /^\$scrypt\$ln=(\d{1,2}),r=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(text);
    if (phc) {
      const [, ln, r, p, salt, hash] = phc;
      return read({ N: 2 ** Number(ln), r: wholeNumber(r), p: wholeNumber(p) }, base64Bytes(salt), base64Bytes(hash));
    }
    return /^\$?scrypt\$/.test(text) ? MALFORMED : null;
  },
};

type ReadCost = { readonly [Name in keyof ScryptCost]: number | null };

function read(cost: ReadCost, salt: Buffer | null, hash: Buffer | null): ForeignReading {
  if (salt === null || hash === null || hash.length < SHORTEST_HASH || hash.length > LONGEST_HASH) return MALFORMED;
  const judged = judgeCost(cost);
  if ('kind' in judged) return judged;
  return {
    kind: 'password',
    pace: paceOf('scrypt', workOf(judged)),
    matches: async (typed) => sameBytes(await deriveScrypt(typed, { salt, length: hash.length, cost: judged }), hash),
  };
}

export function workOf({ N, r, p }: ScryptCost): number {
  return N * r * p;
}

export function judgeCost({ N, r, p }: ReadCost): ScryptCost | ForeignReading {
  if (N === null || r === null || p === null || N < 2 || !Number.isInteger(Math.log2(N))) return MALFORMED;
  // RFC 7914: N < 2^(128 × r / 8). OpenSSL refuses others only when it computes.
  if (Math.log2(N) >= 16 * r) return MALFORMED;
  if (N * r > MOST_MEMORY || N * r * p > MOST_WORK) return TOO_COSTLY;
  return { N, r, p };
}

export function deriveScrypt(
  typed: string,
  { salt, length, cost }: { salt: Buffer; length: number; cost: ScryptCost },
): Promise<Buffer> {
  const { N, r, p } = cost;
  // What the algorithm needs, and a little more: Node refuses at the exact size.
  const maxmem = 128 * r * (N + p + 2) + 1024;
  return new Promise((resolve, reject) => {
    scrypt(typed, salt, length, { N, r, p, maxmem }, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
