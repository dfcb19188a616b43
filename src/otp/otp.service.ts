import type { GuessLimits } from '../budgets/guess-budget.repository.js';
import { type AppSecrets, secretById } from '../platform/app-secret.js';
import { secondsUntil } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import type { TestPhones } from '../phone/test-phones.js';
import type { OtpChallengeRepository, RightGuess } from './otp-challenge.repository.js';
import type { OtpPurpose } from './otp-challenge.table.js';
import { deriveOtp, type OtpBinding, sameOtp } from './otp-code.js';

export interface OtpRules {
  /** Guesses per code. */
  readonly maxAttempts: number;
  readonly limits: GuessLimits;
}

export type GuessOutcome =
  | { readonly kind: 'right'; readonly guess: RightGuess; readonly attemptsRemaining: number }
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  /** Neither counted nor compared: whoever guesses must pass a CAPTCHA first. */
  | { readonly kind: 'suspicious' }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

/** Checks one-time codes. It knows numbers and challenges, neither users nor sessions. */
export class OtpService {
  readonly #challenges: OtpChallengeRepository;
  readonly #secrets: AppSecrets;
  readonly #random: Random;
  readonly #testPhones: TestPhones;
  readonly #rules: OtpRules;

  constructor(parts: {
    challenges: OtpChallengeRepository;
    secrets: AppSecrets;
    random: Random;
    testPhones: TestPhones;
    rules: OtpRules;
  }) {
    this.#challenges = parts.challenges;
    this.#secrets = parts.secrets;
    this.#random = parts.random;
    this.#testPhones = parts.testPhones;
    this.#rules = parts.rules;
  }

  /**
   * Judges one guess. Wrong, expired, used, exhausted and never-sent codes give the same outcome at the same cost.
   * A right guess is not used up here: whoever asked consumes it together with what it is good for.
   */
  async guess(attempt: {
    phoneNumber: string;
    purpose: OtpPurpose;
    otp: string;
    now: Date;
    refuseSuspicious: boolean;
  }): Promise<GuessOutcome> {
    const { otp, ...about } = attempt;
    const { phoneNumber, purpose, now } = about;
    const { maxAttempts, limits } = this.#rules;
    const standIn = { challengeId: this.#random.uuid(), secretId: this.#secrets.current.id };
    const claimed = await this.#challenges.claim({ ...about, limits, maxAttempts, standIn });
    if (claimed.suspicious) return { kind: 'suspicious' };
    const { challengeId, secretId } = claimed;
    const expected = this.codeOf({ challengeId, purpose, phoneNumber }, secretId, now);
    const attemptsRemaining = Math.max(0, maxAttempts - claimed.attempts);
    const same = expected !== null && sameOtp(expected, otp);
    if (claimed.admitted && claimed.alive && same) {
      return { kind: 'right', guess: { phoneNumber, purpose, challengeId, now }, attemptsRemaining };
    }
    if (claimed.lockedUntil && claimed.lockedUntil > now) {
      return {
        kind: 'locked',
        lockedUntil: claimed.lockedUntil,
        retryAfterSeconds: secondsUntil(claimed.lockedUntil, now),
      };
    }
    return { kind: 'wrong', attemptsRemaining };
  }

  /** The code of a challenge; null when the secret that it was made with is gone. */
  codeOf(binding: OtpBinding, secretId: string, now: Date): string | null {
    const testCode = this.#testPhones.codeOf(binding.phoneNumber, now);
    if (testCode !== null) return testCode;
    const secret = secretById(this.#secrets, secretId);
    return secret && deriveOtp(secret.key('otp-code'), binding);
  }
}
