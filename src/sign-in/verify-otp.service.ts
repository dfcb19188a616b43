import { acceptedLocale } from '../messaging/locale.js';
import type { OtpService } from '../otp/otp.service.js';
import type { RightGuess } from '../otp/otp-challenge.repository.js';
import { readOtp } from '../otp/otp-code.js';
import { type PhoneNumberRules, readPhoneNumber } from '../phone/phone-number.js';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import type { PumpingGuardService } from '../pumping/pumping-guard.service.js';
import type { AccessTokenClaims } from '../sessions/access-token.js';
import type { AuthenticationMethod, ClientTrace, IssuedTokens, SessionService } from '../sessions/session.service.js';
import type { User } from '../users/user.js';
import { FieldProblems, type InvalidInput } from './field-problems.js';
import type { SignInRepository } from './sign-in.repository.js';

/** What a right code of a number without an account does (UNKNOWN_PHONE). */
export type UnknownPhone = 'sign-up' | 'register' | 'reject';

export interface VerifyOtpRules {
  readonly phoneNumbers: PhoneNumberRules;
  readonly unknownPhone: UnknownPhone;
}

export interface VerifyOtpCommand {
  readonly phoneNumber: string;
  readonly otp: string;
  readonly client: ClientTrace;
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
    }
  | InvalidInput
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number }
  | { readonly kind: 'registration_required' };

export interface VerifyOtpParts {
  readonly otp: OtpService;
  readonly signIns: SignInRepository;
  readonly sessions: SessionService;
  readonly guard: PumpingGuardService;
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
    const { otp, clock, rules } = this.#parts;
    const now = clock.now();
    const phone = readPhoneNumber(command.phoneNumber, rules.phoneNumbers, now);
    const code = readOtp(command.otp);
    const problems = new FieldProblems();
    problems.addPhoneNumber(phone);
    if (code.kind === 'invalid') problems.add('otp', code.message);
    if (phone.kind !== 'phone_number' || code.kind !== 'otp') return problems.toOutcome();

    const guess = await otp.guess({ phoneNumber: phone.phoneNumber, purpose: 'SIGN_IN', otp: code.otp, now });
    if (guess.kind !== 'right') return guess;
    // Nothing was sent to a test number.
    const methods = phone.testCode === null ? (['otp', 'sms'] as const) : (['otp'] as const);
    return this.#complete(command, { ...guess, methods }, now);
  }

  async #complete(
    command: VerifyOtpCommand,
    right: { guess: RightGuess; attemptsRemaining: number; methods: readonly AuthenticationMethod[] },
    now: Date,
  ): Promise<VerifyOtpOutcome> {
    const { signIns, sessions, guard: pumpingGuard, clock, random, rules } = this.#parts;
    const { guess, attemptsRemaining, methods } = right;
    const session = sessions.plan(command.client, methods, now);
    const locale = acceptedLocale(command.acceptLanguage);
    const newUser = rules.unknownPhone === 'sign-up' ? { id: random.rowId(clock), locale } : null;
    const result = await signIns.complete({ guess, session, signedInAs: command.signedInAs, newUser });
    switch (result.kind) {
      case 'signed_in': {
        const { user, newMember, proof } = result;
        pumpingGuard.proved(proof.countedUnder, proof.paused);
        const tokens = await sessions.issueFirst(session, user);
        return { kind: 'signed_in', user, sessionId: session.id, newMember, tokens };
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
