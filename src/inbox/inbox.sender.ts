import type { MessageSender, OutgoingMessage, Provider, SendOutcome } from '../providers/message-sender.js';
import type { Clock } from '../platform/clock.js';
import type { Inbox } from './inbox.js';

/** The same senders; what the console prints also goes into the inbox, what others really send does not. */
export function copyToInbox(
  inbox: Inbox,
  senders: ReadonlyMap<Provider, MessageSender>,
  clock: Clock,
): ReadonlyMap<Provider, MessageSender> {
  const copying = (sender: MessageSender) => new InboxSender({ sender, inbox, clock });
  return new Map(
    [...senders].map(([provider, sender]) => [provider, provider === 'console' ? copying(sender) : sender]),
  );
}

/** Puts whatever another sender has sent into the inbox, too. */
class InboxSender implements MessageSender {
  readonly provider: Provider;
  readonly #parts: { readonly sender: MessageSender; readonly inbox: Inbox; readonly clock: Clock };

  constructor(parts: { sender: MessageSender; inbox: Inbox; clock: Clock }) {
    this.provider = parts.sender.provider;
    this.#parts = parts;
  }

  /** What was not taken is sent again: then it would be there twice. */
  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const { sender, inbox, clock } = this.#parts;
    const outcome = await sender.send(message);
    if (outcome.kind === 'failed') return outcome;
    const { to, channel, code, text } = message;
    const subject = message.channel === 'EMAIL' ? message.subject : null;
    inbox.receive({ to, channel, code, subject, text, sentAt: clock.now() });
    return outcome;
  }
}
