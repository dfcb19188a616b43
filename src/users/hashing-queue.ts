import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

/** Who waits for a hash. People who sign in come first. */
export const hashingKinds = ['login', 'registration'] as const;
export type HashingKind = (typeof hashingKinds)[number];

/** There is too much work ahead. Nothing was done. */
export interface HashingBusy {
  readonly kind: 'hashing_busy';
  readonly retryAfterSeconds: number;
}

/** What a hash takes until one was measured. */
const FIRST_GUESS_MS = 30;
/** How much the latest hash counts in the running mean. */
const WEIGHT = 0.1;
/** While others wait, so many hashes of logins are followed by one of a registration: it waits long, but not for ever. */
const LOGINS_IN_A_ROW = 3;

/**
 * The line in front of the threads that hash passwords. It is bounded by time and not by length: a hash takes ten times as
 * long on a busy machine. A call takes its place in front of everything else that it does, so that a flood is refused
 * before it costs the database anything.
 */
export class HashingQueue {
  readonly #atOnce: number;
  readonly #longestMs: number;
  /** Calls that have a place and have not ended. */
  readonly #places = { login: 0, registration: 0 };
  readonly #waiting: Record<HashingKind, (() => void)[]> = { login: [], registration: [] };
  #running = 0;
  #loginsInARow = 0;
  #meanMs = FIRST_GUESS_MS;
  readonly #now: () => number;

  /** @param parts.now milliseconds of a clock that is never set back. A hash takes real time, so it is not the service's clock */
  constructor(parts: { atOnce: number; longestMs: number; now?: () => number }) {
    this.#atOnce = parts.atOnce;
    this.#longestMs = parts.longestMs;
    this.#now = parts.now ?? (() => performance.now());
  }

  get running(): number {
    return this.#running;
  }

  /** Hashes that wait for their turn. */
  waiting(kind: HashingKind): number {
    return this.#waiting[kind].length;
  }

  /** Runs a call that hashes, if the work ahead of it takes no longer than `longestMs`. */
  async withPlace<Outcome>(kind: HashingKind, call: () => Promise<Outcome>): Promise<Outcome | HashingBusy> {
    const wait = this.#workAhead(kind);
    if (wait > this.#longestMs) return { kind: 'hashing_busy', retryAfterSeconds: Math.ceil(wait / 1000) };
    this.#places[kind] += 1;
    try {
      return await call();
    } finally {
      this.#places[kind] -= 1;
    }
  }

  /** Runs one hash when its turn comes. */
  async run<Value>(kind: HashingKind, hash: () => Promise<Value>): Promise<Value> {
    if (this.#running < this.#atOnce) this.#running += 1;
    else await new Promise<void>((resolve) => this.#waiting[kind].push(resolve));
    const began = this.#now();
    try {
      return await hash();
    } finally {
      this.#meanMs += WEIGHT * (this.#now() - began - this.#meanMs);
      this.#callNext();
    }
  }

  /** Lets a call with a place wait without being in anybody's way. */
  async rest(kind: HashingKind, milliseconds: number): Promise<void> {
    this.#places[kind] -= 1;
    try {
      await pause(milliseconds);
    } finally {
      this.#places[kind] += 1;
    }
  }

  /** Milliseconds. Registrations are not ahead of a login. */
  #workAhead(kind: HashingKind): number {
    const { login, registration } = this.#places;
    const ahead = kind === 'login' ? login : login + registration;
    return (ahead * this.#meanMs) / this.#atOnce;
  }

  /** The next one takes over the thread. */
  #callNext(): void {
    const next = this.#waiting[this.#nextKind()].shift();
    if (next) next();
    else this.#running -= 1;
  }

  #nextKind(): HashingKind {
    const { login, registration } = this.#waiting;
    const isTurnOfLogin = login.length > 0 && (registration.length === 0 || this.#loginsInARow < LOGINS_IN_A_ROW);
    this.#loginsInARow = isTurnOfLogin && registration.length > 0 ? this.#loginsInARow + 1 : 0;
    return isTurnOfLogin ? 'login' : 'registration';
  }
}
