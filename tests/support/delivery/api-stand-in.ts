import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the API of a provider does with a request. */
export type ApiAnswer =
  | {
      readonly kind: 'http';
      readonly status: number;
      /** Written as JSON; a string as it is. */
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Closes the connection without an answer. */
  | { readonly kind: 'close' }
  /** Closes the connection in the middle of the body. */
  | { readonly kind: 'truncate' }
  /** Never answers. */
  | { readonly kind: 'hang' };

export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ApiStandIn {
  /** Without a path. */
  readonly url: string;
  /** Every request that arrived. */
  readonly requests: readonly ApiRequest[];
  /** One answer for each of the next requests, instead of the usual one. */
  answerNext(...answers: readonly ApiAnswer[]): void;
  close(): Promise<void>;
}

/** A local server in place of a provider that is reached by HTTP. */
export async function startApiStandIn(usual: (request: ApiRequest) => ApiAnswer): Promise<ApiStandIn> {
  const requests: ApiRequest[] = [];
  const script: ApiAnswer[] = [];
  const server = createServer(async (incoming, response) => {
    const { method = '', url: path = '', headers } = incoming;
    const request = { method, path, headers, body: await text(incoming) };
    requests.push(request);
    give(response, script.shift() ?? usual(request));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerNext: (...answers) => void script.push(...answers),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function give(response: ServerResponse, answer: ApiAnswer): void {
  if (answer.kind === 'hang') return;
  if (answer.kind === 'close') return void response.destroy();
  if (answer.kind === 'truncate') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 800 });
    return void response.write('{"', () => response.destroy());
  }
  const { status, body = '', headers = {} } = answer;
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(content);
}
