import type { FailureTrail } from '../audit/failures/failure-trail.service.js';
import type { FailureLimitService, Judgement, TooManyFailures } from '../budgets/failure-limit.service.js';
import type { GuessLimits } from '../budgets/guess-budget.repository.js';
import type { FailureBudget } from '../budgets/failure-budgets.js';
import { codesOf } from '../budgets/guess-subject.js';
import { ownLock } from '../budgets/late-guess.js';
import type { Guesser } from '../devices/guesser.js';
import { type AppSecrets, secretById } from '../platform/app-secret.js';
import { secondsUntil } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import { subjectHash } from '../platform/subject-hash.js';
import { Turns } from '../platform/turns.js';
import type { TestPhones } from '../phone/test-phones.js';
import type { RightGuess } from './challenge-use.js';
import type { ClaimedGuess, GuessRepository } from './guess.repository.js';
import { accountOf, type ChallengePurpose, purposeOf } from './otp-purpose.js';
import { deriveOtp, type OtpBinding, sameOtp } from './otp-code.js';
import type { CodeSend, RequestTokens } from './request-token.js';

export interface OtpRules {
  /** Guesses per code. */
  readonly maxAttempts: number;
  /** Seconds for which a code is good. */
  readonly timeToLive: number;
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
  readonly destination: string;
  readonly purpose: ChallengePurpose;
  readonly otp: string;
  readonly guesser: Guesser;
  /** What the request token says that came along; null: there was none, or it is not ours. */
  readonly asked: CodeSend | null;
  readonly now: Date;
}

/** The guess is the code that another submission used up a moment ago: it opens nothing, and is no guess at the number. */
interface Late {
  readonly kind: 'late';
  readonly attemptsRemaining: number;
}

/** Checks one-time codes. It knows numbers and challenges, neither users nor sessions. */
export class OtpService {
  readonly #guesses: GuessRepository;
  readonly #failures: FailureLimitService;
  readonly #secrets: AppSecrets;
  readonly #random: Random;
  readonly #testPhones: TestPhones;
  readonly #requestTokens: RequestTokens;
  readonly #failureTrail: FailureTrail;
  readonly #onLocked: (destination: string, until: Date) => void;
  readonly #rules: OtpRules;
  readonly #turns: Turns;

  constructor(parts: {
    guesses: GuessRepository;
    failures: FailureLimitService;
    secrets: AppSecrets;
    random: Random;
    testPhones: TestPhones;
    requestTokens: RequestTokens;
    failureTrail: FailureTrail;
    onLocked: (destination: string, until: Date) => void;
    rules: OtpRules;
    longestTurnWaitMs?: number | undefined;
  }) {
    this.#guesses = parts.guesses;
    this.#failures = parts.failures;
    this.#secrets = parts.secrets;
    this.#random = parts.random;
    this.#testPhones = parts.testPhones;
    this.#requestTokens = parts.requestTokens;
    this.#failureTrail = parts.failureTrail;
    this.#onLocked = parts.onLocked;
    this.#rules = parts.rules;
    this.#turns = new Turns(parts.longestTurnWaitMs);
  }

  /**
   * Runs a task that guesses at a code and uses it up, after those that came before it. So of sixty submissions of one
   * code in this process, one uses the code and the others find it used. Otherwise the others would be counted as wrong
   * guesses, and lock the number. Who has a device token or a request token does not wait for clients without one.
   */
  async inTurn<Outcome>(
    { destination, guesser, asked }: Pick<OtpAttempt, 'destination' | 'guesser' | 'asked'>,
    task: () => Promise<Outcome>,
  ): Promise<Outcome> {
    const client = [guesser.device?.deviceId, asked?.challengeId, asked?.send].join(' ');
    return this.#turns.take(`${destination} ${client}`, task);
  }

  /** What a request token says; null: it counts as none. */
  asked(requestToken: string | null): CodeSend | null {
    return this.#requestTokens.read(requestToken);
  }

