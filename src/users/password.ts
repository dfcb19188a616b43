import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import pLimit from 'p-limit';
import { normalizedPassword } from './normalized-password.js';

/** OWASP password storage: argon2id with 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes and checks passwords, a few at a time: each holds a thread that token checks need too. */
export class PasswordHasher {
  readonly #limit: ReturnType<typeof pLimit>;
  /** The hash of no password at all, with the same parameters: checking against it takes as long as a real check. */
  readonly #nobody = hashOfNothing();

  /**
   * One thread of the pool always stays free for token checks, and one core for everything else: hashes that took all
   * cores would slow every other answer down. The rest of the hashes queue.
   */
  constructor({ threads, cores }: { threads: number; cores: number }) {
    this.#limit = pLimit(Math.max(1, Math.min(threads, cores) - 1));
  }

  /** A PHC string. */
  async hash(password: string): Promise<string> {
    return this.#limit(() => argon2.hash(normalizedPassword(password), PARAMETERS));
  }

  /** Whether a password is the one that was hashed. Without a hash the same work is done and the answer is no. */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const same = await this.#limit(() => argon2.verify(hash ?? this.#nobody, normalizedPassword(password)));
    return same && hash !== null;
  }

  /** Whether a hash was made with other parameters than today's, so that it should be made anew. */
  outdated(hash: string): boolean {
    return argon2.needsRehash(hash, PARAMETERS);
  }
}

function hashOfNothing(): string {
  const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  const parameters = `m=${memoryCost},t=${timeCost},p=${parallelism}`;
  return `$argon2id$v=19$${parameters}$${encode(randomBytes(16))}$${encode(randomBytes(32))}`;
}
