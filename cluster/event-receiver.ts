import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { Parts } from './parts.js';
import { freePort } from './ports.js';

export interface ReceivedEvent {
  readonly type: string;
  readonly userId: string;
  readonly sessionId: string | null;
  readonly position: number;
  times: number;
}

/** Of requests, those that are answered with an error, and those whose answer is lost after the event was taken. */
const [REFUSED, LOST] = [0.05, 0.05];

/** Another service, on a bad day. It verifies with the library of Standard Webhooks. */
export class EventReceiver {
  /** By id. */
  readonly events = new Map<string, ReceivedEvent>();
  /** What must not be: an event that is another one at its next delivery, or that comes before an older one of its user. */
  readonly wrong: string[] = [];
  /** While it is, every delivery is refused. */
  isAway = false;
  readonly #latest = new Map<string, number>();
  readonly #webhook: Webhook;

  private constructor(secret: string) {
    this.#webhook = new Webhook(secret);
  }

  static async start(parts: Parts, secret: string): Promise<{ receiver: EventReceiver; url: string }> {
    const receiver = new EventReceiver(secret);
    const server = createServer(async (request, response) => {
      try {
        const body = await text(request);
        receiver.#answer({ headers: request.headers as Record<string, string>, body }, response);
      } catch {
        // A process that was killed in the middle of a request.
        response.destroy();
      }
    });
    const port = await freePort();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    parts.atEnd(async () => {
      server.closeAllConnections();
      server.close();
    });
    return { receiver, url: `http://127.0.0.1:${port}/events` };
  }

  get repeated(): number {
    return [...this.events.values()].reduce((sum, { times }) => sum + times - 1, 0);
  }

  #answer({ headers, body }: { headers: Record<string, string>; body: string }, response: ServerResponse): void {
    const { type, data } = this.#webhook.verify(body, headers) as { type: string; data: ReceivedEvent };
    const luck = Math.random();
    if (this.isAway || luck < REFUSED) return void response.writeHead(503).end();
    this.#take(headers['webhook-id'] ?? '', { ...data, type, sessionId: data.sessionId ?? null, times: 1 });
    if (luck < REFUSED + LOST) return void response.socket?.destroy();
    response.writeHead(204).end();
  }

  #take(id: string, event: ReceivedEvent): void {
    const known = this.events.get(id);
    if (known) {
      const same = known.type === event.type && known.userId === event.userId && known.position === event.position;
      if (!same) this.wrong.push(`${id} is another event at its next delivery`);
      known.times += 1;
      return;
    }
    const latest = this.#latest.get(event.userId) ?? 0;
    if (event.position <= latest) this.wrong.push(`${id} came after a later one of its user`);
    this.#latest.set(event.userId, Math.max(latest, event.position));
    this.events.set(id, event);
  }
}
