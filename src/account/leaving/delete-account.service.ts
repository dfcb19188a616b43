import type { Origin } from '../../audit/origin.js';
import type { Clock } from '../../platform/clock.js';
import type { NoticeService, PreparedNotice } from '../../notices/notice.service.js';
import type { LiveSession } from '../../sessions/session.repository.js';
import type { ReauthenticationRequired } from '../../sessions/step-up.js';
import type { Leaver } from './belongings.js';
import { decideLeaving } from './decision.js';
import type { ErasureRepository, ErasureResult } from './erasure.repository.js';
import type { ScheduleRepository, ScheduleResult } from './schedule.repository.js';

export interface DeleteAccountCommand {
  readonly session: LiveSession;
  readonly origin: Origin;
}

export type DeleteAccountOutcome =
  /** @property deletedAt with a grace period: when it will be. */
  | { readonly kind: 'deleted'; readonly deletedAt: Date }
  | ReauthenticationRequired
  /** The session that asks was ended meanwhile. */
  | { readonly kind: 'session_over' }
  /** No other administrator would be left. */
  | { readonly kind: 'last_administrator' };

export interface DeleteAccountParts {
  readonly erasures: ErasureRepository;
  readonly schedules: ScheduleRepository;
  readonly notices: NoticeService;
  readonly clock: Clock;
  /** Days. */
  readonly graceDays: number;
}

/** Looks at an account again whose number or address changed at this very moment. */
const MOST_LOOKS = 3;

/** Deletes an account for its owner: at once, or after days in which a sign-in cancels it. */
export class DeleteAccountService {
  readonly #parts: DeleteAccountParts;

  constructor(parts: DeleteAccountParts) {
    this.#parts = parts;
  }

  async deleteAccount(command: DeleteAccountCommand): Promise<DeleteAccountOutcome> {
    const { clock, graceDays } = this.#parts;
    const now = clock.now();
    const decision = decideLeaving(command.session, { graceDays, now });
    if (decision.kind === 'reauthentication_required') return decision;
    const dueAt = decision.kind === 'schedule' ? decision.dueAt : null;
    const notices = this.#prepareNotices(command, dueAt, now);
    const written = await (dueAt
      ? this.#schedule(command, { dueAt, notices, now })
      : this.#erase(command, { notices, now }));
    if (written === 'last_administrator') return { kind: written };
    if (written === 'refused' || written === 'changed') return { kind: 'session_over' };
    this.#parts.notices.send(notices);
    return { kind: 'deleted', deletedAt: dueAt ?? now };
  }

  #prepareNotices({ session }: DeleteAccountCommand, dueAt: Date | null, now: Date): readonly PreparedNotice[] {
    const details = { until: dueAt?.toISOString() ?? null };
    return this.#parts.notices.prepare(session.user, { kind: 'deletion_requested', details }, now);
  }

  #schedule(
    { session, origin }: DeleteAccountCommand,
    by: { dueAt: Date; notices: readonly PreparedNotice[]; now: Date },
  ): Promise<ScheduleResult> {
    const { id: userId, role } = session.user;
    const asking = { userId, sessionId: session.id, deviceId: session.deviceId };
    return this.#parts.schedules.schedule({ ...asking, endsAdministrator: role === 'ADMIN', ...by, origin });
  }

  async #erase(
    { session }: DeleteAccountCommand,
    by: { notices: readonly PreparedNotice[]; now: Date },
  ): Promise<ErasureResult> {
    const { erasures } = this.#parts;
    const asking = { sessionId: session.id, endsAdministrator: session.user.role === 'ADMIN' };
    let leaver: Leaver | null = session.user;
    for (let look = 1; leaver && look <= MOST_LOOKS; look += 1) {
      const result = await erasures.erase({ leaver, ...asking, ...by });
      if (result !== 'changed') return result;
      leaver = await erasures.find(session.user.id);
    }
    return 'changed';
  }
}
