import type { Origin } from '../../audit/origin.js';
import type { NoticeService } from '../../notices/notice.service.js';
import type { Clock } from '../../platform/clock.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import { askFor, FRESH_SECONDS, type ReauthenticationRequired, strongStepUp } from '../../sessions/step-up.js';
import type { User } from '../../users/user.js';
import type { ChangePasswordRepository } from '../change-password.repository.js';
import { confirmNumber, otherProofs } from '../number-signal-gate.js';
import type { NumberSignals } from '../../number-signals/number-signals.js';
import { decideRemoval } from './decision.js';

export interface RemovePasswordCommand {
  readonly session: LiveSession;
  readonly origin: Origin;
}

export type RemovePasswordOutcome =
  /** All other sessions have ended, unless there was no password. */
  | { readonly kind: 'removed'; readonly user: User }
  | ReauthenticationRequired
  /** The session that asks was ended meanwhile. */
  | { readonly kind: 'session_over' };

export interface RemovePasswordParts {
  readonly changes: ChangePasswordRepository;
  readonly notices: NoticeService;
  readonly signals: NumberSignals;
  readonly clock: Clock;
}

export class RemovePasswordService {
  readonly #parts: RemovePasswordParts;

  constructor(parts: RemovePasswordParts) {
    this.#parts = parts;
  }

  /** Takes the password away from an account that opens without it. Its owner signs in by code from then on. */
  async removePassword(command: RemovePasswordCommand): Promise<RemovePasswordOutcome> {
    const { signals, clock } = this.#parts;
    const now = clock.now();
    const { session } = command;
    const { user } = session;
    const reauthentication = strongStepUp(session, now);
    if (reauthentication) return reauthentication;
    const decision = decideRemoval(user);
    switch (decision.kind) {
      case 'nothing_to_remove':
        return { kind: 'removed', user };
      case 'needed': {
        const { methods } = decision;
        return { kind: 'reauthentication_required', maxAgeSeconds: FRESH_SECONDS, methods };
      }
      case 'remove': {
        // Nothing waits here: the account has a password, which its owner can show.
        const unconfirmed = await confirmNumber(session, { signals, now });
        return unconfirmed ? askFor(otherProofs(session), session) : this.#remove(command, now);
      }
    }
  }

  async #remove({ session, origin }: RemovePasswordCommand, now: Date): Promise<RemovePasswordOutcome> {
    const { changes, notices } = this.#parts;
    const { user, id: sessionId, deviceId } = session;
    const notice = { kind: 'password_removed', details: { device: origin.userAgent } } as const;
    const prepared = notices.prepare(user, notice, now);
    const result = await changes.remove({ userId: user.id, sessionId, deviceId, now, origin, notices: prepared });
    switch (result.kind) {
      case 'changed':
        notices.send(prepared);
        return { kind: 'removed', user: result.user };
      case 'session_over':
        return result;
      case 'lost':
        // What else opened the account was taken from it meanwhile, such as its number.
        return { kind: 'reauthentication_required', maxAgeSeconds: FRESH_SECONDS, methods: ['PHONE_OTP'] };
    }
  }
}
