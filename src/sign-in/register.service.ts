import type { TooManyFailures } from '../budgets/failure-limit.service.js';
import type {
  Registrant,
  RegistrationLimitService,
  TooManyRegistrations,
} from '../budgets/registration-limit.service.js';
import type { CaptchaRequired } from '../captcha/captcha-gate.service.js';
import type { GuessOutcome, OtpAttempt, OtpService } from '../otp/otp.service.js';
import type { Passkeys } from '../passkeys/passkeys.js';
import type { Clock } from '../platform/clock.js';
import { type FieldProblem, FieldProblems, type InvalidInput } from '../platform/field-problems.js';
import type { Random } from '../platform/random.js';
import { acceptedLocale } from '../texts/locale.js';
import { type AccountDisabled, disabledAt } from '../users/account-lock.js';
import type { HashingBusy } from '../users/hashing-queue.js';
import type { PasswordHasher } from '../users/password.js';
import type { PasswordPolicy } from '../users/password-policy.js';
import { UNKNOWN_CITY, USERNAME_TAKEN } from '../users/profile-rules.js';
import type { Availability, UserRepository } from '../users/user.repository.js';
import { proofByCode, together } from './authentication-methods.js';
import { ownTextsOfForm } from './own-texts.js';
import type { ShownProofs } from '../sessions/session.service.js';
import type { BeginSessionService, BegunSession, SigningInClient } from './begin-session.service.js';
import type { RegisterRepository, RegistrationResult } from './register.repository.js';
import { type RegisterForm, type RegisterFormRules, type Registration, readRegisterForm } from './register-form.js';

const TAKEN = {
  phoneNumber: 'A user with this phone number already exists.',
  email: 'A user with this email already exists.',
  username: USERNAME_TAKEN.message,
} as const;

export interface RegisterCommand extends SigningInClient {
  readonly form: RegisterForm;
  /** From the `requestOtp` that sent the code. */
  readonly requestToken: string | null;
  readonly acceptLanguage: string | null;
}

export type RegisterOutcome =
  | (BegunSession & { readonly kind: 'registered'; readonly passkeySuggested: boolean })
  | InvalidInput
  | CaptchaRequired
  | TooManyFailures
  | TooManyRegistrations
  | HashingBusy
  /** The code is right, and an administrator has locked the account that has the number. */
  | AccountDisabled
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

type RightCode = GuessOutcome & { kind: 'right' };

export interface RegisterParts {
  readonly beginning: BeginSessionService;
  readonly otp: OtpService;
  readonly users: UserRepository;
  readonly registrations: RegisterRepository;
  readonly limits: RegistrationLimitService;
  readonly passwords: PasswordHasher;
  readonly policy: PasswordPolicy;
  readonly passkeys: Pick<Passkeys, 'adding'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: RegisterFormRules;
}

interface CheckedForm {
  readonly command: RegisterCommand;
  readonly form: Registration;
  /** What the form comes with: a code, or only the client that registers without one. */
  readonly proof: { readonly attempt: OtpAttempt } | { readonly registrant: Registrant };
  readonly now: Date;
}

/** Whether the form may be looked at. `code` is null where it has none. */
type Permission =
  | { readonly kind: 'granted'; readonly code: RightCode | null }
  | { readonly kind: 'refused'; readonly outcome: RegisterOutcome };

interface Application {
  readonly command: RegisterCommand;
  readonly form: Registration;
  readonly code: RightCode | null;
  readonly now: Date;
}

/** Whoever made the account knows its password. */
const CHOSEN_PASSWORD: ShownProofs = { methods: ['pwd'], proofs: ['PASSWORD'] };

export class RegisterService {
  readonly #parts: RegisterParts;

  constructor(parts: RegisterParts) {
    this.#parts = parts;
  }

  /**
   * Makes an account and signs it in. A code that is given is checked first, and a wrong one is all the answer says.
   * Which accounts exist is told only to users who verified the number, or where registration is open without a code: then
   * each question spends a budget.
   */
  async register(command: RegisterCommand): Promise<RegisterOutcome> {
    const read = () => this.#read(command);
    return command.form.password === null ? read() : this.#parts.passwords.withPlace('registration', read);
  }

  async #read(command: RegisterCommand): Promise<RegisterOutcome> {
    const { beginning, otp, clock, rules, policy } = this.#parts;
    const ownTexts = ownTextsOfForm(command.form, rules, clock.now());
    const { password } = command.form;
    const passwordProblem = password === null ? null : await policy.problem(password, ownTexts);
    const form = readRegisterForm(command.form, { rules, passwordProblem, now: clock.now() });
    if (form.kind === 'invalid_input') return form;
    const client = await beginning.admit(command);
    if (client.kind === 'captcha_required') return client;

