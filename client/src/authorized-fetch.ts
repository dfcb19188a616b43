import type { SessionKeeper } from './session-keeper.js';

export interface FetchParts {
  readonly keeper: SessionKeeper;
  /** Origins that get the access token. */
  readonly allowed: ReadonlySet<string | undefined>;
  readonly fetch: typeof fetch;
}

/** The origin of an address, which can be relative as for `fetch`. Undefined: none, or one that no address shares. */
export function originOf(address: string): string | undefined {
  try {
    const { origin } = new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href);
    return origin === 'null' ? undefined : origin;
  } catch {
    // React Native has a URL without origins. What is no such address is of no origin that is allowed.
    return /^https?:\/\/[^/?#\\]+/.exec(address)?.[0];
  }
}

export function authorizedFetch({ keeper, allowed, fetch }: FetchParts): typeof globalThis.fetch {
  return async (input, init) => {
    // A text and a URL have none of these.
    const { url, headers: own } = input as Partial<Request>;
    const origin = originOf(url ?? String(input));
    const headers = new Headers(init?.headers ?? own);
    if (!origin || !allowed.has(origin) || headers.has('authorization')) return fetch(input, init);
    // A stream can be read once.
    const repeatable = !(init?.body as ReadableStream | undefined)?.getReader;
    return keeper.use(
      (token) => {
        if (token) headers.set('authorization', `Bearer ${token}`);
        else headers.delete('authorization');
        // Some platforms do not say whether a request has a body.
        return fetch(url ? (input as Request).clone() : input, { ...init, headers });
      },
      ({ status }) => status === 401 && repeatable,
    );
  };
}
