import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import argon2 from 'argon2';
import type { Metrics } from '../platform/metrics.js';
import { EvenPace, OWN_PACE } from './even-pace.js';
import { type HashingBusy, type HashingKind, HashingQueue, hashingKinds } from './hashing-queue.js';
import { importedPassword, isImported } from './imported-passwords/imported-password.js';
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
  /** Told of a hash of another system that cannot be checked. */
  readonly onFailedCheck: (error: unknown) => void;
}

/** OWASP password storage: argon2id with 19 MiB, 2 passes, 1 lane. */
export const PASSWORD_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2 };

/**
 * Hashes and checks passwords, a few at a time. Each hash holds a thread of the pool, and token checks need threads
 * too.
 */
export class PasswordHasher {
  readonly #queue: HashingQueue;
  readonly #pace = new EvenPace();
  readonly #parameters: PasswordCost & { readonly type: 2; readonly parallelism: number };
  /** A hash that no password matches. Checking against it takes as long as against a real hash. */
  readonly #placeholder: string;
  readonly #onFailedCheck: (error: unknown) => void;

  /**
   * One thread of the pool stays free for token checks, and one core for all other work. Hashes on all cores would slow
   * down every other answer. Further hashes wait in a queue.
   */
  constructor({ threads, cores, cost, longestWaitMs: longestMs, onFailedCheck }: HasherParts) {
    this.#parameters = { type: argon2.argon2id, parallelism: 1, ...cost };
    this.#placeholder = placeholderHash(cost);
    this.#onFailedCheck = onFailedCheck;
    this.#queue = new HashingQueue({ atOnce: Math.max(1, Math.min(threads, cores) - 1), longestMs });
  }

  /** Shows how busy the threads are. */
  showIn(metrics: Metrics): void {
    metrics.follow('hashing_running', {}, () => this.#queue.running);
    for (const kind of hashingKinds) metrics.follow('hashing_waiting', { kind }, () => this.#queue.waiting(kind));
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

  /**
   * Whether the password matches the hash, ours or one of another system. Without a hash, it takes as long and returns false.
   * Call it within a place (`withPlace`).
   */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const normal = normalizedPassword(password);
    if (normal === null) return false;
    const { pace, matches } = this.#check(hash, { typed: password, normal });
    const entered = performance.now();
    const { same, took } = await this.#queue.run('login', async () => {
      const began = performance.now();
      return { same: await matches(), took: performance.now() - began };
    });
    const pause = this.#pace.after(pace, took);
    if (same && hash !== null) return true;
    // From the entrance: otherwise a guess that waited for another one would tell how long the check of that one took.
    const waited = performance.now() - entered - took;
    const rest = pause - waited;
    if (rest > 0) await this.#queue.rest('login', rest);
    return false;
  }

  /** Other systems hashed what their users typed, and we the normalized form. */
  #check(hash: string | null, { typed, normal }: { typed: string; normal: string }) {
    const imported = hash !== null && isImported(hash) ? importedPassword(hash) : null;
    const own = hash === null || isImported(hash) ? this.#placeholder : hash;
    const matchesOwn = () => argon2.verify(own, normal);
    if (imported === null) return { pace: OWN_PACE, matches: matchesOwn };
    // A check that fails is a wrong password. Anything else would tell that the account exists.
    const asWrong = (error: unknown) => {
      this.#onFailedCheck(error);
      return matchesOwn();
    };
    return { pace: imported.pace, matches: () => imported.matches(typed).catch(asWrong) };
  }

  /** Whether the hash was made by another system, or with other parameters than today's, and should be made again. */
  outdated(hash: string): boolean {
    return isImported(hash) || argon2.needsRehash(hash, this.#parameters);
  }
}

function placeholderHash({ memoryCost, timeCost }: PasswordCost): string {
  const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const parameters = `m=${memoryCost},t=${timeCost},p=1`;
  return `$argon2id$v=19$${parameters}$${encode(randomBytes(16))}$${encode(randomBytes(32))}`;
}
