import type { FailureTrail } from '../audit/failures/failure-trail.service.js';
import type { GuessLimits } from '../budgets/guess-budget.repository.js';
import { type LateGuess, ownLock } from '../budgets/late-guess.js';
import type { NoticeService } from '../notices/notice.service.js';
import { secondsUntil } from '../platform/clock.js';
import type { LiveSession } from '../sessions/session.repository.js';
import type { PasswordHasher } from '../users/password.js';
import type { ChangePasswordRepository } from './change-password.repository.js';

export type PasswordJudgement =
  /** `left`: guesses until the lock, if this one had been wrong. */
  | { readonly kind: 'right'; readonly guess: LateGuess & { readonly left: number } }
  | { readonly kind: 'invalid_credentials'; readonly attemptsRemaining: number }
  | { readonly kind: 'locked'; readonly lockedUntil: Date; readonly retryAfterSeconds: number };

export interface CurrentPasswordParts {
  readonly changes: ChangePasswordRepository;
  readonly passwords: PasswordHasher;
  readonly notices: NoticeService;
  readonly failureTrail: FailureTrail;
  readonly limits: GuessLimits;
}

/** Checks the current password of a signed-in user. */
export class CurrentPasswordService {
  readonly #parts: CurrentPasswordParts;

  constructor(parts: CurrentPasswordParts) {
    this.#parts = parts;
  }

  /** The guess is counted before it is checked. Whoever uses a right one gives it back. */
  async judge(
    session: LiveSession,
    shown: { password: string; hash: string; ipAddress: string | null },
    now: Date,
  ): Promise<PasswordJudgement> {
    const { changes, passwords, notices, failureTrail, limits } = this.#parts;
    const { id: userId } = session.user;
    const claimed = await changes.claim({ userId, deviceId: session.deviceId, now, limits });
    const { admitted, lockedUntil, guessesLeft: left, budget } = claimed;
    const right = admitted && (await passwords.verify(shown.password, shown.hash));
    const lock = ownLock(claimed, now);
    if (right) return { kind: 'right', guess: { left, budget, now, ownLock: lock } };
    const failure = { subject: userId, proof: 'CURRENT_PASSWORD', ipAddress: shown.ipAddress, at: now };
    if (admitted) failureTrail.failed(failure);
    if (lock) {
      failureTrail.locked(failure, lock);
      notices.locked({ userId }, lock);
    }
    if (lockedUntil === null || lockedUntil <= now) return { kind: 'invalid_credentials', attemptsRemaining: left };
    return { kind: 'locked', lockedUntil, retryAfterSeconds: secondsUntil(lockedUntil, now) };
  }
}
