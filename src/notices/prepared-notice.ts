import type { NoticeKind } from '../texts/notice-kind.js';
import type { Notice } from './notice.js';

/** A notice that is about to be written down: one row of the outbox, in the names of `queueNotices`. */
export interface PreparedNotice {
  readonly id: string;
  readonly user_id: string;
  readonly notice: NoticeKind;
  readonly details: Notice['details'];
  readonly destination: string;
  readonly channel: 'SMS' | 'EMAIL';
  readonly country: string | null;
  readonly provider: string | null;
  readonly locale: string;
  /** ISO 8601. */
  readonly next_attempt_at: string;
}
