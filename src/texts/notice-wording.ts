import type { NoticeKind } from './notice-kind.js';

/**
 * The phrases of one language for notices. Where the language can say them in the GSM 7-bit alphabet (otp-wording.ts), they
 * keep to it, and fit into one segment; otherwise into two. They name neither people nor numbers nor addresses: a number
 * may have a new owner.
 */
export interface NoticeWording {
  /** What happened, as a sentence without full stop. Also the subject of an email. */
  readonly happened: Readonly<Record<NoticeKind, string>>;
  /** `deletion_requested` where the account is gone already. */
  readonly accountDeleted: string;
  /** "Not you? …": what to do, whole sentences. Which one a notice has stands in notice-message.ts. */
  readonly endSessions: string;
  readonly newPassword: string;
  readonly shareNoCode: string;
  readonly removePasskey: string;
  /** Also said to an owner who knows what happened. */
  readonly addAnotherPasskey: string;
  /** The code follows. `until` is a time in digits. */
  readonly takeBack: (until: string) => string;
  /** `until` is a date in digits. */
  readonly signInBefore: (until: string) => string;
}
