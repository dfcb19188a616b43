import type { FailureTrail } from '../audit/failures/failure-trail.service.js';
import type { FailureLimitService, Judgement, TooManyFailures } from '../budgets/failure-limit.service.js';
import type { GuessLimits } from '../budgets/guess-budget.repository.js';
import { ownLock } from '../budgets/late-guess.js';
import type { KnownDevice } from '../devices/device.repository.js';
import type { Guesser } from '../devices/guesser.js';
import type { NoticeService } from '../notices/notice.service.js';
import { secondsUntil } from '../platform/clock.js';
import { Turns } from '../platform/turns.js';
import type { ShownProofs } from '../sessions/session.service.js';
import type { HashingBusy } from '../users/hashing-queue.js';
import type { PasswordHasher } from '../users/password.js';
import type { User } from '../users/user.js';
import type { ClaimedPasswordGuess, DecidedLogin, Identifier, LoginRepository } from './login.repository.js';
import type { OpeningFacts } from './opening/decision.js';

/** What a right password shows. */
export const PASSWORD_SHOWN: ShownProofs = { methods: ['pwd'], proofs: ['PASSWORD'] };

export interface PasswordAttempt {
  readonly identifier: Identifier;
  readonly password: string;
  readonly guesser: Guesser;
  readonly now: Date;
}

/** A password that was right, and the account that it belongs to. */
export interface RightPassword {
  readonly user: User;
  readonly opening: OpeningFacts;
  /** The device that the guess was counted with. */
  readonly knownDevice: KnownDevice | null;
  /** Does what the password is needed for. If the database cannot do it now, the guess is given back. */
  use<Result>(write: (decided: DecidedLogin) => Promise<Result>): Promise<Result>;
  /** Gives the guess back, because the password opens nothing now. */
  giveBack(): Promise<void>;
}

export type PasswordRefusal =
  | TooManyFailures
  | HashingBusy
  /** Neither counted nor checked: the client must pass a CAPTCHA first. */
  | { readonly kind: 'suspicious' }
  | { readonly kind: 'invalid_credentials'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

export interface PasswordGuessParts {
  readonly logins: LoginRepository;
  readonly failures: FailureLimitService;
  readonly passwords: PasswordHasher;
  readonly notices: Pick<NoticeService, 'locked'>;
  readonly failureTrail: FailureTrail;
  readonly limits: GuessLimits;
  readonly longestTurnWaitMs?: number | undefined;
}

/** Guesses at passwords: each is counted before it is checked, and limited alike wherever it is made. */
export class PasswordGuesses {
  readonly #parts: PasswordGuessParts;
  readonly #turns: Turns;

  constructor(parts: PasswordGuessParts) {
    this.#parts = parts;
    this.#turns = new Turns(parts.longestTurnWaitMs);
  }

  /**
   * Judges one guess, and has a right one used. Null from `use` means that what was checked has changed meanwhile: it is
   * answered like a wrong guess. Neither the answer nor the time shows whether an account has the identifier.
   */
  async judge<Outcome extends object>(
    attempt: PasswordAttempt,
    use: (right: RightPassword) => Promise<Outcome | null>,
  ): Promise<Outcome | PasswordRefusal> {
    const { failures, passwords } = this.#parts;
    const { identifier, guesser, now } = attempt;
    const judge = () =>
      failures.watch<Outcome | PasswordRefusal>({ kind: 'passwords', guesser, requestToken: null, now }, (budgets) =>
        this.#judge({ ...attempt, failures: budgets }, use),
      );
    // Without turns, seven calls with the right password at the same moment would be seven counted guesses and lock the account.
    // The place comes second: so many calls with one identifier take one place among the hashes, and leave the others to others.
    return this.#turns.take(turnOf(identifier, guesser), () => passwords.withPlace('login', judge));
  }

  async #judge<Outcome>(
    { password, ...guess }: PasswordAttempt & Pick<Parameters<LoginRepository['claim']>[0], 'failures'>,
    use: (right: RightPassword) => Promise<Outcome | null>,
  ): Promise<Judgement<Outcome | PasswordRefusal>> {
    const { logins, failures, passwords, limits } = this.#parts;
    const { guesser, now } = guess;
    const claimed = await logins.claim({ ...guess, limits });
    const tooMany = failures.refused(claimed.refusal, now);
    const suspicious = claimed.suspicious || (tooMany !== null && guesser.refuseSuspicious);
    if (suspicious) return { outcome: { kind: 'suspicious' }, failed: false };
    if (tooMany) return { outcome: tooMany, failed: false };
    if (!claimed.admitted) return { outcome: refused(claimed, now), failed: false };
    const { account, knownDevice } = claimed;
    const passwordHash = account?.user.passwordHash ?? null;
    const right = await passwords.verify(password, passwordHash);
    if (!right) this.#wrong(guess, claimed);
    const used = right && account ? await use(this.#right({ password, ...guess }, { ...claimed, account })) : null;
    return { outcome: used ?? refused(claimed, now), failed: !right && knownDevice === null };
  }

  #wrong({ identifier, guesser, now }: Omit<PasswordAttempt, 'password'>, claimed: ClaimedPasswordGuess): void {
    const { failureTrail, notices } = this.#parts;
    const userId = claimed.account?.user.id ?? null;
    const number = identifier.kind === 'phone_number' ? identifier.value : null;
    const failure = { subject: userId ?? number, proof: 'PASSWORD', ipAddress: guesser.ipAddress, at: now };
    failureTrail.failed(failure);
    const lock = ownLock(claimed, now);
    if (lock) failureTrail.locked(failure, lock);
    if (lock && userId !== null) notices.locked({ userId }, lock);
  }

  #right(
    { password, guesser, now }: PasswordAttempt,
    {
      account,
      knownDevice,
      ...claimed
    }: ClaimedPasswordGuess & { account: NonNullable<ClaimedPasswordGuess['account']> },
  ): RightPassword {
    const { id: userId, passwordHash } = account.user;
    const guess = { userId, knownDevice, now, ownLock: ownLock(claimed, now) };
    return {
      ...account,
      knownDevice,
      giveBack: () => this.#parts.logins.giveBack(guess),
      use: (write) =>
        this.#parts.logins.withGuess(guess, async () => {
          const verifiedHash = await this.#replaceOutdated({ userId, passwordHash: passwordHash ?? '', password });
          return write({ userId, verifiedHash, knownDevice, opening: account.opening, device: guesser.device });
        }),
    };
  }

  /** Before the session begins: if this fails, the caller is told so, and no session is left that the caller does not have. */
  async #replaceOutdated(account: { userId: string; passwordHash: string; password: string }): Promise<string> {
    const { logins, passwords } = this.#parts;
    const { userId, passwordHash: from, password } = account;
    if (!passwords.outdated(from)) return from;
    const to = await passwords.hash(password, 'login');
    await logins.rehash(userId, { from, to });
    return to;
  }
}

/** A device with a token does not wait for clients without one. */
function turnOf({ kind, value }: Identifier, { device }: Guesser): string {
  return `${kind} ${value.toLowerCase()} ${device?.deviceId ?? ''}`;
}

function refused({ lockedUntil, guessesLeft }: ClaimedPasswordGuess, now: Date): PasswordRefusal {
  if (lockedUntil === null || lockedUntil <= now)
    return { kind: 'invalid_credentials', attemptsRemaining: guessesLeft };
  return { kind: 'locked', lockedUntil, retryAfterSeconds: secondsUntil(lockedUntil, now) };
}
