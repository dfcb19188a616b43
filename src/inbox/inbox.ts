import type { OutgoingMessage } from '../providers/message-sender.js';
import type { Random } from '../platform/random.js';
import { inboxLimits } from './inbox-limits.js';

/** A message as it reached the phone that this inbox stands for. */
export interface InboxMessage extends Pick<OutgoingMessage, 'to' | 'channel' | 'code' | 'text'> {
  /** Unpredictable: no two are alike, not even of two processes. */
  readonly id: string;
  /** Of an email. */
  readonly subject: string | null;
  readonly sentAt: Date;
}

export type InboxListener = (message: InboxMessage) => void;

/** The latest messages of a developer's service, in memory only: they hold codes, and nothing else of ours keeps those. */
export class Inbox {
  readonly #random: Pick<Random, 'uuid'>;
  readonly #messages: InboxMessage[] = [];
  readonly #listeners = new Set<InboxListener>();

  constructor(random: Pick<Random, 'uuid'>) {
    this.#random = random;
  }

  receive(message: Omit<InboxMessage, 'id'>): void {
    const received = { ...message, id: this.#random.uuid() };
    this.#messages.push(received);
    if (this.#messages.length > inboxLimits.MESSAGES.maximum) this.#messages.shift();
    for (const listener of this.#listeners) listener(received);
  }

  /**
   * What came after a message, oldest first. Everything where that one is not known: it has been pushed out, or it was
   * another process's.
   */
  after(id: string | undefined): readonly InboxMessage[] {
    return this.#messages.slice(this.#messages.findIndex((message) => message.id === id) + 1);
  }

  /** Tells of each message from now on. Returns how to stop that, or null: there are listeners enough. */
  listen(listener: InboxListener): (() => void) | null {
    if (this.#listeners.size >= inboxLimits.STREAMS.maximum) return null;
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
