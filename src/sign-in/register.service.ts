import type { CaptchaGate, CaptchaRequired } from '../captcha/captcha-gate.service.js';
import type { TooManyFailures } from '../budgets/failure-limit.service.js';
import type { DeviceTokens } from '../devices/device-token.js';
import { type GuessingClient, readGuesser } from '../devices/guesser.js';
import type { DeliveryService } from '../messaging/delivery.service.js';
import { acceptedLocale } from '../texts/locale.js';
import type { OtpService } from '../otp/otp.service.js';
import type { RightGuess } from '../otp/otp-challenge.repository.js';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import type { PumpingGuardService } from '../pumping/pumping-guard.service.js';
import type { ClientTrace, IssuedTokens, SessionService } from '../sessions/session.service.js';
import type { PasswordHasher } from '../users/password.js';
import type { PasswordPolicy } from '../users/password-policy.js';
import type { User } from '../users/user.js';
import type { Availability, UserRepository } from '../users/user.repository.js';
import { proofBy } from './authentication-methods.js';
import { FieldProblems, type InvalidInput } from '../platform/field-problems.js';
import type { RegisterRepository, RegistrationResult } from './register.repository.js';
import { type RegisterForm, type RegisterFormRules, type Registration, readRegisterForm } from './register-form.js';

const TAKEN = {
  phoneNumber: 'A user with this phone number already exists.',
  email: 'A user with this email already exists.',
  username: 'A user with this username already exists.',
} as const;

export interface RegisterCommand extends GuessingClient {
  readonly form: RegisterForm;
  readonly captchaToken: string | null;
  readonly client: ClientTrace & GuessingClient['client'];
  readonly acceptLanguage: string | null;
}

export type RegisterOutcome =
  | {
      readonly kind: 'registered';
      readonly user: User;
      readonly sessionId: string;
      readonly tokens: IssuedTokens;
      readonly deviceToken: string;
    }
  | InvalidInput
  | CaptchaRequired
  | TooManyFailures
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

type Guess = Awaited<ReturnType<OtpService['guess']>>;

export interface RegisterParts {
  readonly captcha: CaptchaGate;
  readonly otp: OtpService;
  readonly users: UserRepository;
  readonly registrations: RegisterRepository;
  readonly passwords: PasswordHasher;
  readonly policy: PasswordPolicy;
  readonly sessions: SessionService;
  readonly deviceTokens: DeviceTokens;
  readonly guard: PumpingGuardService;
  readonly deliveries: DeliveryService;
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: RegisterFormRules;
}

export class RegisterService {
  readonly #parts: RegisterParts;

  constructor(parts: RegisterParts) {
    this.#parts = parts;
  }

  /**
   * Makes an account and signs it in. A code that is given is checked first, and a wrong one is all the answer says:
   * who exists is told only to those who proved the number, or where registration is open to everybody.
   */
  async register(command: RegisterCommand): Promise<RegisterOutcome> {
    const { captcha, otp, users, clock, rules, policy, deviceTokens } = this.#parts;
    const passwordProblem = await policy.problem(command.form.password);
    const form = readRegisterForm(command.form, { rules, passwordProblem, now: clock.now() });
    if (form.kind === 'invalid_input') return form;
    const permission = await captcha.check({ token: command.captchaToken, ipAddress: command.client.ipAddress });
    if (permission.kind === 'captcha_required') return permission;

    const now = clock.now();
    const { phoneNumber, verificationCode } = form;
    const guesser = await readGuesser(command, permission, deviceTokens);
    // Side by side, so that a right and a wrong code take the same time.
    const [guess, availability] = await Promise.all([
      verificationCode === null
        ? null
        : otp.guess({ phoneNumber, purpose: 'SIGN_IN', otp: verificationCode, guesser, now }),
      users.availability(form),
    ]);
    if (guess?.kind === 'suspicious') return captcha.required();
    if (guess && guess.kind !== 'right') return guess;
    const problems = takenProblems(availability);
    if (problems.found) {
      if (guess) await this.#parts.registrations.release(guess.guess);
      return problems.toOutcome();
    }
    return this.#create({ command, form, guess, now });
  }

  async #create(parts: {
    command: RegisterCommand;
    form: Registration;
    guess: (Guess & { kind: 'right' }) | null;
    now: Date;
  }): Promise<RegisterOutcome> {
    const { command, form, guess, now } = parts;
    const { sessions, passwords, registrations, deviceTokens, clock, random } = this.#parts;
    const passwordHash = await passwords.hash(form.password);
    const deviceId = guess?.guess.knownDevice?.id ?? random.uuid();
    const session = sessions.plan(
      { ...command.client, deviceId },
      guess ? ['pwd', ...proofBy(guess.guess.channel)] : ['pwd'],
      now,
    );
    const locale = acceptedLocale(command.acceptLanguage);
    const user = { ...form, id: random.rowId(clock), locale, passwordHash };
    const result = await registrations.register({ user, session, guess: guess?.guess ?? null });
    if (result.kind === 'registered') {
      this.#parts.guard.verified(result.code);
      if (guess) this.#parts.deliveries.verified(guess.guess.challengeId);
      const tokens = await sessions.issueFirst(session, result.user);
      const deviceToken = await deviceTokens.issue({ deviceId, userId: result.user.id });
      return { kind: 'registered', user: result.user, sessionId: session.id, tokens, deviceToken };
    }
    return this.#refuse(result, guess);
  }

  async #refuse(
    result: Exclude<RegistrationResult, { kind: 'registered' }>,
    guess: { guess: RightGuess; attemptsRemaining: number } | null,
  ): Promise<RegisterOutcome> {
    if (result.kind === 'lost') return { kind: 'wrong', attemptsRemaining: guess?.attemptsRemaining ?? 0 };
    if (guess) await this.#parts.registrations.release(guess.guess);
    const problems = new FieldProblems();
    problems.add(result.field, TAKEN[result.field]);
    return problems.toOutcome();
  }
}

function takenProblems(availability: Availability): FieldProblems {
  const problems = new FieldProblems();
  if (availability.phoneNumberTaken) problems.add('phoneNumber', TAKEN.phoneNumber);
  if (availability.emailTaken) problems.add('email', TAKEN.email);
  if (availability.usernameTaken) problems.add('username', TAKEN.username);
  if (availability.cityUnknown) problems.add('locationId', 'There is no city with this id.');
  return problems;
}
