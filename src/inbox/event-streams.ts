import { PassThrough } from 'node:stream';
import type { Inbox, InboxMessage } from './inbox.js';
import { inboxLimits } from './inbox-limits.js';

/** Shorter than the idle time after which a connection is closed (src/http/http-limits.ts). */
const HEARTBEAT_MS = 15_000;
/** How long a browser waits before it connects again. */
const RETRY_MS = 1_000;

/**
 * The inbox as server-sent events (HTML Standard, section 9.2). A page first gets the messages so far, oldest first,
 * each with its id. Then it gets the event `ready`, and then each new message. The
 * event `cleared` says that all messages were removed. A page that reconnects with the id of
 * its last message misses no message.
 */
export class EventStreams {
  readonly #inbox: Inbox;
  readonly #heartbeatMs: number;
  readonly #open = new Set<PassThrough>();
  #closed = false;

  constructor(inbox: Inbox, heartbeatMs: number = HEARTBEAT_MS) {
    this.#inbox = inbox;
    this.#heartbeatMs = heartbeatMs;
  }

  /**
   * Opens a stream. Null if too many streams are open, or if the service is stopping.
   * @param lastId the id of the last message that the page has
   */
  open(lastId: string | undefined): PassThrough | null {
    if (this.#closed) return null;
    const stream = new PassThrough();
    const stopListening = this.#inbox.listen({
      received: (message) => write(stream, eventOf(message)),
      cleared: () => write(stream, 'event: cleared\ndata:\n\n'),
    });
    if (stopListening === null) return null;
    const heartbeat = setInterval(() => write(stream, ':\n\n'), this.#heartbeatMs);
    heartbeat.unref();
    this.#open.add(stream);
    stream.once('close', () => {
      stopListening();
      clearInterval(heartbeat);
      this.#open.delete(stream);
    });
    write(stream, `retry: ${RETRY_MS}\n\n`);
    for (const message of this.#inbox.after(lastId)) write(stream, eventOf(message));
    write(stream, 'event: ready\ndata:\n\n');
    return stream;
  }

  /** Ends all streams and opens no more. Otherwise a service that stops would wait for them. */
  close(): void {
    this.#closed = true;
    for (const stream of this.#open) stream.end();
  }
}

/** A page that does not read is disconnected. Otherwise unread events would fill the memory. */
function write(stream: PassThrough, event: string): void {
  if (!stream.writable) return;
  stream.write(event);
  if (stream.readableLength + stream.writableLength > inboxLimits.UNREAD_BYTES.maximum) stream.destroy();
}

/** JSON is one line, so no text of a message can end the event or begin another. */
function eventOf({ id, ...message }: InboxMessage): string {
  return `id: ${id}\ndata: ${JSON.stringify(message)}\n\n`;
}
