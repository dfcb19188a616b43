import { createRequire } from 'node:module';

export interface Gateway {
  fetch(url: string, request: RequestInit): Promise<Response>;
  [Symbol.asyncDispose](): PromiseLike<void>;
}

interface GatewayRuntime {
  createGatewayRuntime(options: object): Gateway;
}

/** Not by `import`: its types bring those of browsers along, for the whole of the project. */
const hive: GatewayRuntime = createRequire(import.meta.url)('@graphql-hive/gateway-runtime');

/** Hive Gateway before a supergraph, as docs/supergraph.md sets it up. */
export function startGateway(supergraph: string): Gateway {
  return hive.createGatewayRuntime({
    supergraph,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }: { request: Request }) => ({
        authorization: request.headers.get('authorization'),
        'x-forwarded-for': request.headers.get('x-forwarded-for'),
      }),
    },
    logging: false,
  });
}
