import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { PersistedDocuments } from '../graphql/persisted-documents/persisted-documents.js';
import type { RequestNotes } from '../graphql/request-context.js';
import { RETRY_AFTER } from '../graphql/retry-after.js';
import type { ReportReceiver } from '../providers/delivery-report.js';
import type { Logger } from '../platform/logger.js';
import type { Tracing } from '../tracing/tracing.js';
import { CallingPages } from './calling-pages.js';
import type { Drain } from './drain.js';
import { addDiscovery } from './discovery.js';
import {
  refuse,
  refuseByHead,
  refuseByMethod,
  refuseByRate,
  refuseInGraphql,
  WRONG_METHODS,
} from './graphql-refusal.js';
import { httpLimits, patience } from './http-limits.js';
import { type IncomingRequest, incomingRequest, type Sender, senderOf } from './incoming-request.js';
import { persistedRequests } from './persisted-request.js';
import { REQUEST_ID, requestId } from './request-id.js';
import type { RequestRate } from './request-rate.js';
import { cookieModeOrigins, sessionMode } from './session-mode.js';
import { tracedOperation, traceRequests, within } from './traced-requests.js';
import { TrustedGateways } from './trusted-gateway.js';
import { trustedProxies, trustedSenders } from './trusted-sender.js';
import { addWebhooks } from './webhooks.js';

declare module 'fastify' {
  interface FastifyRequest {
    notes: RequestNotes;
    /** Of requests to /graphql. */
    sender: Sender;
  }
}

export interface HttpSettings {
  readonly production: boolean;
  readonly sessionCookies: boolean;
  readonly corsOrigins: readonly string[];
  readonly trustProxy: number | readonly string[] | false;
  readonly trustedGateways: readonly string[];
}

export interface HttpParts<Context extends object> {
  readonly apollo: ApolloServer<Context>;
  readonly createContext: (request: IncomingRequest) => Promise<Context>;
  readonly logger: Logger;
  /** The address that clients use. */
  readonly publicUrl: string;
  readonly settings: HttpSettings;
  /** Limits the requests to /graphql. */
  readonly requestRate: RequestRate;
  /** The documents that clients may name by an id. Null: none. */
  readonly persisted?: PersistedDocuments | null | undefined;
  /** Absent or null: nothing is traced. */
  readonly tracing?: Tracing | null | undefined;
  /** How the server stops. */
  readonly drain: Drain;
  /** Receive the delivery reports of providers. */
  readonly receivers?: readonly ReportReceiver[] | undefined;
  /** The algorithm that tokens are signed with. */
  readonly algorithm: string;
  /** RFC 7517 key set, as JSON. */
  keySet(): object;
  /** More public documents, as JSON by path. */
  readonly publicFiles?: ReadonlyMap<string, object> | undefined;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
}

/** Makes the HTTP server: /graphql, health, the key set and webhooks. It opens no port before `listen`. */
export async function createServer<Context extends object>(parts: HttpParts<Context>): Promise<FastifyInstance> {
  const { settings, publicUrl, tracing } = parts;
  const proxies = trustedProxies(settings.trustProxy);
  const gateways = new TrustedGateways(settings.trustedGateways);
  const isTrusted = trustedSenders(proxies, gateways);
  const loggerInstance: FastifyBaseLogger = parts.logger;
  const server = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) => requestId(request, isTrusted),
    bodyLimit: httpLimits.BODY_BYTES.maximum,
    trustProxy: proxies,
    ...patience,
    forceCloseConnections: 'idle',
    // A request that arrives on an open connection while the service stops is still answered.
    return503OnClosing: false,
    // Invalid paths, such as /%, reach no hook.
    frameworkErrors: (_error, request, reply) => void reply.raw.writeHead(404, { [REQUEST_ID]: request.id }).end(),
  });
  if (tracing) traceRequests(server, tracing, isTrusted);
  logRequests(server);
  // Fastify would answer and log the whole URL, which can hold the variables of a request to a misspelt path.
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: 'There is nothing at this path.' }));
  parts.drain.watch(server);
  const cookieOrigins = cookieModeOrigins({ ...settings, publicUrl });
  const pages = new CallingPages(parts);
  const crossOrigin = {
    methods: 'GET, POST, OPTIONS',
    exposedHeaders: `${REQUEST_ID}, retry-after`,
    maxAge: 600,
  };
  const withoutOrigin = { ...crossOrigin, origin: [], credentials: false };
  await server.register(cors, {
    // Fewer pages may send cookies than may send requests. A promise would cost each request a detour.
    delegator(request: FastifyRequest, done: (error: null, options: FastifyCorsOptions) => void) {
      const { origin } = request.headers;
      if (origin === undefined) return done(null, withoutOrigin);
      const credentials = cookieOrigins?.has(origin) ?? false;
      done(null, { ...crossOrigin, origin: pages.allowed(request), credentials });
    },
  });
  addGraphql(server, { ...parts, cookieOrigins, gateways });
  addHealth(server, parts);
  await addWebhooks(server, { receivers: parts.receivers ?? [], publicUrl });
  addDiscovery(server, parts);
  return server;
}