    const { now } = client;
    const { phoneNumber, verificationCode } = form;
    if (verificationCode === null)
      return this.#apply({ command, form, proof: { registrant: { ...client.guesser, now } }, now });
    const asked = await otp.asked(command.requestToken);
    const attempt = { ...client, asked, destination: phoneNumber, purpose: 'SIGN_IN', otp: verificationCode } as const;
    return otp.inTurn(attempt, () => this.#apply({ command, form, proof: { attempt }, now }));
  }

  async #apply({ command, form, proof, now }: CheckedForm): Promise<RegisterOutcome> {
    const { users, registrations } = this.#parts;
    // Side by side, so that a right and a wrong code take the same time.
    const [permission, looked] = await Promise.all([this.#permit(proof), settled(users.availability(form))]);
    if (permission.kind === 'refused') return permission.outcome;
    const { code } = permission;
    const availability = await (code ? registrations.withGuess(code.guess, looked) : looked());
    const disabled = code && availability.phoneNumberOwner && disabledAt(availability.phoneNumberOwner, now);
    if (disabled) return this.#refuse(disabled, code);
    const problems = takenProblems(availability);
    return problems.found ? this.#refuse(problems.toOutcome(), code) : this.#create({ command, form, code, now });
  }

  /** A right code was paid for with its text. A registration without one spends budgets of its own. */
  async #permit(proof: CheckedForm['proof']): Promise<Permission> {
    const { beginning, otp, limits } = this.#parts;
    const found = 'attempt' in proof ? await otp.guess(proof.attempt) : await limits.admit(proof.registrant);
    if (found === null) return { kind: 'granted', code: null };
    if (found.kind === 'right') return { kind: 'granted', code: found };
    return { kind: 'refused', outcome: found.kind === 'suspicious' ? beginning.captchaRequired() : found };
  }

  async #create({ command, form, code, now }: Application): Promise<RegisterOutcome> {
    const { beginning, passwords, passkeys, registrations, clock, random } = this.#parts;
    const guess = code?.guess ?? null;
    const passwordHash = form.password === null ? null : await passwords.hash(form.password, 'registration');
    const session = beginning.plan({
      client: command.client,
      knownDevice: guess?.knownDevice ?? null,
      shown: together(
        ...(passwordHash === null ? [] : [CHOSEN_PASSWORD]),
        ...(guess ? [proofByCode(guess.channel)] : []),
      ),
      now,
    });
    const locale = acceptedLocale(command.acceptLanguage);
    const user = { ...form, id: random.rowId(clock), locale, passwordHash };
    const result = await registrations.register({ user, session, guess });
    switch (result.kind) {
      case 'registered':
        return {
          kind: 'registered',
          // Nothing is added to an account that has verified nothing.
          passkeySuggested: passkeys.adding && guess !== null,
          ...(await beginning.issue(session, result.user, result.code)),
        };
      case 'lost':
        return { kind: 'wrong', attemptsRemaining: code?.attemptsRemaining ?? 0 };
      case 'taken':
        return this.#refuse(takenProblem(result).toOutcome(), code);
    }
  }

  /** The right code stays good for the next try. */
  async #refuse(outcome: RegisterOutcome, code: RightCode | null): Promise<RegisterOutcome> {
    if (code) await this.#parts.registrations.release(code.guess);
    return outcome;
  }
}

/** Its value, or its failure at the time of the call. */
function settled<Value>(promise: Promise<Value>): Promise<() => Promise<Value>> {
  return promise.then(
    (value) => async () => value,
    (error: unknown) => async () => Promise.reject(error),
  );
}

function taken(field: keyof typeof TAKEN): FieldProblem {
  return { code: 'TAKEN', message: TAKEN[field] };
}

function takenProblem({ field }: RegistrationResult & { kind: 'taken' }): FieldProblems {
  const problems = new FieldProblems();
  problems.add(field, taken(field));
  return problems;
}

function takenProblems(availability: Availability): FieldProblems {
  const problems = new FieldProblems();
  if (availability.phoneNumberOwner) problems.add('phoneNumber', taken('phoneNumber'));
  if (availability.emailTaken) problems.add('email', taken('email'));
  if (availability.usernameTaken) problems.add('username', taken('username'));
  if (availability.cityUnknown) problems.add('locationId', UNKNOWN_CITY);
  return problems;
}
