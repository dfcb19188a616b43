import type { TooManyFailures } from '../budgets/failure-limit.service.js';
import type { CaptchaRequired } from '../captcha/captcha-gate.service.js';
import type { NoticeService } from '../notices/notice.service.js';
import type { RightGuess } from '../otp/challenge-use.js';
import type { OtpService } from '../otp/otp.service.js';
import type { Passkeys } from '../passkeys/passkeys.js';
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
import type { AccountDisabled } from '../users/account-lock.js';
import { proofByCode } from './authentication-methods.js';
import type { BeginSessionService, BegunSession, SigningInClient } from './begin-session.service.js';
import {
  decideFirstVerification,
  type FirstVerificationFacts,
  type UnknownPhone,
} from './first-verification/decision.js';
import type { BroughtTokens } from './first-verification/facts.js';
import type { FirstVerificationRepository } from './first-verification/write.repository.js';
import { newDeviceNotice } from './new-device-notice.js';
import { missingPasskeyNotices } from './opening/missing-passkey-notice.js';
import type { FurtherProofRequired, Openings } from './opening/openings.service.js';
import type { NumberFacts, NumberFactsRepository } from './verify-otp/facts.repository.js';
import type { SignInWrite, VerifyOtpRepository } from './verify-otp/write.repository.js';

/** What was decided is decided again when another call was quicker. There are not more ways than that to be decided for. */
const MOST_LOOKS = 4;

const UNKNOWN_PHONE = { kind: 'unknown_phone' } as const;

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
  | (BegunSession & { readonly kind: 'signed_in'; readonly newMember: boolean; readonly passkeySuggested: boolean })
  | InvalidInput
  | CaptchaRequired
  | TooManyFailures
  | FurtherProofRequired
  | AccountDisabled
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number }
  | { readonly kind: 'registration_required' };

export interface VerifyOtpParts {
  readonly beginning: BeginSessionService;
  readonly otp: OtpService;
  readonly openings: Openings;
  readonly numbers: NumberFactsRepository;
  readonly signIns: VerifyOtpRepository;
  readonly firstVerifications: FirstVerificationRepository;
  readonly notices: Pick<NoticeService, 'prepare' | 'send'>;
  readonly passkeys: Pick<Passkeys, 'adding'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: VerifyOtpRules;
}

interface RightCode {
  readonly guess: RightGuess;
  readonly shown: ShownProofs;
  readonly tokens: BroughtTokens;
  readonly client: VerifyOtpCommand['client'];
  /** Of a device that the account does not know. */
  readonly session: NewSession;
  readonly newUser: { readonly id: string; readonly locale: string | null };
}