function logRequests(server: FastifyInstance): void {
  server.decorateRequest('notes');
  server.addHook('onRequest', (request, reply, done) => {
    request.notes = {};
    void reply.header(REQUEST_ID, request.id);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    // Without the query string, which can hold variables of a GET request.
    const path = request.url.split('?', 1)[0];
    const milliseconds = Math.round(reply.elapsedTime * 10) / 10;
    const { method, notes } = request;
    notes.outcome ??= outcomeOf(reply.statusCode);
    const line = { method, path, status: reply.statusCode, milliseconds, ...notes };
    within(request, () => request.log.info(line, 'request'));
    done();
  });
}

/** Of a request that says nothing itself: a health check, a webhook, a refusal of Apollo Server. */
function outcomeOf(status: number): string {
  return status < 400 ? 'ok' : `HTTP_${status}`;
}

function addGraphql<Context extends object>(
  server: FastifyInstance,
  parts: HttpParts<Context> & { cookieOrigins: ReadonlySet<string> | null; gateways: TrustedGateways },
): void {
  const { apollo, createContext, cookieOrigins, requestRate, persisted, tracing = null, gateways } = parts;
  server.decorateRequest('sender');
  server.route({
    method: ['GET', 'POST', ...WRONG_METHODS],
    url: '/graphql',
    errorHandler: refuseInGraphql,
    onRequest: async (request, reply) => {
      withoutStore(reply);
      const gateway = gateways.read(request.headers);
      request.sender = senderOf(request, gateway);
      const wait = requestRate.refuses(request.sender.networks);
      if (wait !== null) return refuseByRate(reply, wait);
      if (gateway.kind === 'refused') return refuse(reply, gateway.refusal);
      const refused = refuseByMethod(request, reply) ?? refuseByHead(request, reply);
      if (refused) return refused;
      const mode = sessionMode(request.headers, cookieOrigins);
      if (mode.kind !== 'refused') return;
      const { status, message, code } = mode;
      return refuse(reply, { status, message, code });
    },
    ...(persisted && { preHandler: persistedRequests(persisted) }),
    handler: tracedOperation(
      fastifyApolloHandler(apollo, {
        context: (request, reply) => createContext(incomingRequest({ request, reply }, cookieOrigins)),
      }),
      tracing,
    ),
  });
}

/** Answers for public data may be stored (graphql/public-answers.ts). Their content type depends on Accept. */
function withoutStore(reply: FastifyReply): void {
  const vary = [reply.getHeader('vary') ?? [], 'Accept'].flat().join(', ');
  void reply.header('cache-control', 'no-store').header('vary', vary);
}

function addHealth(server: FastifyInstance, { ping, drain }: Pick<HttpParts<object>, 'ping' | 'drain'>): void {
  /** Liveness: the process answers. */
  server.get('/healthz', () => ({ status: 'ok' }));
  /** Readiness: the database answers, too, and the process does not stop. */
  server.get('/readyz', async (request, reply) => {
    if (drain.isDraining) return reply.code(503).send({ status: 'stopping' });
    try {
      await ping();
      return { status: 'ok' };
    } catch (error) {
      request.log.warn({ err: error }, 'not ready: the database does not answer');
      return reply.code(503).header('retry-after', RETRY_AFTER).send({ status: 'unavailable' });
    }
  });
}
