import type { CaptchaGate, CaptchaRequired } from '../captcha/captcha-gate.service.js';
import type { TooManyFailures } from '../budgets/failure-limit.service.js';
import type { DeviceTokens } from '../devices/device-token.js';
import { type GuessingClient, readGuesser } from '../devices/guesser.js';
import type { DeliveryService } from '../messaging/delivery.service.js';
import { acceptedLocale } from '../texts/locale.js';
import type { OtpService } from '../otp/otp.service.js';
import type { RightGuess } from '../otp/otp-challenge.repository.js';
import { readOtp } from '../otp/otp-code.js';
import { type PhoneNumberRules, phoneNumberProblem, readPhoneNumber } from '../phone/phone-number.js';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import type { PumpingGuardService } from '../pumping/pumping-guard.service.js';
import type { AccessTokenClaims } from '../sessions/access-token.js';
import type { AuthenticationMethod, ClientTrace, IssuedTokens, SessionService } from '../sessions/session.service.js';
import type { User } from '../users/user.js';
import { proofBy } from './authentication-methods.js';
import { FieldProblems, type InvalidInput } from '../platform/field-problems.js';
import type { SignInRepository } from './sign-in.repository.js';

/** What a right code of a number without an account does (UNKNOWN_PHONE). */
export type UnknownPhone = 'sign-up' | 'register' | 'reject';

export interface VerifyOtpRules {
  readonly phoneNumbers: PhoneNumberRules;
  readonly unknownPhone: UnknownPhone;
}

export interface VerifyOtpCommand extends GuessingClient {
  readonly phoneNumber: string;
  readonly otp: string;
  readonly captchaToken: string | null;
  readonly client: ClientTrace & GuessingClient['client'];
  readonly acceptLanguage: string | null;
  /** Who the caller is signed in as already, if anybody. */
  readonly signedInAs: AccessTokenClaims | null;
}

export type VerifyOtpOutcome =
  | {
      readonly kind: 'signed_in';
      readonly user: User;
      readonly sessionId: string;
      readonly tokens: IssuedTokens;
      readonly newMember: boolean;
      readonly deviceToken: string;
    }
  | InvalidInput
  | CaptchaRequired
  | TooManyFailures
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number }
  | { readonly kind: 'registration_required' };

export interface VerifyOtpParts {
  readonly captcha: CaptchaGate;
  readonly otp: OtpService;
  readonly signIns: SignInRepository;
  readonly sessions: SessionService;
  readonly deviceTokens: DeviceTokens;
  readonly guard: PumpingGuardService;
  readonly deliveries: DeliveryService;
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: VerifyOtpRules;
}

export class VerifyOtpService {
  readonly #parts: VerifyOtpParts;

  constructor(parts: VerifyOtpParts) {
    this.#parts = parts;
  }

  /** Proves a number and signs its owner in; in `sign-up` mode an unknown number gets an account. */
  async verifyOtp(command: VerifyOtpCommand): Promise<VerifyOtpOutcome> {
    const { captcha, otp, deviceTokens, clock, rules } = this.#parts;
    const phone = readPhoneNumber(command.phoneNumber, rules.phoneNumbers, clock.now());
    const code = readOtp(command.otp);
    const problems = new FieldProblems();
    problems.add('phoneNumber', phoneNumberProblem(phone));
    if (code.kind === 'invalid') problems.add('otp', code.message);
    if (phone.kind !== 'phone_number' || code.kind !== 'otp') return problems.toOutcome();

    const permission = await captcha.check({ token: command.captchaToken, ipAddress: command.client.ipAddress });
    if (permission.kind === 'captcha_required') return permission;

    const now = clock.now();
    const { phoneNumber } = phone;
    const guesser = await readGuesser(command, permission, deviceTokens);
    const guess = await otp.guess({ phoneNumber, purpose: 'SIGN_IN', otp: code.otp, guesser, now });
    if (guess.kind === 'suspicious') return captcha.required();
    if (guess.kind !== 'right') return guess;
    // Nothing was sent to a test number.
    const methods = phone.testCode === null ? proofBy(guess.guess.channel) : (['otp'] as const);
    return this.#complete(command, { ...guess, methods }, now);
  }

  async #complete(
    command: VerifyOtpCommand,
    right: { guess: RightGuess; attemptsRemaining: number; methods: readonly AuthenticationMethod[] },
    now: Date,
  ): Promise<VerifyOtpOutcome> {
    const { signIns, sessions, deviceTokens, guard: pumpingGuard, deliveries, clock, random, rules } = this.#parts;
    const { guess, attemptsRemaining, methods } = right;
    const deviceId = guess.knownDevice?.id ?? random.uuid();
    const session = sessions.plan({ ...command.client, deviceId }, methods, now);
    const locale = acceptedLocale(command.acceptLanguage);
    const newUser = rules.unknownPhone === 'sign-up' ? { id: random.rowId(clock), locale } : null;
    const result = await signIns.complete({ guess, session, signedInAs: command.signedInAs, newUser });
    switch (result.kind) {
      case 'signed_in': {
        const { user, newMember, code } = result;
        pumpingGuard.verified(code);
        deliveries.verified(guess.challengeId);
        const tokens = await sessions.issueFirst(session, user);
        const deviceToken = await deviceTokens.issue({ deviceId, userId: user.id });
        return { kind: 'signed_in', user, sessionId: session.id, newMember, tokens, deviceToken };
      }
      case 'unknown_phone':
        return rules.unknownPhone === 'register'
          ? { kind: 'registration_required' }
          : { kind: 'wrong', attemptsRemaining };
      case 'lost':
        return { kind: 'wrong', attemptsRemaining };
    }
  }
}
