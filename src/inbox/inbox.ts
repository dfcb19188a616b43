import type { OutgoingMessage } from '../providers/message-sender.js';
import type { Random } from '../platform/random.js';
import { inboxLimits } from './inbox-limits.js';

/** A message as a phone would show it. */
export interface InboxMessage extends Pick<OutgoingMessage, 'to' | 'channel' | 'code' | 'text'> {
  /** A random id, so that messages of different processes never share one. */
  readonly id: string;
  /** The subject of an email, otherwise null. */
  readonly subject: string | null;
  /** What a developer is told beside the message, otherwise null. */
  readonly note: string | null;
  readonly sentAt: Date;
}

export interface InboxListener {
  received(message: InboxMessage): void;
  cleared(): void;
}

/** The latest messages of a service in development. They contain codes, so they are kept in memory only. */
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
    for (const listener of this.#listeners) listener.received(received);
  }

  /** Removes all messages. */
  clear(): void {
    this.#messages.length = 0;
    for (const listener of this.#listeners) listener.cleared();
  }

  /**
   * The messages after the message with this id, oldest first. If the id is unknown, all messages: the message was
   * removed, or it came from another process.
   */
  after(id: string | undefined): readonly InboxMessage[] {
    return this.#messages.slice(this.#messages.findIndex((message) => message.id === id) + 1);
  }

  /**
   * Tells the listener each new message, and when all are removed. Returns a function that stops this, or null if there are too many
   * listeners.
   */
  listen(listener: InboxListener): (() => void) | null {
    if (this.#listeners.size >= inboxLimits.STREAMS.maximum) return null;
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
