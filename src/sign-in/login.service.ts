import type { FailureLimitService, Judgement, TooManyFailures } from '../budgets/failure-limit.service.js';
import type { GuessLimits } from '../budgets/guess-budget.repository.js';
import { ownLock } from '../budgets/late-guess.js';
import type { CaptchaRequired } from '../captcha/captcha-gate.service.js';
import type { Guesser } from '../devices/guesser.js';
import type { NoticeService } from '../notices/notice.service.js';
import { withoutInvisibles } from '../phone/digits.js';
import { type PhoneNumberRules, readPhoneNumber } from '../phone/phone-number.js';
import { phoneNumberProblem } from '../phone/phone-number-problem.js';
import { type Clock, secondsUntil } from '../platform/clock.js';
import { readEmailAddress } from '../platform/email-address.js';
import { BLANK, type FieldProblem, FieldProblems, type InvalidInput, tooLong } from '../platform/field-problems.js';
import { textLimits } from '../platform/text-limits.js';
import { Turns } from '../platform/turns.js';
import { passwordLengthProblem } from '../users/normalized-password.js';
import type { HashingBusy } from '../users/hashing-queue.js';
import type { PasswordHasher } from '../users/password.js';
import type { BeginSessionService, BegunSession, SigningInClient } from './begin-session.service.js';
import type { ClaimedPasswordGuess, Identifier, LoginRepository, PasswordGuessClaim } from './login.repository.js';

export interface LoginRules {
  readonly phoneNumbers: PhoneNumberRules;
  readonly limits: GuessLimits;
}

export interface LoginCommand extends SigningInClient {
  readonly identifier: string;
  readonly password: string;
}

export type LoginOutcome =
  | (BegunSession & { readonly kind: 'signed_in' })
  | InvalidInput
  | CaptchaRequired
  | TooManyFailures
  | HashingBusy
  | { readonly kind: 'invalid_credentials'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

export interface LoginParts {
  readonly beginning: BeginSessionService;
  readonly logins: LoginRepository;
  readonly failures: FailureLimitService;
  readonly passwords: PasswordHasher;
  readonly notices: NoticeService;
  readonly clock: Clock;
  readonly rules: LoginRules;
}

export class LoginService {
  readonly #parts: LoginParts;
  readonly #turns = new Turns();

  constructor(parts: LoginParts) {
    this.#parts = parts;
  }

  /**
   * Signs in with a password. Neither the answer nor the time it takes shows whether an account has the identifier. What
   * does show is that two identifiers share a budget, and so belong to one account (docs/decisions/0004).
   */
  async login(command: LoginCommand): Promise<LoginOutcome> {
    const problems = this.#problems(command);
    if (problems.found) return problems.toOutcome();
    const { beginning, failures, passwords } = this.#parts;
    const client = await beginning.admit(command);
    if (client.kind === 'captcha_required') return client;
    const { guesser, now } = client;
    const identifier = this.#readIdentifier(command.identifier, now);
    const judge = () =>
      failures.watch({ kind: 'passwords', guesser, requestToken: null, now }, (budgets) =>
        this.#judge(command, { identifier, guesser, failures: budgets, now }),
      );
    // Without turns, seven calls with the right password at the same moment would be seven counted guesses and lock the account.
    // The place comes second: so many calls with one identifier take one place among the hashes, and leave the others to others.
    return this.#turns.take(turnOf(identifier, guesser), () => passwords.withPlace('login', judge));
  }

  #problems({ identifier, password }: LoginCommand): FieldProblems {
    const problems = new FieldProblems();
    problems.add('identifier', this.#identifierProblem(identifier));
    problems.add('password', password === '' ? BLANK : passwordLengthProblem(password));
    return problems;
  }

  /** A text of digits and marks can only be a phone number, because usernames have a letter. */
  #identifierProblem(typed: string): FieldProblem | null {
    const { clock, rules } = this.#parts;
    const { maximum } = textLimits.IDENTIFIER;
    if (typed.length > maximum) return tooLong(maximum);
    const text = withoutInvisibles(typed).trim();
    if (text === '') return BLANK;
    if (!/\p{Nd}/u.test(text) || /[\p{L}@]/u.test(text)) return null;
    return phoneNumberProblem(readPhoneNumber(text, rules.phoneNumbers, clock.now()), rules.phoneNumbers);
  }

  async #judge(command: LoginCommand, guess: Omit<PasswordGuessClaim, 'limits'>): Promise<Judgement<LoginOutcome>> {
    const { beginning, logins, passwords, notices, rules } = this.#parts;
    const { guesser, now } = guess;
    const claimed = await logins.claim({ ...guess, limits: rules.limits });
    const tooMany = this.#parts.failures.refused(claimed.refusal, now);
    const suspicious = claimed.suspicious || (tooMany !== null && guesser.refuseSuspicious);
    if (suspicious) return { outcome: beginning.captchaRequired(), failed: false };
    if (tooMany) return { outcome: tooMany, failed: false };
    if (!claimed.admitted) return { outcome: refused(claimed, now), failed: false };
    const right = await passwords.verify(command.password, claimed.passwordHash);
    const lock = right ? null : ownLock(claimed, now);
    if (lock && claimed.userId !== null) notices.locked({ userId: claimed.userId }, lock);
    const outcome = right ? await this.#complete(command, claimed, now) : null;
    return { outcome: outcome ?? refused(claimed, now), failed: !right && claimed.knownDevice === null };
  }

  async #complete(
    { client, password }: LoginCommand,
    claimed: ClaimedPasswordGuess,
    now: Date,
  ): Promise<LoginOutcome | null> {
    const { beginning, logins } = this.#parts;
    const { userId, passwordHash, knownDevice } = claimed;
    if (userId === null || passwordHash === null) return null;
    const session = beginning.plan({ client, knownDevice, shown: { methods: ['pwd'], proofs: ['PASSWORD'] }, now });
    const user = await logins.withGuess({ userId, knownDevice, now, ownLock: ownLock(claimed, now) }, async () => {
      const verifiedHash = await this.#replaceOutdated({ userId, passwordHash, password });
      return logins.complete({ userId, verifiedHash, knownDevice, session });
    });
    return user && { kind: 'signed_in', ...(await beginning.issue(session, user)) };
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

  /** Usernames have a letter and no `@`, so each text can be meant as one kind only. */
  #readIdentifier(identifier: string, now: Date): Identifier {
    const typed = withoutInvisibles(identifier).trim();
    if (typed.includes('@')) {
      // Some scripts need joiners, which cannot be seen, in a domain.
      const address = readEmailAddress(identifier.trim()) ?? readEmailAddress(typed);
      return { kind: 'email', value: address ?? typed };
    }
    const phone = readPhoneNumber(typed, this.#parts.rules.phoneNumbers, now);
    if (phone.kind === 'phone_number') return { kind: 'phone_number', value: phone.phoneNumber };
    return { kind: 'username', value: typed };
  }
}

/** A device with a token does not wait for clients without one. */
function turnOf({ kind, value }: Identifier, { device }: Guesser): string {
  return `${kind} ${value.toLowerCase()} ${device?.deviceId ?? ''}`;
}

function refused({ lockedUntil, guessesLeft }: ClaimedPasswordGuess, now: Date): LoginOutcome {
  if (lockedUntil === null || lockedUntil <= now)
    return { kind: 'invalid_credentials', attemptsRemaining: guessesLeft };
  return { kind: 'locked', lockedUntil, retryAfterSeconds: secondsUntil(lockedUntil, now) };
}
