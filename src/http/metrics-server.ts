import fastify, { type FastifyInstance } from 'fastify';

export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}

/** Answers GET /metrics on its own port, because only operators should reach it. */
export function createMetricsServer(exposition: Exposition): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  server.get('/metrics', async (_request, reply) => {
    void reply.header('content-type', exposition.contentType);
    return exposition.text();
  });
  return server;
}
