/** The rules about codes and guesses (issue 2, design decisions 1 and 3) in plain JavaScript, one number at a time. */

export interface ModelRules {
  readonly timeToLive: number;
  readonly maxAttempts: number;
  readonly cooldown: number;
  readonly lockAfter: number;
  readonly lockDuration: number;
  readonly perDay: number;
}

export type ModelAnswer =
  | { readonly kind: 'sent'; readonly expiresAt: number; readonly sameCode: boolean }
  | { readonly kind: 'too_many_requests'; readonly retryAfterSeconds: number; readonly justSent: boolean }
  | { readonly kind: 'locked'; readonly lockedUntil: number }
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'signed_in' };

interface Challenge {
  attempts: number;
  readonly expiresAt: number;
  sentAt: number;
  /** -Infinity: it was not used. */
  usedAt: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A used code that comes again within this time was submitted twice. It is no guess at the number. */
const SUBMITTED_TWICE = 30_000;

/** Instants are milliseconds, as a clock counts them; durations in the rules are seconds. */
export class GuessModel {
  readonly #rules: ModelRules;
  /** Every wrong guess there ever was. */
  readonly #wrong: number[] = [];
  #lockedUntil = -Infinity;
  #locksInARow = 0;
  /** Mistakes after this count towards the next lock. */
  #countingAfter = -Infinity;
  #challenge: Challenge | null = null;
  #guessesWithoutChallenge = 0;

  constructor(rules: ModelRules) {
    this.#rules = rules;
  }

  request(now: number): ModelAnswer {
    const { cooldown, timeToLive, maxAttempts } = this.#rules;
    if (this.#lockedUntil > now) return { kind: 'locked', lockedUntil: this.#lockedUntil };
    const old = this.#challenge;
    const wait = old ? old.sentAt + cooldown * 1000 - now : 0;
    if (wait > 0) return { kind: 'too_many_requests', retryAfterSeconds: Math.ceil(wait / 1000), justSent: true };
    const enoughTime = old && old.expiresAt - now >= cooldown * 1000;
    if (old && enoughTime && old.usedAt === -Infinity && old.attempts < maxAttempts) {
      old.sentAt = now;
      return { kind: 'sent', expiresAt: old.expiresAt, sameCode: true };
    }
    const expiresAt = now + timeToLive * 1000;
    this.#challenge = { attempts: 0, expiresAt, sentAt: now, usedAt: -Infinity };
    return { kind: 'sent', expiresAt, sameCode: false };
  }

  guess(right: boolean, now: number): ModelAnswer {
    if (right && this.#challenge && this.#challenge.usedAt > now - SUBMITTED_TWICE) return this.#late(now);
    if (this.#lockedUntil > now) return { kind: 'locked', lockedUntil: this.#lockedUntil };
    if (this.wrongOfTheDay(now) === 0) this.#locksInARow = 0;
    const challenge = this.#challenge;
    const alive =
      challenge &&
      challenge.usedAt === -Infinity &&
      now < challenge.expiresAt &&
      challenge.attempts < this.#rules.maxAttempts;
    if (right && alive) {
      challenge.usedAt = now;
      this.#countingAfter = now;
      return { kind: 'signed_in' };
    }
    return this.#countWrong(now);
  }

  wrongOfTheDay(now: number): number {
    return this.#wrong.filter((time) => time > now - DAY).length;
  }

  /** The lock that it would set as a wrong guess is lifted again, and with it the mark that the lock replaced. */
  #late(now: number): ModelAnswer {
    if (this.#lockedUntil > now || !this.#challenge) return { kind: 'wrong', attemptsRemaining: 0 };
    if (this.wrongOfTheDay(now) === 0) this.#locksInARow = 0;
    this.#challenge.attempts += 1;
    const { lockAfter, perDay, maxAttempts } = this.#rules;
    const locks = this.#countingTowardsLock(now) + 1 >= lockAfter || this.wrongOfTheDay(now) + 1 >= perDay;
    if (locks) this.#countingAfter = -Infinity;
    return { kind: 'wrong', attemptsRemaining: Math.max(0, maxAttempts - this.#challenge.attempts) };
  }

  #countingTowardsLock(now: number): number {
    return this.#wrong.filter((time) => time > now - HOUR && time > this.#countingAfter).length;
  }

  #countWrong(now: number): ModelAnswer {
    const { lockAfter, lockDuration, perDay, maxAttempts } = this.#rules;
    this.#wrong.push(now);
    const attempts = this.#challenge ? ++this.#challenge.attempts : ++this.#guessesWithoutChallenge;
    const counting = this.#countingTowardsLock(now);
    const length = Math.min(lockDuration * 2 ** this.#locksInARow, 86_400) * 1000;
    if (counting >= lockAfter) {
      this.#locksInARow += 1;
      this.#lockedUntil = now + length;
    }
    if (this.wrongOfTheDay(now) >= perDay) {
      const oldest = this.#wrong.find((time) => time > now - DAY) ?? now;
      this.#lockedUntil = Math.max(oldest + DAY, now + length);
    }
    if (this.#lockedUntil <= now) return { kind: 'wrong', attemptsRemaining: Math.max(0, maxAttempts - attempts) };
    this.#countingAfter = this.#lockedUntil;
    return { kind: 'locked', lockedUntil: this.#lockedUntil };
  }
}
