import { createRequire } from 'node:module';
import { examplesOf } from '../documented-example.js';

export interface Gateway {
  fetch(url: string, request: RequestInit): Promise<Response>;
  [Symbol.asyncDispose](): PromiseLike<void>;
}

type CreateGateway = (options: object) => Gateway;

/** Not by `import`: its types bring those of browsers along, for the whole of the project. */
const hive: { createGatewayRuntime: CreateGateway } = createRequire(import.meta.url)('@graphql-hive/gateway-runtime');

/** Hive Gateway before a supergraph, by the code of docs/supergraph.md. It only logs nothing. */
export function startGateway(supergraph: string): Gateway {
  const code = examplesOf('supergraph.md').get('gateway.js') ?? '';
  const body = code
    .replace(/^import .*$/m, '')
    .replace('export const gateway =', 'return')
    .replace("'./supergraph.graphql'", 'supergraph');
  const run = new Function('createGatewayRuntime', 'supergraph', body);
  const quiet: CreateGateway = (options) => hive.createGatewayRuntime({ ...options, logging: false });
  return run(quiet, supergraph);
}
