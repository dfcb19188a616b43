import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RETRY_AFTER } from '../graphql/retry-after.js';
import type { ReportReceiver } from '../providers/delivery-report.js';
import { hasEncodedBody } from './graphql-refusal.js';
import { httpLimits } from './http-limits.js';

export interface WebhookParts {
  readonly receivers: readonly ReportReceiver[];
  /** The address that providers call, without a final slash. A proxy removes its path. */
  readonly publicUrl: string;
}

/** No CORS: pages do not call webhooks (@fastify/cors). */
const config = { cors: false } as const;
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/**
 * Adds a route for each receiver of delivery reports. Each has its own Fastify scope, where bodies are text. An answer is
 * a status without a body, and to a challenge a line of text.
 */
export async function addWebhooks(server: FastifyInstance, { receivers, publicUrl }: WebhookParts): Promise<void> {
  for (const receiver of receivers) await server.register(async (scope) => addReceiver(scope, receiver, publicUrl));
}

function addReceiver(scope: FastifyInstance, receiver: ReportReceiver, publicUrl: string): void {
  const { path, contentType, method = 'POST' } = receiver;
  scope.removeAllContentTypeParsers();
  const bodyLimit = receiver.mostBytes ?? httpLimits.BODY_BYTES.maximum;
  scope.addContentTypeParser(contentType, { parseAs: 'string', bodyLimit }, (_request, body, done) => done(null, body));
  scope.addHook('onRequest', async ({ headers }, reply) => {
    void reply.header('cache-control', 'no-store');
    if (hasEncodedBody(headers)) return reply.code(415).send();
  });
  scope.setErrorHandler(refuse);
  // Host and scheme as the provider knows them. A proxy may have changed them on the way.
  const urlOf = (request: FastifyRequest) => `${publicUrl}${path}${queryOf(request)}`;
  scope.route({
    method,
    url: path,
    config,
    bodyLimit,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const body = typeof request.body === 'string' ? request.body : '';
      const status = await receiver.receive({ url: urlOf(request), headers: request.headers, body });
      return reply.code(status).send();
    },
  });
  const allowed: string[] = [method];
  if (receiver.answerChallenge) {
    allowed.unshift('GET');
    scope.get(path, { config, exposeHeadRoute: false }, (request, reply) => {
      const answer = receiver.answerChallenge?.({ url: urlOf(request) }) ?? null;
      if (answer === null) return reply.code(403).send();
      return reply.type('text/plain; charset=utf-8').header('x-content-type-options', 'nosniff').send(answer);
    });
  }
  scope.route({
    method: METHODS.filter((each) => !allowed.includes(each)),
    url: path,
    config,
    handler: (_request, reply) => reply.code(405).header('allow', allowed.join(', ')).send(),
  });
}

/** The query string unchanged, with its question mark. */
function queryOf({ url }: FastifyRequest): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
}

/**
 * Answers 503 when a report could not be stored, so that the provider sends it again.
 */
function refuse(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { statusCode = 500 } = error;
  if (statusCode < 500) return reply.code(statusCode).send();
  request.log.error({ err: error }, 'report of a provider not kept');
  return reply.code(503).header('retry-after', RETRY_AFTER).send();
}
