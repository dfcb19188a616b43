import type { Origin } from '../audit/origin.js';
import type { LateGuess } from '../budgets/late-guess.js';
import type { NoticeService } from '../notices/notice.service.js';
import type { Clock } from '../platform/clock.js';
import type { ProofMethod } from '../sessions/proofs.js';
import {
  askFor,
  newDeviceStepUp,
  type ReauthenticationRequired,
  requireOneOf,
  trustedFromIn,
} from '../sessions/step-up.js';
import type { LiveSession } from '../sessions/session.repository.js';
import { passwordLengthProblem } from '../users/normalized-password.js';
import type { HashingBusy } from '../users/hashing-queue.js';
import type { PasswordHasher } from '../users/password.js';
import { type PasswordPolicy, PASSWORDS_DIFFER } from '../users/password-policy.js';
import type { User } from '../users/user.js';
import type { NumberSignals } from '../number-signals/number-signals.js';
import type { CurrentPasswordService } from './current-password.service.js';
import type { ChangePasswordRepository } from './change-password.repository.js';
import { confirmNumber, type NumberUnconfirmed } from './number-signal-gate.js';
import { BLANK, FieldProblems, type InvalidInput } from '../platform/field-problems.js';
import { ownTexts } from '../users/own-texts.js';

/** What stands in for the current password, if it is fresh. So an owner whose password is known to a thief can replace it. */
const WITHOUT_PASSWORD: readonly ProofMethod[] = ['PHONE_OTP', 'EMAIL_OTP', 'PASSKEY'];

export interface ChangePasswordCommand {
  readonly session: LiveSession;
  /** Needed where the account has a password, unless the user signed in by a code just now. It is checked if it is given. */
  readonly currentPassword: string | null;
  readonly newPassword: string;
  readonly newPasswordConfirm: string;
  readonly origin: Origin;
}

export type ChangePasswordOutcome =
  | { readonly kind: 'changed'; readonly user: User }
  | InvalidInput
  | ReauthenticationRequired
  | NumberUnconfirmed
  | HashingBusy
  /** The session that asks was ended while its password was checked. */
  | { readonly kind: 'session_over' }
  | { readonly kind: 'invalid_credentials'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

type Refusal = Exclude<ChangePasswordOutcome, { kind: 'changed' }>;

interface Verified {
  readonly kind: 'verified';
  /** The guess at the current password; null: there was none, but a fresh code. */
  readonly guess: (LateGuess & { readonly left: number }) | null;
}

export interface ChangePasswordParts {
  readonly changes: ChangePasswordRepository;
  readonly currentPasswords: CurrentPasswordService;
  readonly passwords: PasswordHasher;
  readonly policy: PasswordPolicy;
  readonly notices: NoticeService;
  readonly signals: NumberSignals;
  readonly clock: Clock;
  /** The name of the service; null: it has none. */
  readonly serviceName: string | null;
}

export class ChangePasswordService {
  readonly #parts: ChangePasswordParts;

  constructor(parts: ChangePasswordParts) {
    this.#parts = parts;
  }

  /** Sets a new password for a user who knows the current one, or who has just shown a code or a passkey. All other sessions end. */
  async changePassword(command: ChangePasswordCommand): Promise<ChangePasswordOutcome> {
    const { passwords, signals, clock } = this.#parts;
    const { session, currentPassword } = command;
    const now = clock.now();
    const reauthentication = newDeviceStepUp(session, now);
    if (reauthentication) return reauthentication;
    const invalid = await this.#check(command, now);
    if (invalid) return invalid;
    const byPassword = session.user.passwordHash !== null && Boolean(currentPassword);
    const unconfirmed = byPassword ? null : await confirmNumber(session, { signals, now });
    return unconfirmed ?? passwords.withPlace('login', () => this.#change(command, now));
  }

  async #change(command: ChangePasswordCommand, now: Date): Promise<ChangePasswordOutcome> {
    const { changes, passwords, notices } = this.#parts;
    const { session, origin } = command;
    const user = await this.#verifyUser(command, now);
    if (user.kind !== 'verified') return user;
    const notice = { kind: 'password_changed', details: { device: origin.userAgent } } as const;
    const prepared = notices.prepare(session.user, notice, now);
    const result = await changes.change({
      userId: session.user.id,
      sessionId: session.id,
      deviceId: session.deviceId,
      verifiedHash: session.user.passwordHash,
      newHash: await passwords.hash(command.newPassword, 'login'),
      trustedFrom: trustedFromIn(session, now),
      guess: user.guess,
      now,
      origin,
      notices: prepared,
    });
    if (result.kind === 'changed') notices.send(prepared);
    if (result.kind !== 'lost') return result;
    // Another call changed the password meanwhile.
    if (user.guess === null) return askFor(WITHOUT_PASSWORD, session);
    return { kind: 'invalid_credentials', attemptsRemaining: user.guess.left };
  }

  async #check({ session, currentPassword, newPassword, newPasswordConfirm }: ChangePasswordCommand, now: Date) {
    const { policy, serviceName } = this.#parts;
    const problems = new FieldProblems();
    const required = session.user.passwordHash !== null && requireOneOf(WITHOUT_PASSWORD, session, now) !== null;
    if (required && !currentPassword) problems.add('currentPassword', BLANK);
    problems.add('currentPassword', passwordLengthProblem(currentPassword ?? ''));
    problems.add('newPassword', await policy.problem(newPassword, ownTexts(session.user, serviceName)));
    if (newPassword !== newPasswordConfirm) problems.add('newPasswordConfirm', PASSWORDS_DIFFER);
    return problems.found ? problems.toOutcome() : null;
  }

  /** Whether the user who asks is the account's owner: by the current password, a fresh code or a passkey. */
  async #verifyUser(
    { session, origin, currentPassword }: ChangePasswordCommand,
    now: Date,
  ): Promise<Refusal | Verified> {
    const { passwordHash } = session.user;
    if (passwordHash === null || !currentPassword) {
      return requireOneOf(WITHOUT_PASSWORD, session, now) ?? { kind: 'verified', guess: null };
    }
    const shown = { password: currentPassword, hash: passwordHash, ipAddress: origin.ipAddress };
    const judged = await this.#parts.currentPasswords.judge(session, shown, now);
    return judged.kind === 'right' ? { kind: 'verified', guess: judged.guess } : judged;
  }
}
