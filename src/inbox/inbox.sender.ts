import type { Clock } from '../platform/clock.js';
import type { MessageSender, OutgoingMessage, ProviderName, SendOutcome } from '../providers/message-sender.js';
import type { Inbox } from './inbox.js';

export interface CopyParts {
  readonly senders: ReadonlyMap<ProviderName, MessageSender>;
  /** Whose messages are copied: the providers that only show codes to a developer. Really sent messages are not copied. */
  readonly copied: ReadonlySet<ProviderName>;
  readonly clock: Clock;
}

/** The same senders; messages of some of them also go into the inbox. */
export function copyToInbox(
  inbox: Inbox,
  { senders, copied, clock }: CopyParts,
): ReadonlyMap<ProviderName, MessageSender> {
  const copying = (sender: MessageSender) => new InboxSender({ sender, inbox, clock });
  return new Map([...senders].map(([name, sender]) => [name, copied.has(name) ? copying(sender) : sender]));
}

/** Puts each message that another sender has sent into the inbox. */
class InboxSender implements MessageSender {
  readonly provider: ProviderName;
  readonly #parts: { readonly sender: MessageSender; readonly inbox: Inbox; readonly clock: Clock };

  constructor(parts: { sender: MessageSender; inbox: Inbox; clock: Clock }) {
    this.provider = parts.sender.provider;
    this.#parts = parts;
  }

  /** A message that was not taken is sent again, so it is not copied: it would be in the inbox twice. */
  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const { sender, inbox, clock } = this.#parts;
    const outcome = await sender.send(message);
    if (outcome.kind === 'failed') return outcome;
    const { to, channel, code, text, note = null } = message;
    const subject = message.channel === 'EMAIL' ? message.subject : null;
    inbox.receive({ to, channel, code, subject, text, note, sentAt: clock.now() });
    return outcome;
  }
}
