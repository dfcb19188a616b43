import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isSigned, webhookKey } from '../../../src/platform/webhook-signature.js';

export const EVENTS_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwwJ7wGBbAx6U=';

export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own data.
  readonly data: any;
}

/** A status, with headers; or no answer. */
type Answer = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'close';

export interface EventReceiver {
  readonly url: string;
  /** What it was sent and answered with 2xx, in order, repetitions included. */
  readonly taken: ReceivedEvent[];
  readonly requests: { readonly headers: IncomingHttpHeaders; readonly body: string }[];
  /** What it answers from now on: 204 at first. */
  answer: (event: ReceivedEvent) => Answer | Promise<Answer>;
  typesOf(userId: string): string[];
  close(): Promise<void>;
}

export const TAKEN: Answer = { status: 204 };

/** Another service that is told of events. It refuses what is not signed. */
export async function startEventReceiver(secret = EVENTS_SECRET): Promise<EventReceiver> {
  const key = webhookKey(secret);
  const server = createServer(async (request, response) => {
    const body = await text(request);
    receiver.requests.push({ headers: request.headers, body });
    const header = (name: string) => String(request.headers[name]);
    const content = { id: header('webhook-id'), timestamp: Number(header('webhook-timestamp')), body };
    const event: ReceivedEvent = { id: content.id, ...JSON.parse(body) };
    const answer = isSigned(content, header('webhook-signature'), key) ? await receiver.answer(event) : { status: 401 };
    if (answer === 'close') return void request.socket.destroy();
    if (answer.status < 300) receiver.taken.push(event);
    response.writeHead(answer.status, answer.headers).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receiver: EventReceiver = {
    url: `http://127.0.0.1:${port}/events`,
    taken: [],
    requests: [],
    answer: () => TAKEN,
    typesOf: (userId) => receiver.taken.filter(({ data }) => data.userId === userId).map(({ type }) => type),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
