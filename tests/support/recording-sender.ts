import type { MessageSender, OutgoingMessage, SendOutcome } from '../../src/messaging/message-sender.js';

/** Takes every message and keeps it, as a phone would. */
export class RecordingSender implements MessageSender {
  readonly provider = 'console';
  readonly messages: OutgoingMessage[] = [];

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    this.messages.push(message);
    return { kind: 'accepted', providerMessageId: `recorded-${this.messages.length}` };
  }

  to(phoneNumber: string): OutgoingMessage[] {
    return this.messages.filter((message) => message.to === phoneNumber);
  }

  /** The code of the latest text to a number. */
  code(phoneNumber: string): string {
    const code = /\b\d{6}\b/.exec(this.to(phoneNumber).at(-1)?.text ?? '')?.[0];
    if (!code) throw new Error(`No code was sent to ${phoneNumber}.`);
    return code;
  }
}