  /**
   * Judges one guess. Wrong, expired, used, exhausted and never-sent codes give the same outcome at the same cost.
   * A right guess is not used up here: the caller consumes it together with what it is good for.
   */
  async guess(attempt: OtpAttempt): Promise<GuessOutcome> {
    const { guesser, asked, now } = attempt;
    const requestToken = asked && `${asked.challengeId} ${asked.send}`;
    return this.#failures.watch({ kind: 'codes', guesser, requestToken, now }, (failures) =>
      this.#judge(attempt, failures),
    );
  }

  async #judge(attempt: OtpAttempt, failures: readonly FailureBudget[]): Promise<Judgement<GuessOutcome>> {
    const { destination, purpose, now, guesser, asked } = attempt;
    const { maxAttempts, timeToLive, limits } = this.#rules;
    const standIn = { challengeId: this.#random.uuid(), secretId: this.#secrets.current.id };
    // The code of a test number is known beforehand, so it needs no request.
    const opensFor = this.#isTestNumber(destination, now) ? timeToLive : null;
    const asking = { destination, hashed: subjectHash(this.#secrets, destination), purpose, guesser, asked };
    const claim = { ...asking, failures, now, limits, maxAttempts, standIn, opensFor };
    const claimed = await this.#guesses.claim(claim);
    const refused = this.#failures.refused(claimed.refusal, now);
    if (refused) return { outcome: guesser.refuseSuspicious ? { kind: 'suspicious' } : refused, failed: false };
    if (claimed.suspicious) return { outcome: { kind: 'suspicious' }, failed: false };
    const outcome = this.#compare(attempt, claimed);
    if (outcome.kind === 'late') return this.#forgive(outcome, attempt, claimed);
    const lock = outcome.kind === 'locked' ? ownLock(claimed, now) : null;
    const wrong = claimed.admitted && outcome.kind !== 'right';
    this.#note(attempt, { wrong, lock });
    return { outcome, failed: wrong && claimed.knownDevice === null };
  }

  #note(
    { destination, purpose, guesser, now: at }: OtpAttempt,
    { wrong, lock }: { wrong: boolean; lock: Date | null },
  ) {
    const { ipAddress } = guesser;
    const failure = { subject: destination, proof: `CODE:${purposeOf(purpose)}`, ipAddress, at };
    if (wrong) this.#failureTrail.failed({ ...failure, subject: accountOf(purpose) ?? destination });
    if (!lock) return;
    // This very guess has set the lock, so each lock is told once.
    this.#failureTrail.locked(failure, lock);
    this.#onLocked(destination, lock);
  }

  /**
   * It counts at its code and not at the number. That the answer is not "locked" tells a guesser nothing: this code is
   * used up, and no other code can be found with it.
   */
  async #forgive(
    { attemptsRemaining }: Late,
    { destination, now }: OtpAttempt,
    claimed: ClaimedGuess,
  ): Promise<Judgement<GuessOutcome>> {
    const { admitted, firstOf } = claimed;
    if (admitted && firstOf === null) {
      const budget = this.#budgetOf(destination, claimed);
      await this.#guesses.giveBackLate({ budget, now, ownLock: ownLock(claimed, now) });
    }
    return { outcome: { kind: 'wrong', attemptsRemaining }, failed: false };
  }

  #compare({ destination, purpose, otp, now }: OtpAttempt, claimed: ClaimedGuess): GuessOutcome | Late {
    const { challengeId, secretId, knownDevice, withToken, firstOf } = claimed;
    const expected = this.codeOf({ challengeId, purpose, destination }, secretId, now);
    const attemptsRemaining = Math.max(0, this.#rules.maxAttempts - claimed.attempts);
    const same = expected !== null && sameOtp(expected, otp);
    if (claimed.admitted && claimed.alive && same) {
      const channel = this.#isTestNumber(destination, now) ? null : claimed.channel;
      const budget = this.#budgetOf(destination, claimed);
      const guesser = { knownDevice, budget, withToken, firstOf, ownLock: ownLock(claimed, now) };
      return {
        kind: 'right',
        guess: { destination, purpose, challengeId, channel, now, ...guesser },
        attemptsRemaining,
      };
    }
    // The code of a test number is used again. So a locked test number must not tell it: guesses there have no limit.
    const reused = this.#testPhones.codeOf(destination, now) !== null;
    if (claimed.justUsed && same && (claimed.admitted || !reused)) return { kind: 'late', attemptsRemaining };
    if (claimed.lockedUntil && claimed.lockedUntil > now) {
      return {
        kind: 'locked',
        lockedUntil: claimed.lockedUntil,
        retryAfterSeconds: secondsUntil(claimed.lockedUntil, now),
      };
    }
    return { kind: 'wrong', attemptsRemaining };
  }

  /** What a guess was counted against. */
  #budgetOf(destination: string, { knownDevice }: ClaimedGuess): string {
    return codesOf(subjectHash(this.#secrets, destination), knownDevice);
  }

  #isTestNumber(destination: string, now: Date): boolean {
    return this.#testPhones.codeOf(destination, now) !== null;
  }

  /** The code of a challenge; null when the secret that it was made with is gone. */
  codeOf(binding: OtpBinding, secretId: string, now: Date): string | null {
    const testCode = this.#testPhones.codeOf(binding.destination, now);
    if (testCode !== null) return testCode;
    const secret = secretById(this.#secrets, secretId);
    return secret && deriveOtp(secret.key('otp-code'), binding);
  }
}
