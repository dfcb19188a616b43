import type { GuessLimits } from '../budgets/guess-budget.repository.js';
import { type Clock, secondsUntil } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import { type FreshProof, type ReauthenticationRequired, reauthentication } from '../sessions/recent-sign-in.js';
import type { LiveSession } from '../sessions/session.repository.js';
import type { PasswordHasher } from '../users/password.js';
import type { PasswordPolicy } from '../users/password-policy.js';
import type { User } from '../users/user.js';
import type { ChangePasswordRepository } from './change-password.repository.js';
import { BLANK, FieldProblems, type InvalidInput } from '../platform/field-problems.js';

/** What stands in for the current password of an account without one: a code of the last 5 minutes. */
const FRESH_CODE: FreshProof = { maxAgeSeconds: 300, method: 'otp' };

export interface ChangePasswordCommand {
  readonly session: LiveSession;
  /** Needed where the account has a password. */
  readonly currentPassword: string | null;
  readonly newPassword: string;
  readonly newPasswordConfirm: string;
  readonly ipAddress: string | null;
}

export type ChangePasswordOutcome =
  | { readonly kind: 'changed'; readonly user: User }
  | InvalidInput
  | ReauthenticationRequired
  /** The session that asks was ended while its password was checked. */
  | { readonly kind: 'session_over' }
  | { readonly kind: 'invalid_credentials'; readonly attemptsRemaining: number | null }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

type Refusal = Exclude<ChangePasswordOutcome, { kind: 'changed' }>;

interface Proved {
  readonly kind: 'proved';
  readonly guessesLeft: number | null;
}

export interface ChangePasswordParts {
  readonly changes: ChangePasswordRepository;
  readonly passwords: PasswordHasher;
  readonly policy: PasswordPolicy;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: GuessLimits;
}

export class ChangePasswordService {
  readonly #parts: ChangePasswordParts;

  constructor(parts: ChangePasswordParts) {
    this.#parts = parts;
  }

  /** Sets a password, or changes it for whoever knows the current one. All other sessions end. */
  async changePassword(command: ChangePasswordCommand): Promise<ChangePasswordOutcome> {
    const { changes, passwords, clock, random } = this.#parts;
    const now = clock.now();
    const { session, ipAddress } = command;
    const invalid = await this.#check(command);
    if (invalid) return invalid;
    const proof = await this.#prove(command, now);
    if (proof.kind !== 'proved') return proof;
    const result = await changes.change({
      userId: session.user.id,
      sessionId: session.id,
      deviceId: session.deviceId,
      verifiedHash: session.user.passwordHash,
      newHash: await passwords.hash(command.newPassword),
      now,
      ipAddress,
      eventId: random.rowId(clock),
    });
    return result.kind === 'lost' ? { kind: 'invalid_credentials', attemptsRemaining: proof.guessesLeft } : result;
  }

  async #check({ session, currentPassword, newPassword, newPasswordConfirm }: ChangePasswordCommand) {
    const problems = new FieldProblems();
    if (session.user.passwordHash !== null && !currentPassword) problems.add('currentPassword', BLANK);
    problems.add('newPassword', await this.#parts.policy.problem(newPassword));
    if (newPassword !== newPasswordConfirm) problems.add('newPasswordConfirm', 'The two passwords do not match.');
    return problems.found ? problems.toOutcome() : null;
  }

  /** Whether whoever asks is who they say. */
  async #prove({ session, currentPassword }: ChangePasswordCommand, now: Date): Promise<Refusal | Proved> {
    const { changes, passwords, limits } = this.#parts;
    const { id, passwordHash } = session.user;
    if (passwordHash === null) {
      return reauthentication(session, FRESH_CODE, now) ?? { kind: 'proved', guessesLeft: null };
    }
    const { admitted, lockedUntil, guessesLeft } = await changes.claim(
      { userId: id, deviceId: session.deviceId },
      now,
      limits,
    );
    const right = admitted && (await passwords.verify(currentPassword ?? '', passwordHash));
    if (right) return { kind: 'proved', guessesLeft };
    if (lockedUntil === null || lockedUntil <= now) {
      return { kind: 'invalid_credentials', attemptsRemaining: guessesLeft };
    }
    return { kind: 'locked', lockedUntil, retryAfterSeconds: secondsUntil(lockedUntil, now) };
  }
}
