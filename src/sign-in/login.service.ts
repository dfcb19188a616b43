import { createHash } from 'node:crypto';
import type { GuessLimits } from '../budgets/guess-budget.repository.js';
import type { CaptchaGate, CaptchaRequired } from '../captcha/captcha-gate.service.js';
import { withoutInvisibles } from '../phone/digits.js';
import { type PhoneNumberRules, readPhoneNumber } from '../phone/phone-number.js';
import { type Clock, secondsUntil } from '../platform/clock.js';
import type { ClientTrace, IssuedTokens, SessionService } from '../sessions/session.service.js';
import type { PasswordHasher } from '../users/password.js';
import type { User } from '../users/user.js';
import { BLANK, FieldProblems, type InvalidInput } from './field-problems.js';
import type { ClaimedPasswordGuess, Identifier, LoginRepository } from './login.repository.js';

export interface LoginRules {
  readonly phoneNumbers: PhoneNumberRules;
  readonly limits: GuessLimits;
}

export interface LoginCommand {
  readonly identifier: string;
  readonly password: string;
  readonly captchaToken: string | null;
  readonly client: ClientTrace;
}

export type LoginOutcome =
  | { readonly kind: 'signed_in'; readonly user: User; readonly sessionId: string; readonly tokens: IssuedTokens }
  | InvalidInput
  | CaptchaRequired
  | { readonly kind: 'invalid_credentials'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

export interface LoginParts {
  readonly captcha: CaptchaGate;
  readonly logins: LoginRepository;
  readonly passwords: PasswordHasher;
  readonly sessions: SessionService;
  readonly clock: Clock;
  readonly rules: LoginRules;
}

export class LoginService {
  readonly #parts: LoginParts;

  constructor(parts: LoginParts) {
    this.#parts = parts;
  }

  /**
   * Signs in with a password. Whether anybody has the identifier shows neither in the answer nor in the time it takes;
   * what does show is that two identifiers share a budget, and so belong to one account (docs/decisions/0004).
   */
  async login(command: LoginCommand): Promise<LoginOutcome> {
    const { captcha, logins, passwords, clock, rules } = this.#parts;
    const problems = new FieldProblems();
    if (withoutInvisibles(command.identifier).trim() === '') problems.add('identifier', BLANK);
    if (command.password === '') problems.add('password', BLANK);
    if (problems.found) return problems.toOutcome();

    const permission = await captcha.check({ token: command.captchaToken, ipAddress: command.client.ipAddress });
    if (permission.kind === 'captcha_required') return permission;

    const now = clock.now();
    const identifier = this.#readIdentifier(withoutInvisibles(command.identifier).trim(), now);
    const claimed = await logins.claim({
      identifier,
      digest: digestOf(identifier),
      now,
      limits: rules.limits,
      refuseSuspicious: permission.askIfSuspicious,
    });
    if (claimed.suspicious) return captcha.required();
    if (!claimed.admitted) return refused(claimed, now);
    const right = await passwords.verify(command.password, claimed.passwordHash);
    const outcome = right ? await this.#complete(command, claimed, now) : null;
    return outcome ?? refused(claimed, now);
  }

  async #complete(
    { client, password }: LoginCommand,
    { userId, passwordHash }: ClaimedPasswordGuess,
    now: Date,
  ): Promise<LoginOutcome | null> {
    const { logins, passwords, sessions } = this.#parts;
    if (userId === null || passwordHash === null) return null;
    const newHash = passwords.outdated(passwordHash) ? await passwords.hash(password) : null;
    const session = sessions.plan(client, ['pwd'], now);
    const user = await logins.complete({ userId, verifiedHash: passwordHash, newHash, session });
    if (!user) return null;
    return { kind: 'signed_in', user, sessionId: session.id, tokens: await sessions.issueFirst(session, user) };
  }

  /** Usernames have a letter and no `@`, so each text can be meant as one kind only. */
  #readIdentifier(typed: string, now: Date): Identifier {
    if (typed.includes('@')) return { kind: 'email', value: typed };
    const phone = readPhoneNumber(typed, this.#parts.rules.phoneNumbers, now);
    if (phone.kind === 'phone_number') return { kind: 'phone_number', value: phone.phoneNumber };
    return { kind: 'username', value: typed };
  }
}

function refused({ lockedUntil, guessesLeft }: ClaimedPasswordGuess, now: Date): LoginOutcome {
  if (lockedUntil === null || lockedUntil <= now)
    return { kind: 'invalid_credentials', attemptsRemaining: guessesLeft };
  return { kind: 'locked', lockedUntil, retryAfterSeconds: secondsUntil(lockedUntil, now) };
}

function digestOf({ kind, value }: Identifier): string {
  return createHash('sha256').update(`${kind}:${value.toLowerCase()}`).digest('base64url');
}
