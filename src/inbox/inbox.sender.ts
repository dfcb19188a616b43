import type { MessageSender, OutgoingMessage, SendOutcome } from '../messaging/message-sender.js';
import type { Clock } from '../platform/clock.js';
import type { Inbox } from './inbox.js';

/** Puts whatever another sender has sent into the inbox, too. */
export class InboxSender implements MessageSender {
  readonly provider: string;
  readonly #parts: { readonly sender: MessageSender; readonly inbox: Inbox; readonly clock: Clock };

  constructor(parts: { sender: MessageSender; inbox: Inbox; clock: Clock }) {
    this.provider = parts.sender.provider;
    this.#parts = parts;
  }

  /** What was not taken is sent again: then it would be there twice. */
  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const { sender, inbox, clock } = this.#parts;
    const outcome = await sender.send(message);
    const { to, text } = message;
    if (outcome.kind === 'accepted') inbox.receive({ to, text, channel: 'SMS', sentAt: clock.now() });
    return outcome;
  }
}
