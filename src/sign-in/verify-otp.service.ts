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
import type { NewSession } from '../sessions/session-fragments.js';
import type { ShownProofs } from '../sessions/session.service.js';
import { acceptedLocale } from '../texts/locale.js';
import { proofByCode } from './authentication-methods.js';
import type { BeginSessionService, BegunSession, SigningInClient } from './begin-session.service.js';
import {
  decideFirstVerification,
  type FirstVerificationFacts,
  type UnknownPhone,
} from './first-verification/decision.js';
import type { BroughtTokens } from './first-verification/facts.js';
import type { FirstVerificationRepository } from './first-verification/write.repository.js';
import type { SignInCompletion, SignInRepository, SignInResult } from './sign-in.repository.js';

/** A first verification looks again when another call was quicker. There are not more ways than that to be decided for. */
const MOST_LOOKS = 4;

type SignedIn = Exclude<SignInResult, { readonly kind: 'registered' }>;

export interface VerifyOtpRules {
  readonly phoneNumbers: PhoneNumberRules;
  readonly unknownPhone: UnknownPhone;
}

export interface VerifyOtpCommand extends SigningInClient {
  readonly phoneNumber: string;
  readonly otp: string;
  /** From the `requestOtp` that sent the code. */
  readonly requestToken: string | null;
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
  readonly firstVerifications: FirstVerificationRepository;
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: VerifyOtpRules;
}

interface RightCode {
  readonly guess: RightGuess;
  readonly attemptsRemaining: number;
  readonly shown: ShownProofs;
  readonly tokens: BroughtTokens;
}

/** A sign-in that may take several statements. */
interface Completion extends Omit<SignInCompletion, 'newUser' | 'anew'> {
  readonly newUser: { readonly id: string; readonly locale: string | null };
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
    const asked = await otp.asked(command.requestToken);
    const { phoneNumber } = phone;
    const attempt = { ...client, asked, destination: phoneNumber, purpose: 'SIGN_IN', otp: code.otp } as const;
    return otp.inTurn(attempt, async () => {
      const guess = await otp.guess(attempt);
      if (guess.kind === 'suspicious') return beginning.captchaRequired();
      if (guess.kind !== 'right') return guess;
      const shown = proofByCode(guess.guess.channel);
      const tokens = { access: command.signedInAs, device: client.guesser.device };
      return this.#complete(command, { ...guess, shown, tokens });
    });
  }

  async #complete(
    { client, acceptLanguage }: VerifyOtpCommand,
    { guess, attemptsRemaining, shown, tokens }: RightCode,
  ): Promise<VerifyOtpOutcome> {
    const { beginning, clock, random, rules } = this.#parts;
    const { knownDevice, now } = guess;
    const session = beginning.plan({ client, knownDevice, shown, now });
    const newUser = { id: random.rowId(clock), locale: acceptedLocale(acceptLanguage) };
    const result = await this.#signIn({ guess, session, tokens, newUser });
    switch (result.kind) {
      case 'signed_in': {
        const { user, newMember, code } = result;
        return { kind: 'signed_in', newMember, ...(await beginning.issue(result.session, user, code)) };
      }
      case 'unknown_phone':
        return rules.unknownPhone === 'register'
          ? { kind: 'registration_required' }
          : { kind: 'wrong', attemptsRemaining };
      case 'lost':
        return { kind: 'wrong', attemptsRemaining };
    }
  }

  async #signIn(completion: Completion): Promise<SignedIn> {
    const { signIns, rules } = this.#parts;
    const newUser = rules.unknownPhone === 'sign-up' ? completion.newUser : null;
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const result = await signIns.signIn({ ...completion, newUser, anew: false });
      if (result.kind !== 'registered') return result;
      const verified = await this.#verifyFirst(completion, result.facts);
      if (verified.kind !== 'changed') return verified;
    }
    return { kind: 'lost' };
  }

  /** Decides which account the owner of a number gets that nobody has verified before, and writes it. */
  async #verifyFirst(
    { newUser, ...completion }: Completion,
    facts: FirstVerificationFacts,
  ): Promise<SignedIn | { readonly kind: 'changed' }> {
    const { signIns, firstVerifications, rules } = this.#parts;
    const { guess, tokens } = completion;
    const decision = decideFirstVerification(facts, { unknownPhone: rules.unknownPhone, now: guess.now });
    switch (decision.kind) {
      case 'keep': {
        const { userId } = decision;
        const session = onItsDevice(completion, facts.knownTo === userId);
        return firstVerifications.keep({ guess, session, userId, tokens });
      }
      case 'take_over':
        return firstVerifications.takeOver({ ...completion, userId: decision.userId, locale: newUser.locale });
      case 'begin_anew': {
        const result = await signIns.signIn({ ...completion, newUser, anew: true });
        return result.kind === 'registered' ? { kind: 'changed' } : result;
      }
      case 'registration_required':
        return signIns.leave(guess);
    }
  }
}

/** A device that the account knows stays one device. */
function onItsDevice({ session, tokens }: Pick<Completion, 'session' | 'tokens'>, known: boolean): NewSession {
  return known && tokens.device ? { ...session, deviceId: tokens.device.deviceId } : session;
}
