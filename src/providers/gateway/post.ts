import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { GatewayAnswer } from './answer.js';

/** Milliseconds that an idle connection is kept. Many servers close theirs after five seconds. */
const IDLE_MS = 4_000;

export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends the whole exchange, also while the answer is read. */
  readonly signal: AbortSignal;
}

/**
 * Posts to one address, over connections that are kept. `fetch` takes two to three times the processor time, a tenth of what
 * a code costs (docs/decisions/0063). It follows no redirect.
 */
export function posting(address: string): (post: Post) => Promise<GatewayAnswer> {
  const url = new URL(address);
  const isSecure = url.protocol === 'https:';
  const options = { keepAlive: true, timeout: IDLE_MS };
  const agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options);
  const request = isSecure ? requestHttps : requestHttp;
  return ({ headers, body, signal }) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(url, { method: 'POST', agent, signal, headers: { ...headers, ...length } });
    sent.end(body);
    return answerOf(sent);
  };
}

function answerOf(request: ClientRequest): Promise<GatewayAnswer> {
  return new Promise((resolve, reject) => {
    // Stays for what happens after the answer has begun: then reading it fails, too.
    request.on('error', reject);
    request.on('response', (response: IncomingMessage) =>
      resolve({
        status: response.statusCode ?? 0,
        retryAfter: response.headers['retry-after'] ?? null,
        body: response,
        discard: () => response.destroy(),
      }),
    );
  });
}
