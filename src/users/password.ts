import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import pLimit from 'p-limit';
import { normalizedPassword } from './normalized-password.js';

/** What one hash costs. */
export interface PasswordCost {
  /** KiB. */
  readonly memoryCost: number;
  /** Passes over the memory. */
  readonly timeCost: number;
}

/** OWASP password storage: argon2id with 19 MiB, 2 passes, 1 lane. */
export const PASSWORD_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2 };

/**
 * Hashes and checks passwords, a few at a time. Each hash holds a thread of the pool, and token checks need threads
 * too.
 */
export class PasswordHasher {
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #parameters: PasswordCost & { readonly type: 2; readonly parallelism: number };
  /** A hash that no password matches. Checking against it takes as long as against a real hash. */
  readonly #placeholder: string;

  /**
   * One thread of the pool stays free for token checks, and one core for all other work. Hashes on all cores would slow
   * down every other answer. Further hashes wait in a queue.
   */
  constructor({ threads, cores, cost }: { threads: number; cores: number; cost: PasswordCost }) {
    this.#parameters = { type: argon2.argon2id, parallelism: 1, ...cost };
    this.#placeholder = placeholderHash(cost);
    this.#limit = pLimit(Math.max(1, Math.min(threads, cores) - 1));
  }

  /** A PHC string. */
  async hash(password: string): Promise<string> {
    const normal = normalizedPassword(password);
    if (normal === null) throw new Error('A password that is too long was let through.');
    return this.#limit(() => argon2.hash(normal, this.#parameters));
  }

  /** Whether the password matches the hash. Without a hash, it does as much work and returns false. */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const normal = normalizedPassword(password);
    if (normal === null) return false;
    const same = await this.#limit(() => argon2.verify(hash ?? this.#placeholder, normal));
    return same && hash !== null;
  }

  /** Whether the hash was made with other parameters than today's and should be made again. */
  outdated(hash: string): boolean {
    return argon2.needsRehash(hash, this.#parameters);
  }
}

function placeholderHash({ memoryCost, timeCost }: PasswordCost): string {
  const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const parameters = `m=${memoryCost},t=${timeCost},p=1`;
  return `$argon2id$v=19$${parameters}$${encode(randomBytes(16))}$${encode(randomBytes(32))}`;
}
