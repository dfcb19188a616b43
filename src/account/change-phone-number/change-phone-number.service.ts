import type { Origin } from '../../audit/origin.js';
import type { TooManyFailures } from '../../budgets/failure-limit.service.js';
import { isTrusted } from '../../devices/settled.js';
import type { DeliveryService } from '../../messaging/delivery.service.js';
import type { NoticeService, PreparedNotice } from '../../notices/notice.service.js';
import { revertToken, revertTokenHash } from '../../notices/revert-token.js';
import type { NumberSignals } from '../../number-signals/number-signals.js';
import type { RightGuess } from '../../otp/challenge-use.js';
import { readOtp } from '../../otp/otp-code.js';
import { scopedPurpose } from '../../otp/otp-purpose.js';
import type { OtpService } from '../../otp/otp.service.js';
import { type PhoneNumberRules, readPhoneNumber } from '../../phone/phone-number.js';
import { phoneNumberProblem } from '../../phone/phone-number-problem.js';
import type { AppSecrets } from '../../platform/app-secret.js';
import type { ClientNetworks } from '../../platform/client-networks.js';
import { addSeconds, type Clock } from '../../platform/clock.js';
import { type FieldProblem, FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import type { Random } from '../../platform/random.js';
import type { PumpingGuardService } from '../../pumping/pumping-guard.service.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { type ReauthenticationRequired, strongStepUp } from '../../sessions/step-up.js';
import type { User } from '../../users/user.js';
import { confirmNumber, type NumberUnconfirmed } from '../number-signal-gate.js';
import type { ChangePhoneNumberRepository, NumberChange } from './change-phone-number.repository.js';
import { needsOtherProof } from './needs-other-proof.js';

/** Seconds for which a change of number can be taken back. */
const REVERTIBLE_FOR = 72 * 3600;

const TAKEN: FieldProblem = { code: 'TAKEN', message: 'This phone number belongs to another account.' };
const OWN: FieldProblem = { code: 'TAKEN', message: 'This is the phone number of your account already.' };

export interface ChangePhoneNumberCommand {
  readonly session: LiveSession;
  readonly phoneNumber: string;
  readonly otp: string;
  /** From the `requestOtp` that sent the code. */
  readonly requestToken: string | null;
  readonly client: Origin & { readonly networks: ClientNetworks };
}

export type ChangePhoneNumberOutcome =
  | { readonly kind: 'changed'; readonly user: User; readonly revertibleUntil: Date }
  | InvalidInput
  | ReauthenticationRequired
  | NumberUnconfirmed
  | TooManyFailures
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number }
  /** The session that asks was ended meanwhile. */
  | { readonly kind: 'session_over' };

export interface ChangePhoneNumberParts {
  readonly changes: ChangePhoneNumberRepository;
  readonly otp: OtpService;
  readonly notices: NoticeService;
  readonly signals: NumberSignals;
  readonly guard: PumpingGuardService;
  readonly deliveries: DeliveryService;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly phoneNumbers: PhoneNumberRules;
}

/** A code that was right. */
interface RightCode {
  readonly guess: RightGuess;
  readonly attemptsRemaining: number;
}

export class ChangePhoneNumberService {
  readonly #parts: ChangePhoneNumberParts;

  constructor(parts: ChangePhoneNumberParts) {
    this.#parts = parts;
  }

