import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ReportReceiver } from '../providers/delivery-report.js';
import { hasEncodedBody } from './graphql-refusal.js';
import { httpLimits } from './http-limits.js';

export interface WebhookParts {
  readonly receivers: readonly ReportReceiver[];
  /** The address that providers call, without a slash at its end. What it adds to a path, a proxy takes off again. */
  readonly publicUrl: string;
}

/** No page has any business here, of whatever origin (@fastify/cors). */
const config = { cors: false } as const;
const OTHER_METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'PUT'];

/**
 * Mounts the receivers of what providers report, each in a context of its own: its bodies are text, whatever their type
 * means elsewhere. Answers are a status and nothing else.
 */
export async function addWebhooks(server: FastifyInstance, { receivers, publicUrl }: WebhookParts): Promise<void> {
  for (const receiver of receivers) await server.register(async (scope) => addReceiver(scope, receiver, publicUrl));
}

function addReceiver(scope: FastifyInstance, receiver: ReportReceiver, publicUrl: string): void {
  const { path, contentType } = receiver;
  scope.removeAllContentTypeParsers();
  const bodyLimit = httpLimits.BODY_BYTES.maximum;
  scope.addContentTypeParser(contentType, { parseAs: 'string', bodyLimit }, (_request, body, done) => done(null, body));
  scope.addHook('onRequest', async ({ headers }, reply) => {
    void reply.header('cache-control', 'no-store');
    if (hasEncodedBody(headers)) return reply.code(415).send();
  });
  scope.setErrorHandler(refuse);
  scope.post(path, { config }, async (request, reply) => {
    // The host and the scheme are those that the provider was told: what a proxy makes of them is another matter.
    const url = `${publicUrl}${path}${queryOf(request)}`;
    const body = typeof request.body === 'string' ? request.body : '';
    const status = await receiver.receive({ url, headers: request.headers, body });
    return reply.code(status).send();
  });
  scope.route({
    method: OTHER_METHODS,
    url: path,
    config,
    handler: (_request, reply) => reply.code(405).header('allow', 'POST').send(),
  });
}

/** The query as it came, with its question mark. */
function queryOf({ url }: FastifyRequest): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
}

/**
 * A report that could not be kept is worth another try, whatever kept it from it: the database is away, or something is
 * wrong that somebody will put right.
 */
function refuse(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { statusCode = 500 } = error;
  if (statusCode < 500) return reply.code(statusCode).send();
  request.log.error({ err: error }, 'report of a provider not kept');
  return reply.code(503).send();
}
