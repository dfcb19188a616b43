import type { TooManyFailures } from '../budgets/failure-limit.service.js';
import type { CaptchaRequired } from '../captcha/captcha-gate.service.js';
import type { RightGuess } from '../otp/challenge-use.js';
import type { OtpService } from '../otp/otp.service.js';
import { readOtp } from '../otp/otp-code.js';
import { type PhoneNumberRules, readPhoneNumber } from '../phone/phone-number.js';
import { phoneNumberProblem } from '../phone/phone-number-problem.js';
import type { Clock } from '../platform/clock.js';
import { FieldProblems, type InvalidInput } from '../platform/field-problems.js';
import type { Random } from '../platform/random.js';
import type { AccessTokenClaims } from '../sessions/access-token.js';
import type { AuthenticationMethod } from '../sessions/session.service.js';
import { acceptedLocale } from '../texts/locale.js';
import { methodsOfCode } from './authentication-methods.js';
import type { BeginSessionService, BegunSession, SigningInClient } from './begin-session.service.js';
import type { SignInRepository } from './sign-in.repository.js';

/** What a right code of a number without an account does (UNKNOWN_PHONE). */
export type UnknownPhone = 'sign-up' | 'register' | 'reject';

export interface VerifyOtpRules {
  readonly phoneNumbers: PhoneNumberRules;
  readonly unknownPhone: UnknownPhone;
}

export interface VerifyOtpCommand extends SigningInClient {
  readonly phoneNumber: string;
  readonly otp: string;
  readonly acceptLanguage: string | null;
  /** The access token that came with the call, if it is valid. */
  readonly signedInAs: AccessTokenClaims | null;
}

export type VerifyOtpOutcome =
  | (BegunSession & { readonly kind: 'signed_in'; readonly newMember: boolean })
  | InvalidInput
  | CaptchaRequired
  | TooManyFailures
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number }
  | { readonly kind: 'registration_required' };

export interface VerifyOtpParts {
  readonly beginning: BeginSessionService;
  readonly otp: OtpService;
  readonly signIns: SignInRepository;
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: VerifyOtpRules;
}

interface RightCode {
  readonly guess: RightGuess;
  readonly attemptsRemaining: number;
  readonly methods: readonly AuthenticationMethod[];
}

export class VerifyOtpService {
  readonly #parts: VerifyOtpParts;

  constructor(parts: VerifyOtpParts) {
    this.#parts = parts;
  }

  /** Verifies a number and signs its owner in; in `sign-up` mode an unknown number gets an account. */
  async verifyOtp(command: VerifyOtpCommand): Promise<VerifyOtpOutcome> {
    const { beginning, otp, clock, rules } = this.#parts;
    const phone = readPhoneNumber(command.phoneNumber, rules.phoneNumbers, clock.now());
    const code = readOtp(command.otp);
    const problems = new FieldProblems();
    problems.add('phoneNumber', phoneNumberProblem(phone, rules.phoneNumbers));
    if (code.kind === 'invalid') problems.add('otp', code.problem);
    if (phone.kind !== 'phone_number' || code.kind !== 'otp') return problems.toOutcome();

    const client = await beginning.admit(command);
    if (client.kind === 'captcha_required') return client;
    const attempt = { ...client, phoneNumber: phone.phoneNumber, purpose: 'SIGN_IN', otp: code.otp } as const;
    return otp.inTurn(attempt, async () => {
      const guess = await otp.guess(attempt);
      if (guess.kind === 'suspicious') return beginning.captchaRequired();
      if (guess.kind !== 'right') return guess;
      // Nothing was sent to a test number.
      const methods = phone.testCode === null ? methodsOfCode(guess.guess.channel) : (['otp'] as const);
      return this.#complete(command, { ...guess, methods });
    });
  }

  async #complete(
    { client, acceptLanguage, signedInAs }: VerifyOtpCommand,
    { guess, attemptsRemaining, methods }: RightCode,
  ): Promise<VerifyOtpOutcome> {
    const { beginning, signIns, clock, random, rules } = this.#parts;
    const { knownDevice, now } = guess;
    const session = beginning.plan({ client, knownDevice, methods, now });
    const locale = acceptedLocale(acceptLanguage);
    const newUser = rules.unknownPhone === 'sign-up' ? { id: random.rowId(clock), locale } : null;
    const result = await signIns.complete({ guess, session, signedInAs, newUser });
    switch (result.kind) {
      case 'signed_in': {
        const { user, newMember, code } = result;
        return { kind: 'signed_in', newMember, ...(await beginning.issue(session, user, code)) };
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