  /** Gives an account a new number whose code its owner has. The old number is told, and may object for three days. */
  async changePhoneNumber(command: ChangePhoneNumberCommand): Promise<ChangePhoneNumberOutcome> {
    const { otp, signals, clock, phoneNumbers } = this.#parts;
    const { session } = command;
    const now = clock.now();
    const phone = readPhoneNumber(command.phoneNumber, phoneNumbers, now);
    const code = readOtp(command.otp);
    const problems = new FieldProblems();
    problems.add('phoneNumber', phoneNumberProblem(phone, phoneNumbers));
    if (phone.kind === 'phone_number' && phone.phoneNumber === verifiedNumberOf(session)) {
      problems.add('phoneNumber', OWN);
    }
    if (code.kind === 'invalid') problems.add('otp', code.problem);
    if (phone.kind !== 'phone_number' || code.kind !== 'otp' || problems.found) return problems.toOutcome();
    const refusal = strongStepUp(session, now) ?? (await confirmNumber(session, { signals, now }));
    if (refusal) return refusal;

    const attempt = {
      destination: phone.phoneNumber,
      purpose: scopedPurpose('CHANGE_PHONE', session.user.id),
      otp: code.otp,
      asked: await otp.asked(command.requestToken),
      guesser: {
        ipAddress: command.client.ipAddress,
        networks: command.client.networks,
        device: session.deviceId === null ? null : { deviceId: session.deviceId, userId: session.user.id },
        // There is no CAPTCHA here: who asks is signed in.
        ...{ suspicionCleared: false, refuseSuspicious: false },
      },
      now,
    };
    return otp.inTurn(attempt, async () => {
      const guess = await otp.guess(attempt);
      if (guess.kind === 'suspicious') throw new Error('A guess was refused for a CAPTCHA that nobody asked for.');
      return guess.kind === 'right' ? this.#change(command, guess) : guess;
    });
  }

  async #change(
    { session, client }: ChangePhoneNumberCommand,
    { guess, attemptsRemaining }: RightCode,
  ): Promise<ChangePhoneNumberOutcome> {
    const { changes, notices, guard, deliveries } = this.#parts;
    const change = this.#plan(session, guess);
    const { id, revertibleUntil, secretId } = change;
    const details = { changeId: id, secretId, until: revertibleUntil.toISOString() };
    const told = notices.prepare(session.user, { kind: 'phone_changed', details }, guess.now);
    // An address that a thief may have added must not take back what the owner did.
    const prepared = change.emailTokenHash === null ? told.map(withoutCodeByEmail) : told;
    const result = await changes.change({ ...change, notices: prepared, origin: client });
    switch (result.kind) {
      case 'changed': {
        const { user, code } = result;
        guard.verified({ ...code, firstAt: user.phoneVerifiedAt });
        deliveries.verified(code.challengeId);
        notices.send(prepared);
        return { kind: 'changed', user, revertibleUntil };
      }
      case 'taken': {
        const problems = new FieldProblems();
        problems.add('phoneNumber', TAKEN);
        return problems.toOutcome();
      }
      case 'lost':
        return { kind: 'wrong', attemptsRemaining };
      case 'session_over':
        return result;
    }
  }

  #plan(
    session: LiveSession,
    guess: RightGuess,
  ): Omit<NumberChange, 'notices' | 'origin'> & {
    readonly secretId: string;
  } {
    const { secrets, random, clock } = this.#parts;
    const { now } = guess;
    const id = random.rowId(clock);
    const hashOf = (via: 'number' | 'email') => revertTokenHash(revertToken(secrets.current, id, via));
    return {
      id,
      guess,
      userId: session.user.id,
      user: session.user,
      sessionId: session.id,
      deviceId: session.deviceId,
      oldPhoneNumber: verifiedNumberOf(session),
      needsOtherProof: needsOtherProof(session, now),
      tokenHash: hashOf('number') ?? '',
      emailTokenHash: isTrusted(session.user.emailTrustedFrom, now) ? hashOf('email') : null,
      revertibleUntil: addSeconds(now, REVERTIBLE_FOR),
      secretId: secrets.current.id,
    };
  }
}

function verifiedNumberOf({ user }: LiveSession): string | null {
  return user.phoneVerifiedAt === null ? null : user.phoneNumber;
}

function withoutCodeByEmail(notice: PreparedNotice): PreparedNotice {
  return notice.channel === 'EMAIL' ? { ...notice, details: { ...notice.details, changeId: null } } : notice;
}
