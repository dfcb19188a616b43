import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { HttpAnswer } from './answer.js';

/** Milliseconds that an idle connection is kept. Many servers close theirs after five seconds. */
const IDLE_MS = 4_000;

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** `http:` or `https:`. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: the request has no body. */
  readonly body?: string | undefined;
  /** Ends the whole exchange, also while the answer is read. */
  readonly signal: AbortSignal;
}

/** @throws an error of Node with its code (`ECONNREFUSED`), or the reason of the signal; see unanswered.ts */
export type Exchange = (request: HttpRequest) => Promise<HttpAnswer>;

/**
 * Asks providers by HTTP, over connections that are kept. `fetch` takes two to three times the processor time, a tenth of what
 * a code costs (docs/decisions/0063). It follows no redirect: what is sent goes to the address asked for and nowhere else.
 */
export function httpExchange(): Exchange {
  const options = { keepAlive: true, timeout: IDLE_MS };
  const plain = new HttpAgent(options);
  const secure = new HttpsAgent(options);
  return ({ method, url, headers, body, signal }) => {
    const isSecure = url.protocol === 'https:';
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const parts = { method, signal, headers: { ...headers, ...length } };
    const sent = isSecure
      ? requestHttps(url, { ...parts, agent: secure })
      : requestHttp(url, { ...parts, agent: plain });
    sent.end(body);
    return answerOf(sent);
  };
}

function answerOf(request: ClientRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    // Stays for what happens after the answer has begun: then reading it fails, too.
    request.on('error', reject);
    request.on('response', (response: IncomingMessage) =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: response,
        discard: () => response.destroy(),
      }),
    );
  });
}
