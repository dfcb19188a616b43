import type { Origin } from '../../audit/origin.js';
import type { TooManyFailures } from '../../budgets/failure-limit.service.js';
import type { Guesser } from '../../devices/guesser.js';
import type { GuessingClient } from '../../devices/guesser.js';
import { isTrusted, trustedFrom } from '../../devices/settled.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import type { NoticeService } from '../../notices/notice.service.js';
import type { OtpService } from '../../otp/otp.service.js';
import { type OtpReading, readOtp } from '../../otp/otp-code.js';
import type { ChallengePurpose } from '../../otp/otp-purpose.js';
import type { Passkeys } from '../../passkeys/passkeys.js';
import type { Clock } from '../../platform/clock.js';
import { BLANK, type FieldProblem, FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import type { Random } from '../../platform/random.js';
import type { ProofMethod } from '../../sessions/proofs.js';
import type { NewSession } from '../../sessions/session-fragments.js';
import type { ShownProofs } from '../../sessions/session.service.js';
import { acceptedLocale } from '../../texts/locale.js';
import { type AccountDisabled, disabledAt } from '../../users/account-lock.js';
import type { HashingBusy } from '../../users/hashing-queue.js';
import { passwordLengthProblem } from '../../users/normalized-password.js';
import { proofByCode, together } from '../authentication-methods.js';
import type { BeginSessionService, BegunSession } from '../begin-session.service.js';
import type { ContinueResult, ContinueSignInRepository } from './continue-sign-in.repository.js';
import { noticeOf } from './notice-of.js';
import type { ContinuationRepository, WaitingSignIn } from '../opening/continuation.repository.js';
import type { ContinuationTokens } from '../opening/continuation-token.js';
import { furtherProofs } from '../opening/decision.js';
import type { Openings } from '../opening/openings.service.js';
import { mayFinishReset } from '../opening/reset-decision.js';
import { PASSWORD_SHOWN, type PasswordGuesses } from '../password-guesses.service.js';

export interface ContinueSignInCommand extends GuessingClient {
  readonly continuationToken: string;
  /** One of these three, or `newAccount`. */
  readonly password: string | null;
  readonly emailOtp: string | null;
  readonly otp: string | null;
  readonly newAccount: boolean;
  /** From the request that sent the code. */
  readonly requestToken: string | null;
  readonly acceptLanguage: string | null;
  readonly client: Origin & GuessingClient['client'];
}

export type ContinueSignInOutcome =
  | (BegunSession & { readonly kind: 'signed_in'; readonly newMember: boolean; readonly passkeySuggested: boolean })
  | InvalidInput
  | TooManyFailures
  | HashingBusy
  | AccountDisabled
  /** The token is not ours, too old or used, or the account has changed since. */
  | { readonly kind: 'invalid_token' }
  | { readonly kind: 'invalid_credentials'; readonly attemptsRemaining: number }
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

export interface ContinueSignInParts {
  readonly beginning: BeginSessionService;
  readonly otp: OtpService;
  readonly passwordGuesses: PasswordGuesses;
  readonly openings: Openings;
  readonly continuations: ContinuationRepository;
  readonly continuationTokens: ContinuationTokens;
  readonly continued: ContinueSignInRepository;
  readonly notices: Pick<NoticeService, 'prepare' | 'send'>;
  readonly passkeys: Pick<Passkeys, 'adding'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** A sign-in that goes on, and who goes on with it. */
interface Continuation {
  readonly command: ContinueSignInCommand;
  readonly waiting: WaitingSignIn;
  readonly guesser: Guesser;
  readonly now: Date;
}

/** What is written when the further proof is right. */
interface Opened {
  readonly waiting: WaitingSignIn;
  readonly device: Guesser['device'];
  readonly session: NewSession;
  readonly notices: readonly PreparedNotice[];
  /** From when a password that is set counts as a second proof; null: at once. */
  readonly trustedFrom: Date | null;
}

const INVALID_TOKEN = { kind: 'invalid_token' } as const;
const NOT_OFFERED: FieldProblem = {
  code: 'NOT_OFFERED',
  message: 'This does not open the account. Use one of the ways that were listed.',
};
const ONE_PROOF: FieldProblem = {
  code: 'REQUIRED',
  message: 'Give one of password, emailOtp, otp and newAccount.',
};
const ONLY_ONE: FieldProblem = {
  code: 'NOT_OFFERED',
  message: 'Give only one of password, emailOtp, otp and newAccount.',
};

const FIELDS = { password: 'PASSWORD', emailOtp: 'EMAIL_OTP', otp: 'PHONE_OTP' } as const;

export class ContinueSignInService {
  readonly #parts: ContinueSignInParts;

  constructor(parts: ContinueSignInParts) {
    this.#parts = parts;
  }

  /** Opens an account with one more proof, or goes on with a new account of the number (docs/decisions/0037). */
  async continueSignIn(command: ContinueSignInCommand): Promise<ContinueSignInOutcome> {
    const { beginning, continuations, continuationTokens } = this.#parts;
    const reading = readProof(command);
    if (reading.kind === 'invalid_input') return reading;
    const { guesser, now } = await beginning.recognize(command);
    const id = continuationTokens.read(command.continuationToken);
    const waiting = id === null ? null : await continuations.find(id, guesser.device, now);
    if (!waiting) return INVALID_TOKEN;
    const disabled = disabledAt(waiting.user, now);
    if (disabled) return disabled;
    const continuation = { command, waiting, guesser, now };
    if (reading.kind === 'new_account') return this.#beginAnew(continuation);
    const { field } = reading;
    const method = FIELDS[field];
    const { has } = waiting.opening;
    const shown = waiting.shown.proofs;
    const emailTrusted = isTrusted(waiting.user.emailTrustedFrom, now);
    const enough = waiting.newPasswordHash === null || mayFinishReset(method, { has, shown, emailTrusted });
    if (!furtherProofs(waiting.opening, shown, now).includes(method) || !enough) return invalid(field, NOT_OFFERED);
    return reading.kind === 'password'
      ? this.#withPassword(continuation, reading.password)
      : this.#withCode(continuation, { method, otp: reading.otp });
  }

  /** Only while the account sleeps: what was decided then is decided again. */
  async #beginAnew({ command, waiting, guesser, now }: Continuation): Promise<ContinueSignInOutcome> {
    const { beginning, continuations, openings, random, clock } = this.#parts;
    if (!waiting.newAccountAllowed || waiting.phoneNumber === null) return invalid('newAccount', NOT_OFFERED);
    const { opening, shown, phoneNumber } = waiting;
    const decision = await openings.decideByNumber(opening, { phoneNumber, shown: shown.proofs, now });
    if (decision.kind !== 'further_proof' || !decision.newAccountAllowed) return INVALID_TOKEN;
    const { client, acceptLanguage } = command;
    const session = beginning.plan({ client, knownDevice: null, shown, now });
    const newUser = { id: random.rowId(clock), locale: acceptedLocale(acceptLanguage) };
    const { device } = guesser;
    const user = await continuations.beginAnew({ waiting, device, session, newUser });
    if (!user) return INVALID_TOKEN;
    const passkeySuggested = this.#parts.passkeys.adding;
    return { kind: 'signed_in', newMember: true, passkeySuggested, ...(await beginning.issue(session, user)) };
  }

  async #withPassword(continuation: Continuation, password: string): Promise<ContinueSignInOutcome> {
    const { passwordGuesses, continued } = this.#parts;
    const { waiting, guesser, now } = continuation;
    const identifier = { kind: 'id', value: waiting.user.id } as const;
    const attempt = { identifier, password, guesser, now };
    const outcome = await passwordGuesses.judge<ContinueSignInOutcome>(attempt, async ({ use }) => {
      const opened = this.#opened(continuation, PASSWORD_SHOWN);
      const result = await use(({ verifiedHash, knownDevice }) =>
        continued.withPassword({ ...opened, verifiedHash, knownDevice }),
      );
      return this.#finish(opened, result, 0);
    });
    return outcome.kind === 'suspicious' ? unasked() : outcome;
  }

  async #withCode(
    continuation: Continuation,
    { method, otp }: { readonly method: ProofMethod; readonly otp: string },
  ): Promise<ContinueSignInOutcome> {
    const codes = this.#parts.otp;
    const { waiting, guesser, now, command } = continuation;
    const asked = await codes.asked(command.requestToken);
    const attempt = { ...sentTo(waiting, method), otp, guesser, asked, now };
    return codes.inTurn(attempt, async () => {
      const guess = await codes.guess(attempt);
      if (guess.kind === 'suspicious') return unasked();
      if (guess.kind !== 'right') return guess;
      const opened = this.#opened(continuation, proofByCode(method === 'EMAIL_OTP' ? 'EMAIL' : guess.guess.channel));
      const result = await this.#parts.continued.withCode({ ...opened, guess: guess.guess });
      return this.#finish(opened, result, guess.attemptsRemaining);
    });
  }

  /** The device that asks is known to the account from now on. It was not, or no further proof would have been asked for. */
  #opened({ command, waiting, guesser, now }: Continuation, proof: ShownProofs): Opened {
    const { beginning, notices } = this.#parts;
    const { client } = command;
    const session = beginning.plan({ client, knownDevice: null, shown: together(waiting.shown, proof), now });
    const told = notices.prepare(waiting.user, noticeOf(waiting, client), now);
    const from = trustedFrom({ account: waiting.user, deviceKnownSince: now }, now);
    return { waiting, device: guesser.device, session, notices: told, trustedFrom: from };
  }

  async #finish(
    { session, notices, waiting }: Opened,
    result: ContinueResult,
    attemptsRemaining: number,
  ): Promise<ContinueSignInOutcome> {
    if (result.kind === 'over') return INVALID_TOKEN;
    if (result.kind === 'lost') return { kind: 'wrong', attemptsRemaining };
    const { beginning, passkeys } = this.#parts;
    this.#parts.notices.send(notices);
    const { user, code } = result;
    if (code) beginning.arrived(code, waiting.user);
    const passkeySuggested = passkeys.adding && !waiting.hasPasskeys;
    return { kind: 'signed_in', newMember: false, passkeySuggested, ...(await beginning.issue(session, user)) };
  }
}

