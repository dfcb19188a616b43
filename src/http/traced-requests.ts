import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestSpan, Tracing } from '../tracing/tracing.js';
import type { IsTrusted } from './trusted-sender.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined where nothing is traced. */
    span: RequestSpan | undefined;
  }
}

/** Orchestrators ask every few seconds. */
const UNTRACED: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz']);

/** Makes a span of each request, which everything that the request does is part of. */
export function traceRequests(server: FastifyInstance, tracing: Tracing, isTrusted: IsTrusted): void {
  server.decorateRequest('span');
  server.addHook('onRequest', (request, reply, done) => {
    if (UNTRACED.has(request.routeOptions.url)) return done();
    const span = tracing.request(request.headers, isTrusted(request.raw));
    request.span = span;
    // Also where the client goes before it has the answer.
    reply.raw.once('close', () => span.end(ending(request, reply)));
    span.run(done);
  });
  // The body was read meanwhile, and that belongs to no request for Node.
  server.addHook('preHandler', ({ span }, _reply, done) => (span ? span.run(done) : done()));
}

/** Runs work as part of the request, where Node has lost that. */
export function within<Result>({ span }: FastifyRequest, work: () => Result): Result {
  return span ? span.run(work) : work();
}

/** The route, and not the path: a client could write anything into it. */
function ending({ id, method, routeOptions, notes }: FastifyRequest, { raw }: FastifyReply) {
  const { url: route } = routeOptions;
  const { statusCode } = raw;
  return {
    name: route === undefined ? method : `${method} ${route}`,
    attributes: {
      'http.request.method': method,
      ...(route !== undefined && { 'http.route': route }),
      'http.response.status_code': statusCode,
      'phone_accounts.request_id': id,
      ...(notes.outcome !== undefined && { 'phone_accounts.outcome': notes.outcome }),
    },
    failure: failureOf(raw),
  };
}

function failureOf({ writableFinished, statusCode }: FastifyReply['raw']): string | null {
  if (!writableFinished) return 'client_gone';
  return statusCode >= 500 ? String(statusCode) : null;
}

type Handler = (this: FastifyInstance, request: FastifyRequest, reply: FastifyReply) => unknown;

/** The same handler with a span of the operation: its name and its root fields, never its text or variables. */
export function tracedOperation(handler: Handler, tracing: Tracing | null): Handler {
  if (tracing === null) return handler;
  return function traced(request, reply) {
    return tracing.span({ name: 'graphql' }, async () => {
      const answer = await handler.call(this, request, reply);
      const { operation, fields, outcome } = request.notes;
      const attributes = {
        ...(operation !== undefined && { 'graphql.operation.name': operation }),
        ...(fields !== undefined && { 'phone_accounts.fields': fields }),
        ...(outcome !== undefined && { 'phone_accounts.outcome': outcome }),
      };
      tracing.describe({ name: fields === undefined ? 'graphql' : `graphql ${fields}`, attributes });
      return answer;
    });
  };
}
