import type { Origin } from '../../audit/origin.js';
import type { TooManyFailures } from '../../budgets/failure-limit.service.js';
import type { Guesser } from '../../devices/guesser.js';
import { isTrusted } from '../../devices/settled.js';
import type { DeliveryService } from '../../messaging/delivery.service.js';
import type { NoticeService, PreparedNotice } from '../../notices/notice.service.js';
import type { NumberSignals } from '../../number-signals/number-signals.js';
import type { RightGuess } from '../../otp/challenge-use.js';
import { readOtp } from '../../otp/otp-code.js';
import { scopedPurpose } from '../../otp/otp-purpose.js';
import type { OtpService } from '../../otp/otp.service.js';
import type { ClientNetworks } from '../../platform/client-networks.js';
import type { Clock } from '../../platform/clock.js';
import { readEmailAddress } from '../../platform/email-address.js';
import { FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { FRESH_SECONDS, type ReauthenticationRequired, strongStepUp, trustedFromIn } from '../../sessions/step-up.js';
import { emailProblem } from '../../users/profile-rules.js';
import type { User } from '../../users/user.js';
import { confirmNumber, type NumberUnconfirmed } from '../number-signal-gate.js';
import type { VerifyEmailRepository } from './verify-email.repository.js';

export interface VerifyEmailCommand {
  readonly session: LiveSession;
  readonly email: string;
  readonly otp: string;
  /** From the `requestEmailOtp` that sent the code. */
  readonly requestToken: string | null;
  readonly networks: ClientNetworks;
  readonly origin: Origin;
}

export type VerifyEmailOutcome =
  | { readonly kind: 'verified'; readonly user: User }
  | InvalidInput
  | ReauthenticationRequired
  | NumberUnconfirmed
  | TooManyFailures
  | { readonly kind: 'session_over' }
  | { readonly kind: 'wrong'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

export interface VerifyEmailParts {
  readonly otp: OtpService;
  readonly emails: VerifyEmailRepository;
  readonly notices: NoticeService;
  readonly signals: NumberSignals;
  readonly deliveries: DeliveryService;
  readonly clock: Clock;
}

export class VerifyEmailService {
  readonly #parts: VerifyEmailParts;

  constructor(parts: VerifyEmailParts) {
    this.#parts = parts;
  }

  /** Makes an address the account's own: only a code that was sent to it shows that its owner wants that. */
  async verifyEmail(command: VerifyEmailCommand): Promise<VerifyEmailOutcome> {
    const { otp, signals, clock } = this.#parts;
    const { session } = command;
    const typed = command.email.trim();
    const code = readOtp(command.otp);
    const problems = new FieldProblems();
    problems.add('email', emailProblem(typed));
    if (code.kind === 'invalid') problems.add('otp', code.problem);
    const email = readEmailAddress(typed);
    if (email === null || code.kind !== 'otp') return problems.toOutcome();
    const now = clock.now();
    // A verified address is a proof in the next change, so it needs what that change would need.
    const refusal = strongStepUp(session, now) ?? (await confirmNumber(session, { signals, now }));
    if (refusal) return refusal;

    const asked = await otp.asked(command.requestToken);
    const destination = email.toLowerCase();
    const purpose = scopedPurpose('VERIFY_EMAIL', session.user.id);
    const attempt = { destination, purpose, otp: code.otp, asked, guesser: guesserOf(command), now };
    return otp.inTurn(attempt, async () => {
      const guess = await otp.guess(attempt);
      switch (guess.kind) {
        case 'right':
          return this.#verify(command, { ...guess, email });
        case 'suspicious':
          throw new Error('A signed-in guess is asked for no CAPTCHA.');
        default:
          return guess;
      }
    });
  }

  async #verify(
    { session, origin }: VerifyEmailCommand,
    { guess, attemptsRemaining, email }: { guess: RightGuess; attemptsRemaining: number; email: string },
  ): Promise<VerifyEmailOutcome> {
    const { emails, notices, deliveries } = this.#parts;
    const { user } = session;
    const verifiedBefore = user.emailVerifiedAt === null ? null : (user.email?.toLowerCase() ?? null);
    const replaces = verifiedBefore !== null && verifiedBefore !== guess.destination;
    // The address before was shown, or the device is settled.
    const keepsTrust = verifiedBefore !== null && isTrusted(user.emailTrustedFrom, guess.now);
    const trustedFrom = keepsTrust ? null : trustedFromIn(session, guess.now);
    // To the address and the number as they were. A first address is told where a thief may have added it.
    const change = { kind: 'email_changed', details: { device: origin.userAgent } } as const;
    const tells = replaces || trustedFrom !== null;
    const prepared: readonly PreparedNotice[] = tells ? notices.prepare(user, change, guess.now) : [];
    const result = await emails.verify({
      ...{ guess, email, verifiedBefore, origin, notices: prepared },
      ...{ userId: user.id, sessionId: session.id, deviceId: session.deviceId },
      trustedFrom,
    });
    switch (result.kind) {
      case 'verified':
        notices.send(prepared);
        deliveries.verified(guess.challengeId);
        return result;
      case 'taken':
        return taken();
      case 'lost':
        return { kind: 'wrong', attemptsRemaining };
      case 'session_over':
        return result;
      case 'changed':
        return { kind: 'reauthentication_required', maxAgeSeconds: FRESH_SECONDS, methods: ['EMAIL_OTP'] };
    }
  }
}

function taken(): InvalidInput {
  const problems = new FieldProblems();
  problems.add('email', { code: 'TAKEN', message: 'Another account has verified this email address.' });
  return problems.toOutcome();
}

/** A device that the account of the address knows has guesses of its own. */
function guesserOf({ session, origin, networks }: VerifyEmailCommand): Guesser {
  const { deviceId, user } = session;
  const device = deviceId === null ? null : { deviceId, userId: user.id };
  return { ipAddress: origin.ipAddress, networks, device, suspicionCleared: false, refuseSuspicious: false };
}
