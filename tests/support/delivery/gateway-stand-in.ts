import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

/** What the gateway does with a request that is signed as it should be. */
export type GatewayAnswer =
  | { readonly kind: 'accept'; readonly json?: unknown; readonly delayMs?: number }
  /** Any answer, with nothing taken. */
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Takes the message, and closes the connection without an answer. */
  | { readonly kind: 'lose' }
  /** Closes the connection without an answer. */
  | { readonly kind: 'close' }
  /** Closes the connection in the middle of the body. */
  | { readonly kind: 'truncate' }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Sends the head of an answer, then a byte every few milliseconds, for ever. */
  | { readonly kind: 'trickle'; readonly status: number };

export interface GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface GatewayMessage {
  readonly id: string;
  readonly [member: string]: unknown;
}

export interface GatewayStandIn {
  /** For WEBHOOK_URL. */
  readonly url: string;
  /** Every request that arrived, refused ones too. */
  readonly requests: readonly GatewayRequest[];
  /** What it has to deliver, in order: each id once, however often it came. */
  readonly messages: readonly GatewayMessage[];
  /** One answer for each of the next requests that are signed well; after them, all are taken again. */
  answerNext(...answers: readonly GatewayAnswer[]): void;
  close(): Promise<void>;
}

/**
 * A gateway as docs/delivery.md tells to build one: it verifies with the library of Standard Webhooks, which looks at the
 * system's clock, and knows by the id what it has taken already.
 */
export async function startGatewayStandIn(secret: string): Promise<GatewayStandIn> {
  const webhook = new Webhook(secret);
  const requests: GatewayRequest[] = [];
  const messages = new Map<string, GatewayMessage>();
  const script: GatewayAnswer[] = [];
  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming);
    requests.push(request);
    const message = verified(webhook, request);
    if (message === null) return void response.writeHead(401).end('who are you?');
    give(response, script.shift() ?? { kind: 'accept' }, () => {
      if (!messages.has(message.id)) messages.set(message.id, message);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`,
    requests,
    get messages() {
      return [...messages.values()];
    },
    answerNext: (...answers) => void script.push(...answers),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<GatewayRequest> {
  const body = await text(incoming);
  return { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body };
}

function verified(webhook: Webhook, { headers, body }: GatewayRequest): GatewayMessage | null {
  try {
    return webhook.verify(body, headers as Record<string, string>) as GatewayMessage;
  } catch {
    return null;
  }
}

function give(response: ServerResponse, answer: GatewayAnswer, take: () => void): void {
  switch (answer.kind) {
    case 'accept':
      take();
      setTimeout(() => acceptWith(response, answer.json), answer.delayMs ?? 0);
      return;
    case 'http':
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    case 'lose':
      take();
      response.destroy();
      return;
    case 'close':
      response.destroy();
      return;
    case 'truncate':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 800 });
      response.write('{"id": "', () => response.destroy());
      return;
    case 'hang':
      return;
    case 'trickle':
      trickle(response, answer.status);
  }
}

function acceptWith(response: ServerResponse, json: unknown): void {
  if (json === undefined) response.writeHead(204).end();
  else response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

function trickle(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(timer));
}