type Proof =
  | InvalidInput
  | { readonly kind: 'new_account' }
  | { readonly kind: 'password'; readonly field: 'password'; readonly password: string }
  | { readonly kind: 'code'; readonly field: 'emailOtp' | 'otp'; readonly otp: string };

/** Exactly one proof must be given. */
function readProof({ password, emailOtp, otp, newAccount }: ContinueSignInCommand): Proof {
  const given = Object.entries({ password, emailOtp, otp, newAccount: newAccount || null });
  const [first, ...more] = given.filter(([, value]) => value !== null).map(([field]) => field);
  if (first === undefined) return invalid('password', ONE_PROOF);
  if (more.length > 0) return invalid(more[0] ?? first, ONLY_ONE);
  if (password !== null) {
    const problem = password === '' ? BLANK : passwordLengthProblem(password);
    return problem ? invalid('password', problem) : { kind: 'password', field: 'password', password };
  }
  if (emailOtp !== null) return codeOf('emailOtp', readOtp(emailOtp));
  return otp === null ? { kind: 'new_account' } : codeOf('otp', readOtp(otp));
}

function codeOf(field: 'emailOtp' | 'otp', reading: OtpReading): Proof {
  return reading.kind === 'otp' ? { kind: 'code', field, otp: reading.otp } : invalid(field, reading.problem);
}

function invalid(field: string, problem: FieldProblem): InvalidInput {
  const problems = new FieldProblems();
  problems.add(field, problem);
  return problems.toOutcome();
}

/** Where the code of a further proof was sent, and for what. */
function sentTo({ user }: WaitingSignIn, method: ProofMethod): { destination: string; purpose: ChallengePurpose } {
  return method === 'EMAIL_OTP'
    ? { destination: (user.email ?? '').toLowerCase(), purpose: 'CONTINUE_SIGN_IN' }
    : { destination: user.phoneNumber ?? '', purpose: 'SIGN_IN' };
}

/** Guesses are refused as suspicious only where a CAPTCHA could clear them, and none is asked for here. */
function unasked(): never {
  throw new Error('A guess was refused for a CAPTCHA that is not asked for.');
}
