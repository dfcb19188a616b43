import type { WrittenMessage } from '../texts/otp-message.js';
import type { DueMessage } from './due-message.repository.js';
import type { NoticeMessageWriter } from './notice-message-writer.js';
import type { OtpMessageWriter } from './otp-message-writer.js';

/** Writes what a message says, each time it is sent: no row has a text. */
export class MessageWriter {
  readonly #parts: { readonly codes: OtpMessageWriter; readonly notices: NoticeMessageWriter };

  constructor(parts: { codes: OtpMessageWriter; notices: NoticeMessageWriter }) {
    this.#parts = parts;
  }

  /** Null: nothing is to be sent. */
  write(message: DueMessage, now: Date): WrittenMessage | null {
    const { codes, notices } = this.#parts;
    return 'notice' in message ? notices.write(message, now) : codes.write(message, now);
  }
}
