import type { Locale } from './locale.js';
import type { NoticeWording } from './notice-wording.js';
import type { OtpWording } from './otp-wording.js';
import type { Punctuation } from './punctuation.js';

/** All that the service says in one language. A language is one file of `languages/`. */
export interface Language<L extends Locale> {
  /**
   * The native speaker who read these words and those of `client/src/messages/`, and when: "Ana Lima, 2026-11-30".
   * Null: none has read them yet. A change of words by somebody else sets it back to null.
   */
  readonly nativeReader: string | null;
  readonly punctuation: Punctuation;
  /** Messages with a one-time code. */
  readonly codes: OtpWording<L>;
  /** Messages to the owner of an account about what happened to it. */
  readonly notices: NoticeWording;
}
