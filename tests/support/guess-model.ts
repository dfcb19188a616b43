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

/** A request token: what it belongs to. */
export interface ModelToken {
  readonly challenge: number;
  readonly send: number;
  readonly sentAt: number;
}

interface Challenge {
  readonly id: number;
  /** Guesses of strangers, and those with its tokens. */
  attempts: number;
  tokenAttempts: number;
  sends: number;
  readonly firstGuesses: Set<number>;
  readonly expiresAt: number;
  sentAt: number;
  /** -Infinity: it was not used. */
  usedAt: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A used code that comes again within this time was submitted twice. It is no guess at the number. */
const SUBMITTED_TWICE = 30_000;

/** A token is good for an hour, in whole seconds. */
function isValid({ sentAt }: ModelToken, now: number): boolean {
  return Math.floor(now / 1000) < Math.floor((sentAt + HOUR) / 1000);
}

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

  /** The token of the latest send. */
  get token(): ModelToken | null {
    if (!this.#challenge) return null;
    const { id, sends, sentAt } = this.#challenge;
    return { challenge: id, send: sends, sentAt };
  }

  request(now: number): ModelAnswer {
    const { cooldown, timeToLive, maxAttempts } = this.#rules;
    const old = this.#challenge;
    const wait = old ? old.sentAt + cooldown * 1000 - now : 0;
    if (wait > 0) return { kind: 'too_many_requests', retryAfterSeconds: Math.ceil(wait / 1000), justSent: true };
    const enoughTime = old && old.expiresAt - now >= cooldown * 1000;
    const hasGuesses = old && (old.tokenAttempts < maxAttempts || old.firstGuesses.size < old.sends);
    if (old && enoughTime && old.usedAt === -Infinity && hasGuesses) {
      old.sentAt = now;
      old.sends += 1;
      return { kind: 'sent', expiresAt: old.expiresAt, sameCode: true };
    }
    const expiresAt = now + timeToLive * 1000;
    const id = (old?.id ?? 0) + 1;
    const guesses = { attempts: 0, tokenAttempts: 0, sends: 1, firstGuesses: new Set<number>() };
    this.#challenge = { id, ...guesses, expiresAt, sentAt: now, usedAt: -Infinity };
    return { kind: 'sent', expiresAt, sameCode: false };
  }

  guess({ right, token }: { right: boolean; token: ModelToken | null }, now: number): ModelAnswer {
    const challenge = this.#challenge;
    const holds = challenge !== null && token?.challenge === challenge.id && isValid(token, now);
    if (holds && !challenge.firstGuesses.has(token.send))
      return this.#first(challenge, { right, send: token.send, now });
    if (right && challenge && challenge.usedAt > now - SUBMITTED_TWICE) return this.#late(holds, now);
    if (this.#lockedUntil > now) return { kind: 'locked', lockedUntil: this.#lockedUntil };
    if (this.wrongOfTheDay(now) === 0) this.#locksInARow = 0;
    const attempts = holds ? challenge.tokenAttempts : (challenge?.attempts ?? 0);
    if (right && challenge && this.#isOpen(challenge, now) && attempts < this.#rules.maxAttempts) {
      challenge.usedAt = now;
      this.#countingAfter = now;
      return { kind: 'signed_in' };
    }
    return this.#countWrong(holds, now);
  }

  #isOpen({ usedAt, expiresAt }: Challenge, now: number): boolean {
    return usedAt === -Infinity && now < expiresAt;
  }

  /** Looked at whatever the number's lock says, and counted at the code only. */
  #first(challenge: Challenge, { right, send, now }: { right: boolean; send: number; now: number }): ModelAnswer {
    if (right && this.#isOpen(challenge, now)) {
      challenge.usedAt = now;
      return { kind: 'signed_in' };
    }
    challenge.firstGuesses.add(send);
    challenge.tokenAttempts += 1;
    return { kind: 'wrong', attemptsRemaining: Math.max(0, this.#rules.maxAttempts - challenge.tokenAttempts) };
  }

  wrongOfTheDay(now: number): number {
    return this.#wrong.filter((time) => time > now - DAY).length;
  }

  /** The lock that it would set as a wrong guess is lifted again, and with it the mark that the lock replaced. */
  #late(holds: boolean, now: number): ModelAnswer {
    if (this.#lockedUntil > now || !this.#challenge) return { kind: 'wrong', attemptsRemaining: 0 };
    if (this.wrongOfTheDay(now) === 0) this.#locksInARow = 0;
    const attempts = this.#attempt(this.#challenge, holds);
    const { lockAfter, perDay, maxAttempts } = this.#rules;
    const locks = this.#countingTowardsLock(now) + 1 >= lockAfter || this.wrongOfTheDay(now) + 1 >= perDay;
    if (locks) this.#countingAfter = -Infinity;
    return { kind: 'wrong', attemptsRemaining: Math.max(0, maxAttempts - attempts) };
  }

  #attempt(challenge: Challenge, holds: boolean): number {
    if (holds) challenge.tokenAttempts += 1;
    else challenge.attempts += 1;
    return holds ? challenge.tokenAttempts : challenge.attempts;
  }

  #countingTowardsLock(now: number): number {
    return this.#wrong.filter((time) => time > now - HOUR && time > this.#countingAfter).length;
  }

  #countWrong(holds: boolean, now: number): ModelAnswer {
    const { lockAfter, lockDuration, perDay, maxAttempts } = this.#rules;
    this.#wrong.push(now);
    const attempts = this.#challenge ? this.#attempt(this.#challenge, holds) : ++this.#guessesWithoutChallenge;
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
