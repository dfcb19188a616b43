import type { NoticeKind } from '../texts/notice-kind.js';

/** What an account's owner is told. */
export interface Notice {
  readonly kind: NoticeKind;
  /** What the text needs besides, in JSON: `{ device }`, `{ changeId, until }`, … Nothing secret: it is kept in a row. */
  readonly details: Readonly<Record<string, string | null>>;
}

/** Whom a notice goes to: the verified number and the verified email address of an account, as they are before a change. */
export interface NoticeOwner {
  readonly id: string;
  readonly phoneNumber: string | null;
  readonly phoneVerifiedAt: Date | null;
  readonly email: string | null;
  readonly emailVerifiedAt: Date | null;
  readonly locale: string | null;
}
