import type {
  MessageSender,
  OutgoingMessage,
  ProviderName,
  SendOutcome,
} from '../../../src/providers/message-sender.js';
import { codeIn } from '../operations/code-in.js';

/** Takes every message and keeps it, as a phone would. */
export class RecordingSender implements MessageSender {
  readonly provider: ProviderName;
  readonly messages: OutgoingMessage[] = [];

  constructor(provider: ProviderName = 'console') {
    this.provider = provider;
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    this.messages.push(message);
    return { kind: 'accepted', providerMessageId: `recorded-${this.messages.length}` };
  }

  to(phoneNumber: string): OutgoingMessage[] {
    return this.messages.filter((message) => message.to === phoneNumber);
  }

  /** The code of the latest message to a number. */
  code(phoneNumber: string): string {
    const message = this.to(phoneNumber).findLast(({ notice }) => notice === undefined);
    const code = message && codeIn(message);
    if (!code) throw new Error(`No code was sent to ${phoneNumber}.`);
    return code;
  }
}