type Verified = NumberFacts & { readonly kind: 'verified' };
type Written = SignInWrite | FurtherProofRequired | AccountDisabled | typeof UNKNOWN_PHONE;

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
      const tokens = { access: command.signedInAs, device: client.guesser.device };
      return this.#complete(this.#planned(command, guess.guess, tokens), guess.attemptsRemaining);
    });
  }

  #planned({ client, acceptLanguage }: VerifyOtpCommand, guess: RightGuess, tokens: BroughtTokens): RightCode {
    const { beginning, clock, random } = this.#parts;
    const shown = proofByCode(guess.channel);
    const session = beginning.plan({ client, knownDevice: null, shown, now: guess.now });
    const newUser = { id: random.rowId(clock), locale: acceptedLocale(acceptLanguage) };
    return { guess, shown, tokens, client, session, newUser };
  }

  async #complete(right: RightCode, attemptsRemaining: number): Promise<VerifyOtpOutcome> {
    const { beginning, passkeys, rules } = this.#parts;
    const { written, hasPasskeys } = await this.#write(right);
    switch (written.kind) {
      case 'signed_in': {
        const { session, user, newMember, code } = written;
        const passkeySuggested = passkeys.adding && !hasPasskeys;
        return { kind: 'signed_in', newMember, passkeySuggested, ...(await beginning.issue(session, user, code)) };
      }
      case 'further_proof_required':
      case 'account_disabled':
        return written;
      case 'unknown_phone':
        if (rules.unknownPhone === 'register') return { kind: 'registration_required' };
        return { kind: 'wrong', attemptsRemaining };
      case 'changed':
      case 'lost':
        return { kind: 'wrong', attemptsRemaining };
    }
  }

  /** Looks, decides and writes, until what was decided still holds when it is written. */
  async #write(right: RightCode): Promise<{ readonly written: Written; readonly hasPasskeys: boolean }> {
    const { guess, tokens } = right;
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const facts = await this.#parts.signIns.withGuess(guess, () =>
        this.#parts.numbers.look(guess.destination, tokens, guess.now),
      );
      const written = await this.#writeFor(facts, right);
      if (written.kind !== 'changed') return { written, hasPasskeys: facts.hasPasskeys };
    }
    return { written: { kind: 'changed' }, hasPasskeys: false };
  }

  #writeFor(facts: NumberFacts, right: RightCode): Promise<Written> {
    const { signIns, rules } = this.#parts;
    switch (facts.kind) {
      case 'verified':
        return this.#open(facts, right);
      case 'registered':
        return this.#verifyFirst(facts, right);
      case 'unknown':
        return rules.unknownPhone === 'sign-up'
          ? signIns.signUp({ ...right, anew: false })
          : signIns.leave(right.guess, UNKNOWN_PHONE);
    }
  }

  /** Whether the code alone opens the account of its number, and what follows. */
  async #open({ owner, opening }: Verified, right: RightCode): Promise<Written> {
    const { openings, beginning, signIns, notices } = this.#parts;
    const { guess, shown, tokens, client } = right;
    const { now } = guess;
    const decided = { guess, owner, opening, device: tokens.device };
    const phoneNumber = guess.destination;
    const decision = await openings.decideByNumber(opening, { phoneNumber, shown: shown.proofs, now });
    if (decision.kind === 'account_disabled') return signIns.leave(guess, decision);
    if (decision.kind === 'further_proof') {
      const continuation = openings.plan({ phoneNumber, shown, decision, now });
      const asked = { owner, opening, decision, phoneNumber, device: right.session.userAgent, now };
      const told = missingPasskeyNotices(notices, asked);
      const written = await signIns.wait({ ...decided, continuation, notices: told });
      if (written.kind !== 'waiting') return written;
      notices.send(told);
      beginning.arrived(written.code, owner);
      return openings.required(continuation);
    }
    const knownDevice = opening.deviceKnown ? guess.knownDevice : null;
    const session = beginning.plan({ client, knownDevice, shown, now });
    if (decision.claimedBack) return signIns.claimBack({ ...decided, session });
    const told = knownDevice ? [] : notices.prepare(owner, newDeviceNotice(client), now);
    const written = await signIns.signIn({ ...decided, session, notices: told });
    if (written.kind === 'signed_in') notices.send(told);
    return written;
  }

  /** Decides which account a number's owner gets at its first verification, and writes it. */
  async #verifyFirst(facts: FirstVerificationFacts, right: RightCode): Promise<Written> {
    const { signIns, firstVerifications, rules } = this.#parts;
    const { guess, session, tokens, newUser } = right;
    const decision = decideFirstVerification(facts, { unknownPhone: rules.unknownPhone, now: guess.now });
    switch (decision.kind) {
      case 'keep': {
        const { userId } = decision;
        return firstVerifications.keep({
          guess,
          session: onItsDevice(right, facts.knownTo === userId),
          userId,
          tokens,
        });
      }
      case 'take_over':
        return firstVerifications.takeOver({ guess, session, userId: decision.userId, locale: newUser.locale });
      case 'begin_anew':
        return signIns.signUp({ ...right, anew: true });
      case 'registration_required':
        return signIns.leave(guess, UNKNOWN_PHONE);
      case 'account_disabled':
        return signIns.leave(guess, decision);
    }
  }
}

/** A device that the account knows stays one device. */
function onItsDevice({ session, tokens }: Pick<RightCode, 'session' | 'tokens'>, known: boolean): NewSession {
  return known && tokens.device ? { ...session, deviceId: tokens.device.deviceId } : session;
}
