import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import { type HashingBusy, type HashingKind, HashingQueue } from './hashing-queue.js';
import { normalizedPassword } from './normalized-password.js';

/** What one hash costs. */
export interface PasswordCost {
  /** KiB. */
  readonly memoryCost: number;
  /** Passes over the memory. */
  readonly timeCost: number;
}

interface HasherParts {
  readonly threads: number;
  readonly cores: number;
  readonly cost: PasswordCost;
  readonly longestWaitMs: number;
}

/** OWASP password storage: argon2id with 19 MiB, 2 passes, 1 lane. */
export const PASSWORD_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2 };

/**
 * Hashes and checks passwords, a few at a time. Each hash holds a thread of the pool, and token checks need threads
 * too.
 */
export class PasswordHasher {
  readonly #queue: HashingQueue;
  readonly #parameters: PasswordCost & { readonly type: 2; readonly parallelism: number };
  /** A hash that no password matches. Checking against it takes as long as against a real hash. */
  readonly #placeholder: string;

  /**
   * One thread of the pool stays free for token checks, and one core for all other work. Hashes on all cores would slow
   * down every other answer. Further hashes wait in a queue.
   */
  constructor({ threads, cores, cost, longestWaitMs: longestMs }: HasherParts) {
    this.#parameters = { type: argon2.argon2id, parallelism: 1, ...cost };
    this.#placeholder = placeholderHash(cost);
    this.#queue = new HashingQueue({ atOnce: Math.max(1, Math.min(threads, cores) - 1), longestMs });
  }

  /** Runs a call that hashes or checks a password, or refuses it because too much work is ahead (HashingQueue). */
  withPlace<Outcome>(kind: HashingKind, call: () => Promise<Outcome>): Promise<Outcome | HashingBusy> {
    return this.#queue.withPlace(kind, call);
  }

  /** A PHC string. */
  async hash(password: string, kind: HashingKind): Promise<string> {
    const normal = normalizedPassword(password);
    if (normal === null) throw new Error('A password that is too long was let through.');
    return this.#queue.run(kind, () => argon2.hash(normal, this.#parameters));
  }

  /** Whether the password matches the hash. Without a hash, it does as much work and returns false. */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const normal = normalizedPassword(password);
    if (normal === null) return false;
    const same = await this.#queue.run('login', () => argon2.verify(hash ?? this.#placeholder, normal));
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
