import { readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { projectFolder } from '../platform/project-folder.js';
import { EventStreams } from './event-streams.js';
import type { Inbox } from './inbox.js';
import { refusalOf } from './inbox-visitor.js';

const ASSETS = new URL('assets/inbox/', projectFolder);
const FILES = {
  'inbox.css': 'text/css; charset=utf-8',
  'inbox.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

/** The page loads only our own files, never turns text into markup, and is neither framed nor cached. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Turns the CORS plugin off: no other origin may read the inbox, not even the origins that may use the API. */
const config = { cors: false } as const;

export interface InboxRouteParts {
  readonly inbox: Inbox;
  /** PUBLIC_URL. */
  readonly publicUrl: string;
  /** Whether other machines can open it. */
  readonly forEveryone: boolean;
  /** Interval of the heartbeats on a stream without messages. */
  readonly heartbeatMs?: number | undefined;
}

/** GET /inbox: a page that shows messages as they arrive. */
export async function addInbox(server: FastifyInstance, parts: InboxRouteParts): Promise<void> {
  await server.register(async (scope) => addRoutes(scope, parts), { prefix: '/inbox' });
}

function addRoutes(scope: FastifyInstance, parts: InboxRouteParts): void {
  const { inbox, publicUrl, forEveryone, heartbeatMs } = parts;
  const publicHost = new URL(publicUrl).hostname;
  const streams = new EventStreams(inbox, heartbeatMs);
  scope.addHook('preClose', async () => streams.close());
  scope.addHook('onRequest', async ({ headers, routeOptions, ip, socket }, reply) => {
    void reply.headers(HEADERS);
    // Behind a trusted proxy, the peer is the proxy.
    const from = forEveryone ? [] : [socket.remoteAddress ?? '', ip];
    const refusal = refusalOf({ headers, from, publicHost, page: routeOptions.url === '/inbox' });
    if (refusal !== null) return sayNo(reply, 403, refusal);
  });
  scope.get('', { config }, (_request, reply) => sendFile(reply, 'index.html', 'text/html; charset=utf-8'));
  for (const [name, type] of Object.entries(FILES)) {
    scope.get(`/${name}`, { config }, (_request, reply) => sendFile(reply, name, type));
  }
  // No HEAD route: its answer would never end.
  scope.get('/events', { config, exposeHeadRoute: false }, (request, reply) => sendEvents(streams, request, reply));
  scope.delete('/messages', { config }, (_request, reply) => {
    inbox.clear();
    return reply.code(204).send();
  });
  // Without these routes, the CORS plugin would answer preflight requests.
  for (const url of ['', '/*']) {
    scope.options(url, { config }, (_request, reply) => sayNo(reply, 405, 'The inbox answers its own page only.'));
  }
}

/** Reads the file for each request, so that changes to the page show after a reload. */
async function sendFile(reply: FastifyReply, name: string, type: string): Promise<FastifyReply> {
  return reply.type(type).send(await readFile(new URL(name, ASSETS)));
}

async function sendEvents(streams: EventStreams, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const lastId = request.headers['last-event-id'];
  const stream = streams.open(typeof lastId === 'string' ? lastId : undefined);
  if (stream === null) {
    return sayNo(reply.header('retry-after', '5'), 503, 'Too many pages show the inbox. Close one.');
  }
  // Close the connection after the stream. An idle connection would delay a stop.
  return reply.headers({ 'content-type': 'text/event-stream', connection: 'close' }).send(stream);
}

function sayNo(reply: FastifyReply, status: number, why: string): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(`${why}\n`);
}
