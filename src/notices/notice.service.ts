import type { NoticeKind } from '../texts/notice-kind.js';
import type { Notice, NoticeOwner } from './notice.js';

/** A notice that is about to be written down: one row of the outbox, in the names of `queueNotices`. */
export interface PreparedNotice {
  readonly id: string;
  readonly user_id: string;
  readonly notice: NoticeKind;
  readonly details: Notice['details'];
  readonly destination: string;
  readonly channel: string;
  readonly country: string | null;
  readonly provider: string | null;
  readonly locale: string;
  readonly next_attempt_at: string;
}

/** Tells owners what happened to their accounts, by text and by email. */
export class NoticeService {
  /** One for each way to reach the owner; none where notices are off, or nothing is verified. */
  prepare(_owner: NoticeOwner, _notice: Notice, _now: Date): readonly PreparedNotice[] {
    return [];
  }

  /** Sends what was written down, behind the answer. */
  send(_notices: readonly PreparedNotice[]): void {}
}
