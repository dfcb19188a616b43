import type { Origin } from '../../audit/origin.js';
import type { TooManyFailures } from '../../budgets/failure-limit.service.js';
import type { GuessingClient } from '../../devices/guesser.js';
import { isSettledSince, isTrusted, trustedFrom } from '../../devices/settled.js';
import type { NoticeService } from '../../notices/notice.service.js';
import type { RightGuess } from '../../otp/challenge-use.js';
import type { OtpService } from '../../otp/otp.service.js';
import { readOtp } from '../../otp/otp-code.js';
import { type PhoneNumberRules, readPhoneNumber } from '../../phone/phone-number.js';
import { phoneNumberProblem } from '../../phone/phone-number-problem.js';
import { wordsOfNumber } from '../../phone/own-words.js';
import type { Clock } from '../../platform/clock.js';
import { readEmailAddress } from '../../platform/email-address.js';
import { type FieldProblem, FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import { proofByCode } from '../../sign-in/authentication-methods.js';
import type { BeginSessionService, BegunSession } from '../../sign-in/begin-session.service.js';
import { missingPasskeyNotices } from '../../sign-in/opening/missing-passkey-notice.js';
import type { FurtherProofRequired, Openings } from '../../sign-in/opening/openings.service.js';
import type { AccountDisabled } from '../../users/account-lock.js';
import type { HashingBusy } from '../../users/hashing-queue.js';
import { ownTexts } from '../../users/own-texts.js';
import type { PasswordHasher } from '../../users/password.js';
import { type PasswordPolicy, PASSWORDS_DIFFER } from '../../users/password-policy.js';
import { emailProblem } from '../../users/profile-rules.js';
import type { NumberUnconfirmed } from '../number-signal-gate.js';
import { AWAY_FOR } from '../number-signal-gate.js';
import type { ResetAccount, ResetFactsRepository } from './facts.repository.js';
import type { ResetPasswordRepository } from './write.repository.js';

/** What was decided may not hold any more when it is written. Then it is decided again. */
const MOST_LOOKS = 3;

export interface ResetPasswordCommand extends GuessingClient {
  /** One of these two. */
  readonly phoneNumber: string | null;
  readonly email: string | null;
  readonly otp: string;
  /** From the request that sent the code. */
  readonly requestToken: string | null;
  readonly newPassword: string;
  readonly newPasswordConfirm: string;
  readonly client: Origin & GuessingClient['client'];
}

export type ResetPasswordOutcome =
  | (BegunSession & { readonly kind: 'reset' })
  | InvalidInput
  | FurtherProofRequired
  | NumberUnconfirmed
  | TooManyFailures
  | HashingBusy
  | AccountDisabled
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

export interface ResetPasswordParts {
  readonly beginning: BeginSessionService;
  readonly openings: Openings;
  readonly otp: OtpService;
  readonly resetFacts: ResetFactsRepository;
  readonly resets: ResetPasswordRepository;
  readonly passwords: PasswordHasher;
  readonly policy: PasswordPolicy;
  readonly notices: Pick<NoticeService, 'prepare' | 'send'>;
  readonly clock: Clock;
  readonly phoneNumbers: PhoneNumberRules;
  /** The name of the service; null: it has none. */
  readonly serviceName: string | null;
}

/** A code that was right, and what is done with it. */
interface RightCode {
  readonly command: ResetPasswordCommand;
  readonly guess: RightGuess;
  readonly device: Parameters<ResetFactsRepository['look']>[1];
  readonly attemptsRemaining: number;
}

type Destination = { readonly kind: 'destination'; readonly value: string; readonly ownTexts: readonly string[] };

const ONE_OF = 'Give phoneNumber or email.';
const NEITHER: FieldProblem = { code: 'REQUIRED', message: ONE_OF };
const BOTH: FieldProblem = { code: 'NOT_OFFERED', message: `${ONE_OF} Not both.` };

export class ResetPasswordService {
  readonly #parts: ResetPasswordParts;

  constructor(parts: ResetPasswordParts) {
    this.#parts = parts;
  }

  /**
   * Sets a new password for whoever has a code that was sent to the account's verified number or email address, and signs in.
   * A number or an address without an account is answered as one with a wrong code.
   */
  async resetPassword(command: ResetPasswordCommand): Promise<ResetPasswordOutcome> {
    const { beginning, otp, passwords } = this.#parts;
    const destination = this.#readDestination(command);
    const invalid = await this.#check(command, destination);
    const code = readOtp(command.otp);
    if (invalid || destination.kind !== 'destination' || code.kind !== 'otp') return invalid ?? NOTHING;
    const { guesser, now } = await beginning.recognize(command);
    const asked = await otp.asked(command.requestToken);
    const guessed = { guesser, asked, now, destination: destination.value, otp: code.otp } as const;
    const attempt = { ...guessed, purpose: 'RESET_PASSWORD' } as const;
    // The place among the hashes comes first, so that a full queue costs no guess.
    return passwords.withPlace('login', () =>
      otp.inTurn(attempt, async () => {
        const guess = await otp.guess(attempt);
        if (guess.kind === 'suspicious') throw new Error('A guess was refused for a CAPTCHA that is not asked for.');
        if (guess.kind !== 'right') return guess;
        const { attemptsRemaining } = guess;
        return this.#complete({ command, guess: guess.guess, device: guesser.device, attemptsRemaining });
      }),
    );
  }

  #readDestination({ phoneNumber, email }: ResetPasswordCommand): Destination | InvalidInput {
    const { phoneNumbers, clock } = this.#parts;
    const problems = new FieldProblems();
    if (email === null) {
      if (phoneNumber === null) problems.add('phoneNumber', NEITHER);
      const phone = readPhoneNumber(phoneNumber ?? '', phoneNumbers, clock.now());
      if (phone.kind === 'phone_number')
        return { kind: 'destination', value: phone.phoneNumber, ownTexts: wordsOfNumber(phone.phoneNumber) };
      if (phoneNumber !== null) problems.add('phoneNumber', phoneNumberProblem(phone, phoneNumbers));
      return problems.toOutcome();
    }
    const address = readEmailAddress(email.trim());
    if (phoneNumber === null && address !== null)
      return { kind: 'destination', value: address.toLowerCase(), ownTexts: [address] };
    problems.add('email', phoneNumber === null ? emailProblem(email.trim()) : BOTH);
    return problems.toOutcome();
  }

  async #check(
    { otp, newPassword, newPasswordConfirm }: ResetPasswordCommand,
    destination: Destination | InvalidInput,
  ): Promise<InvalidInput | null> {
    const { policy, serviceName } = this.#parts;
    const problems = new FieldProblems();
    const known = destination.kind === 'destination' ? destination.ownTexts : [];
    if (destination.kind === 'invalid_input')
      for (const { field, ...problem } of destination.fields) problems.add(field, problem);
    const code = readOtp(otp);
    if (code.kind === 'invalid') problems.add('otp', code.problem);
    problems.add(
      'newPassword',
      await policy.problem(newPassword, serviceName === null ? known : [...known, serviceName]),
    );
    if (newPassword !== newPasswordConfirm) problems.add('newPasswordConfirm', PASSWORDS_DIFFER);
    return problems.found ? problems.toOutcome() : null;
  }

  /** Looks, decides and writes, until what was decided still holds when it is written. */
  async #complete(right: RightCode): Promise<ResetPasswordOutcome> {
    const { resetFacts, resets, passwords } = this.#parts;
    const { command, guess, device, attemptsRemaining } = right;
    const wrong = { kind: 'wrong', attemptsRemaining } as const;
    let newHash: string | null = null;
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const account = await resets.withGuess(guess, () => resetFacts.look(guess, device));
      // The code of a test number is known, and an account may have left its number a moment ago.
      if (!account) return wrong;
      const refused = await this.#ownDataProblem(command, account);
      if (refused) {
        await resets.refuse(guess);
        return refused;
      }
      newHash ??= await passwords.hash(command.newPassword, 'login');
      const outcome = await this.#write(right, account, newHash);
      if (outcome.kind === 'lost') return wrong;
      if (outcome.kind !== 'changed') return outcome;
    }
    return wrong;
  }

  /** What the password is made of is known only with the account. */
  async #ownDataProblem({ newPassword }: ResetPasswordCommand, { owner }: ResetAccount): Promise<InvalidInput | null> {
    const { policy, serviceName } = this.#parts;
    const problems = new FieldProblems();
    problems.add('newPassword', await policy.problem(newPassword, ownTexts(owner, serviceName)));
    return problems.found ? problems.toOutcome() : null;
  }

  async #write(
    { command, guess, device }: RightCode,
    account: ResetAccount,
    newHash: string,
  ): Promise<ResetPasswordOutcome | { readonly kind: 'lost' } | { readonly kind: 'changed' }> {
    const { openings, beginning, resets, notices } = this.#parts;
    const { owner, opening } = account;
    const { client } = command;
    const { now, destination } = guess;
    const shown = proofByCode(guess.channel);
    const phoneNumber = shown.proofs.includes('PHONE_OTP') ? destination : null;
    const knownDevice = opening.deviceKnown ? guess.knownDevice : null;
    const settled = knownDevice !== null && isSettledSince(knownDevice.first_signed_in_at, now);
    const emailTrusted = isTrusted(owner.emailTrustedFrom, now);
    const reset = { phoneNumber, shown: shown.proofs, settled, emailTrusted, now };
    const decision = await openings.decideReset(opening, reset);
    if (decision.kind === 'network_away') {
      await resets.leave(guess);
      return { kind: 'number_unconfirmed', retryAfterSeconds: AWAY_FOR };
    }
    if (decision.kind === 'account_disabled') {
      await resets.leave(guess);
      return decision;
    }
    const decided = { guess, account, device };
    if (decision.kind === 'further_proof') {
      const continuation = openings.plan({ phoneNumber, shown, decision, newPasswordHash: newHash, now });
      const asked = { owner, opening, decision, phoneNumber, device: client.userAgent, now };
      const told = missingPasskeyNotices(notices, asked);
      const written = await resets.wait({ ...decided, continuation, notices: told });
      if (written.kind !== 'waiting') return written;
      notices.send(told);
      beginning.arrived(written.code, owner);
      return openings.required(continuation);
    }
    const session = beginning.plan({ client, knownDevice, shown, now });
    const told = notices.prepare(owner, { kind: 'password_reset', details: { device: client.userAgent } }, now);
    const from = settled
      ? null
      : trustedFrom({ account: owner, deviceKnownSince: session.deviceKnownSince ?? now }, now);
    const written = await resets.reset({ ...decided, newHash, trustedFrom: from, session, notices: told });
    if (written.kind !== 'reset') return written;
    notices.send(told);
    return { kind: 'reset', ...(await beginning.issue(session, written.user, written.code)) };
  }
}

const NOTHING: InvalidInput = { kind: 'invalid_input', fields: [] };
