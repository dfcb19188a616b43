import type { Writable } from 'node:stream';
import type { MessageSender, OutgoingMessage, SendOutcome } from '../message-sender.js';

/**
 * Prints each message as one line, for development: `SMS to +9779800000000: 123456 is your … code. …` A note about it
 * is a second line, indented.
 */
export class ConsoleSender implements MessageSender {
  readonly provider = 'console';

  constructor(private readonly output: Writable) {}

  /** Accepted when the line is written; `provider_unavailable` when the stream is closed or fails. */
  send(message: OutgoingMessage): Promise<SendOutcome> {
    const line = `${onOneLine(`${message.channel} to ${message.to}: ${message.text}`)}\n`;
    const note = message.note === undefined ? '' : `  ${onOneLine(message.note)}\n`;
    return new Promise((resolve) => {
      this.output.write(line + note, (error) => resolve(error ? unavailable : accepted));
    });
  }
}

const accepted: SendOutcome = { kind: 'accepted', providerMessageId: null };
const unavailable: SendOutcome = { kind: 'failed', reason: 'provider_unavailable', providerCode: null };

/** Control characters become spaces, so that no text can forge a line or move the cursor. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
