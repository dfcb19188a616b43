import argon2 from 'argon2';
import pLimit from 'p-limit';

/** OWASP password storage: argon2id with 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes passwords, a few at a time: each hash holds a thread that token checks need too. */
export class PasswordHasher {
  readonly #limit: ReturnType<typeof pLimit>;

  /** @param threads size of the thread pool; one thread always stays free, the rest of the hashes queue. */
  constructor(threads: number) {
    this.#limit = pLimit(Math.max(1, threads - 1));
  }

  /** A PHC string. Spellings that look alike count as one password (NIST SP 800-63B, normalization). */
  async hash(password: string): Promise<string> {
    return this.#limit(() => argon2.hash(password.normalize('NFKC'), PARAMETERS));
  }
}
