import { AccountsError, type GraphqlError } from './accounts-error.js';
import { isUnauthenticated } from './refused.js';

/** Ends before a lease on the session does (exclusive.ts). */
const LONGEST_REQUEST = 15_000;

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: object | undefined;
  readonly token?: string | null;
  /** Another address than that of the service, such as a gateway's. */
  readonly url?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly data?: unknown;
  readonly errors?: readonly GraphqlError[];
}

export interface Transport {
  /** @throws AccountsError where no answer came that is GraphQL */
  post(request: GraphqlRequest): Promise<GraphqlAnswer>;
  /** Without credentials, so that caches may keep the answer. */
  get(query: string): Promise<GraphqlAnswer>;
}

export interface TransportOptions {
  readonly url: string;
  readonly cookies: boolean;
  readonly fetch: typeof fetch;
}

export function transport({ url: own, cookies, fetch }: TransportOptions): Transport {
  async function send(url: string, init: RequestInit, signal?: AbortSignal): Promise<GraphqlAnswer> {
    const alarm = new AbortController();
    const abort = () => alarm.abort(signal?.reason);
    const timer = setTimeout(abort, LONGEST_REQUEST);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    let status = 0;
    try {
      const response = await fetch(url, { ...init, signal: alarm.signal });
      ({ status } = response);
      return { ...(await response.json()), status };
    } catch (cause) {
      if (signal?.aborted) throw cause;
      const code = status && !alarm.signal.aborted ? `HTTP_${status}` : 'NETWORK';
      const message = `${code}: no answer from ${url}. Check it and CORS_ORIGINS.`;
      throw new AccountsError(code, { message, cause });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
  return {
    post({ query, variables, token, url = own, signal }) {
      const cookieMode = cookies && url === own;
      const headers = {
        'content-type': 'application/json',
        ...(cookieMode && { 'session-mode': 'cookie' }),
        ...(token && { authorization: `Bearer ${token}` }),
      };
      const body = JSON.stringify({ query, variables });
      return send(url, { method: 'POST', headers, body, credentials: cookieMode ? 'include' : 'same-origin' }, signal);
    },
    get(query) {
      const headers = { 'apollo-require-preflight': 'true' };
      const separator = own.includes('?') ? '&' : '?';
      return send(`${own}${separator}query=${encodeURIComponent(query)}`, { headers, credentials: 'omit' });
    },
  };
}

/** The data of an answer without errors. @throws AccountsError */
export function dataOf({ status, data, errors }: GraphqlAnswer): Record<string, unknown> {
  const [first] = errors ?? [];
  if (!first && data) return data as Record<string, unknown>;
  const details = { status, data, errors: errors ?? [], message: first?.message };
  throw new AccountsError(first?.extensions?.code ?? `HTTP_${status}`, details);
}

/** Whether the token of this request was refused, and another one may help. */
export function isRefused(answer: GraphqlAnswer, query: string): boolean {
  // A query that has the word somewhere is not sent again beside a field that succeeded.
  return answer.status === 401 || isUnauthenticated(answer, /\bmutation\b/.test(query));
}
