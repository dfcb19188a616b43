import type { FailureLimitService, Judgement, TooManyFailures } from '../budgets/failure-limit.service.js';
import type { GuessLimits } from '../budgets/guess-budget.repository.js';
import type { Spending } from '../budgets/rate-budget.js';
import type { Guesser } from '../devices/guesser.js';
import { type AppSecrets, secretById } from '../platform/app-secret.js';
import { secondsUntil } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import type { TestPhones } from '../phone/test-phones.js';
import type { RightGuess } from './challenge-use.js';
import type { ClaimedGuess, GuessRepository } from './guess.repository.js';
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
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number }
  /** Neither counted nor compared: the client must pass a CAPTCHA first. */
  | { readonly kind: 'suspicious' }
  | TooManyFailures;

export interface OtpAttempt {
  readonly phoneNumber: string;
  readonly purpose: OtpPurpose;
  readonly otp: string;
  readonly guesser: Guesser;
  readonly now: Date;
}

/** Checks one-time codes. It knows numbers and challenges, neither users nor sessions. */
export class OtpService {
  readonly #guesses: GuessRepository;
  readonly #failures: FailureLimitService;
  readonly #secrets: AppSecrets;
  readonly #random: Random;
  readonly #testPhones: TestPhones;
  readonly #rules: OtpRules;

  constructor(parts: {
    guesses: GuessRepository;
    failures: FailureLimitService;
    secrets: AppSecrets;
    random: Random;
    testPhones: TestPhones;
    rules: OtpRules;
  }) {
    this.#guesses = parts.guesses;
    this.#failures = parts.failures;
    this.#secrets = parts.secrets;
    this.#random = parts.random;
    this.#testPhones = parts.testPhones;
    this.#rules = parts.rules;
  }

  /**
   * Judges one guess. Wrong, expired, used, exhausted and never-sent codes give the same outcome at the same cost.
   * A right guess is not used up here: the caller consumes it together with what it is good for.
   */
  async guess(attempt: OtpAttempt): Promise<GuessOutcome> {
    return this.#failures.watch({ kind: 'codes', guesser: attempt.guesser, now: attempt.now }, (failures) =>
      this.#judge(attempt, failures),
    );
  }

  async #judge(attempt: OtpAttempt, failures: readonly Spending[]): Promise<Judgement<GuessOutcome>> {
    const { phoneNumber, purpose, now, guesser } = attempt;
    const { maxAttempts, limits } = this.#rules;
    const standIn = { challengeId: this.#random.uuid(), secretId: this.#secrets.current.id };
    const claim = { phoneNumber, purpose, guesser, failures, now, limits, maxAttempts, standIn };
    const claimed = await this.#guesses.claim(claim);
    const refused = this.#failures.refused(claimed.refusal, now);
    if (refused) return { outcome: guesser.refuseSuspicious ? { kind: 'suspicious' } : refused, failed: false };
    if (claimed.suspicious) return { outcome: { kind: 'suspicious' }, failed: false };
    const outcome = this.#compare(attempt, claimed);
    return { outcome, failed: claimed.admitted && outcome.kind !== 'right' && claimed.knownDevice === null };
  }

  #compare({ phoneNumber, purpose, otp, now }: OtpAttempt, claimed: ClaimedGuess): GuessOutcome {
    const { challengeId, secretId, knownDevice, channel } = claimed;
    const expected = this.codeOf({ challengeId, purpose, phoneNumber }, secretId, now);
    const attemptsRemaining = Math.max(0, this.#rules.maxAttempts - claimed.attempts);
    const same = expected !== null && sameOtp(expected, otp);
    if (claimed.admitted && claimed.alive && same) {
      return {
        kind: 'right',
        guess: { phoneNumber, purpose, challengeId, knownDevice, channel, now },
        attemptsRemaining,
      };
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
