import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { base64Bytes, sameBytes } from './bytes.js';
import { type ForeignReading, type HashFamily, MALFORMED, paceOf, TOO_COSTLY, wholeNumber } from './format.js';

/** Bytes of one block. */
const DIGESTS = { sha1: 20, sha256: 32, sha512: 64 } as const;
type Digest = keyof typeof DIGESTS;

/** Iterations over all blocks: about a second. Django counts 1,200,000 in 2026. */
const MOST_ITERATIONS = 4_000_000;
const SHORTEST_HASH = 16;
const LONGEST_HASH = 128;

interface Parts {
  readonly digest: Digest;
  readonly iterations: number | null;
  readonly salt: Buffer | null;
  readonly hash: Buffer | null;
}

const derive = promisify(pbkdf2);

/**
 * Django (`pbkdf2_sha256$1000000$salt$hash`), passlib and PHC (`$pbkdf2-sha256$29000$salt$hash`, `$pbkdf2-sha256$i=29000,l=32$…`),
 * and Keycloak in parts.
 */
export const pbkdf2Family: HashFamily = {
  fromText(text) {
    const django = /^pbkdf2_(sha1|sha256)\$(\d+)\$([^$]+)\$([^$]+)$/.exec(text);
    if (django) {
      const [, digest, iterations, salt, hash] = django;
      // Django takes the salt as text.
      return read({ ...numbers(digest, iterations), salt: Buffer.from(salt ?? ''), hash: base64Bytes(hash) });
    }
    const phc = /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d+)(?:,l=\d+)?\$([^$]+)\$([^$]+)$/.exec(text);
    if (phc) {
      const [, digest = 'sha1', iterations, salt, hash] = phc;
      return read({ ...numbers(digest, iterations), salt: base64Bytes(salt), hash: base64Bytes(hash) });
    }
    return /^(pbkdf2_sha(1|256)|\$pbkdf2)/.test(text) ? MALFORMED : null;
  },
  fromObject({ algorithm, iterations, salt, hash }) {
    const [, digest] = /^pbkdf2-(sha1|sha256|sha512)$/.exec(algorithm) ?? [];
    if (digest === undefined) return null;
    return read({ ...numbers(digest, iterations), salt: base64Bytes(salt), hash: base64Bytes(hash) });
  },
};

function numbers(digest: string | undefined, iterations: unknown) {
  return { digest: digest as Digest, iterations: wholeNumber(iterations) };
}

function read({ digest, iterations, salt, hash }: Parts): ForeignReading {
  if (iterations === null || salt === null || hash === null) return MALFORMED;
  if (hash.length < SHORTEST_HASH || hash.length > LONGEST_HASH) return MALFORMED;
  const work = iterations * Math.ceil(hash.length / DIGESTS[digest]);
  if (work > MOST_ITERATIONS) return TOO_COSTLY;
  return {
    kind: 'password',
    pace: paceOf(`pbkdf2-${digest}`, work),
    matches: async (typed) => sameBytes(await derive(typed, salt, iterations, hash.length, digest), hash),
  };
}
