import type { FailureLimitService, Judgement, TooManyFailures } from '../budgets/failure-limit.service.js';
import type { GuessLimits } from '../budgets/guess-budget.repository.js';
import type { CaptchaGate, CaptchaRequired } from '../captcha/captcha-gate.service.js';
import type { Spending } from '../budgets/rate-budget.js';
import type { DeviceTokens } from '../devices/device-token.js';
import { type Guesser, type GuessingClient, readGuesser } from '../devices/guesser.js';
import { withoutInvisibles } from '../phone/digits.js';
import { type PhoneNumberRules, readPhoneNumber } from '../phone/phone-number.js';
import { type Clock, secondsUntil } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import type { ClientTrace, IssuedTokens, SessionService } from '../sessions/session.service.js';
import type { PasswordHasher } from '../users/password.js';
import type { User } from '../users/user.js';
import { BLANK, FieldProblems, type InvalidInput } from '../platform/field-problems.js';
import type { ClaimedPasswordGuess, Identifier, LoginRepository } from './login.repository.js';

export interface LoginRules {
  readonly phoneNumbers: PhoneNumberRules;
  readonly limits: GuessLimits;
}

export interface LoginCommand extends GuessingClient {
  readonly identifier: string;
  readonly password: string;
  readonly captchaToken: string | null;
  readonly client: ClientTrace & GuessingClient['client'];
}

export type LoginOutcome =
  | {
      readonly kind: 'signed_in';
      readonly user: User;
      readonly sessionId: string;
      readonly tokens: IssuedTokens;
      readonly deviceToken: string;
    }
  | InvalidInput
  | CaptchaRequired
  | TooManyFailures
  | { readonly kind: 'invalid_credentials'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

export interface LoginParts {
  readonly captcha: CaptchaGate;
  readonly logins: LoginRepository;
  readonly failures: FailureLimitService;
  readonly passwords: PasswordHasher;
  readonly sessions: SessionService;
  readonly deviceTokens: DeviceTokens;
  readonly clock: Clock;
  readonly random: Random;
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
    const { captcha, failures, deviceTokens, clock } = this.#parts;
    const problems = new FieldProblems();
    if (withoutInvisibles(command.identifier).trim() === '') problems.add('identifier', BLANK);
    if (command.password === '') problems.add('password', BLANK);
    if (problems.found) return problems.toOutcome();

    const permission = await captcha.check({ token: command.captchaToken, ipAddress: command.client.ipAddress });
    if (permission.kind === 'captcha_required') return permission;

    const now = clock.now();
    const guesser = await readGuesser(command, permission, deviceTokens);
    return failures.watch({ kind: 'passwords', guesser, now }, (budgets) =>
      this.#judge(command, { guesser, failures: budgets, now }),
    );
  }

  async #judge(
    command: LoginCommand,
    { guesser, failures, now }: { guesser: Guesser; failures: readonly Spending[]; now: Date },
  ): Promise<Judgement<LoginOutcome>> {
    const { captcha, logins, passwords, rules } = this.#parts;
    const identifier = this.#readIdentifier(withoutInvisibles(command.identifier).trim(), now);
    const claimed = await logins.claim({ identifier, guesser, failures, now, limits: rules.limits });
    const tooMany = this.#parts.failures.refused(claimed.refusal, now);
    const suspicious = claimed.suspicious || (tooMany !== null && guesser.refuseSuspicious);
    if (suspicious) return { outcome: captcha.required(), failed: false };
    if (tooMany) return { outcome: tooMany, failed: false };
    if (!claimed.admitted) return { outcome: refused(claimed, now), failed: false };
    const right = await passwords.verify(command.password, claimed.passwordHash);
    const outcome = right ? await this.#complete(command, claimed, now) : null;
    return { outcome: outcome ?? refused(claimed, now), failed: !right && claimed.knownDevice === null };
  }

  async #complete(
    { client, password }: LoginCommand,
    { userId, passwordHash, knownDevice }: ClaimedPasswordGuess,
    now: Date,
  ): Promise<LoginOutcome | null> {
    const { logins, passwords, sessions, deviceTokens, random } = this.#parts;
    if (userId === null || passwordHash === null) return null;
    const newHash = passwords.outdated(passwordHash) ? await passwords.hash(password) : null;
    const deviceId = knownDevice?.id ?? random.uuid();
    const session = sessions.plan({ ...client, deviceId }, ['pwd'], now);
    const user = await logins.complete({ userId, verifiedHash: passwordHash, newHash, knownDevice, session });
    if (!user) return null;
    const tokens = await sessions.issueFirst(session, user);
    const deviceToken = await deviceTokens.issue({ deviceId, userId });
    return { kind: 'signed_in', user, sessionId: session.id, tokens, deviceToken };
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
