import { authorizedFetch, originOf } from './authorized-fetch.js';
import { caller, type Input } from './caller.js';
import { seconds } from './clock.js';
import { documentOf, type OperationName, operationNames } from './documents.js';
import { exclusive } from './exclusive.js';
import { Remembered } from './remembered.js';
import type { Operations, SignInOptions } from './schema-types.js';
import { type AccountsSession, SessionKeeper, type SessionState } from './session-keeper.js';
import { type AccountsStorage, browserStorage, keptBy, keptValues } from './storage.js';
import { otherTabs } from './tabs.js';
import { dataOf, isRefused, type Transport, transport } from './transport.js';

/** Seconds: as long as caches may keep the answer. */
const OPTIONS_LIFE = 300;

export interface AccountsOptions {
  /** The GraphQL address of the accounts service, or of a gateway before it. */
  readonly url: string;
  /** Origins of your own services, such as `https://api.example.com`. Only they and the origin of `url` get access tokens. */
  readonly apis?: readonly string[];
  /** Where the refresh token is kept. Absent: in a cookie that no script can read (docs/cookie-mode.md). */
  readonly storage?: AccountsStorage;
  /** The language of messages with codes (BCP 47). Absent: the service chooses. */
  readonly locale?: string;
  /** In place of the `fetch` of the platform. */
  readonly fetch?: typeof fetch;
  /** `print` of the package graphql, for documents that do not have their text with them. */
  readonly print?: (document: never) => string;
}

/** A document as text, or typed by GraphQL Code Generator or gql.tada. */
export type Document<Data, Variables> =
  | string
  | { readonly __apiType?: (variables: Variables) => Data; readonly loc?: unknown; toString(): string };

export interface RequestOptions {
  /** A GraphQL address of `apis`. Absent: that of the accounts. */
  readonly url?: string;
  readonly signal?: AbortSignal;
}

/**
 * The accounts of a front end. Calls answer with the result of the schema; a failure that a user can act on is a result,
 * too. Everything else is thrown as `AccountsError`. Results that say seconds count them down.
 */
export interface Accounts extends Operations {
  /** Null: signed out. Undefined: not known yet; see `ready`. */
  readonly session: SessionState;
  /** Resolves once it is known whether somebody is signed in. Without an answer the client asks again and again. */
  readonly ready: Promise<AccountsSession | null>;
  /** Is told of each change, also of one in another tab. The returned function ends that. */
  subscribe(listener: (session: SessionState) => void): () => void;
  /** Sends any operation, and gives its data. @throws AccountsError for `errors` in the answer */
  request<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
    document: Document<Data, Variables>,
    ...rest: Record<string, never> extends Variables
      ? [variables?: Variables, options?: RequestOptions]
      : [variables: Variables, options?: RequestOptions]
  ): Promise<Data>;
  /** `fetch` with the access token, for the origins of `url` and `apis`. All other requests are sent as they are. */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** A valid access token, for links and sockets; null: signed out. @param refused one that was refused */
  accessToken(refused?: string): Promise<string | null>;
}

export function createAccounts({
  url,
  apis = [],
  storage,
  locale,
  print,
  fetch: platformFetch = (...request) => globalThis.fetch(...request),
}: AccountsOptions): Accounts {
  // A page may give a path. It is also rendered by servers, which send nothing there.
  if (!/^https?:\/\/|^\//.test(url)) throw new TypeError(`url is ${url}: begin it with https://.`);
  const name = `accounts ${url}`;
  // Other platforms have no tabs or workers, and a client in memory has its session to itself.
  const shared = (globalThis.document || 'WorkerGlobalScope' in globalThis) && !storage?.ofOneClient;
  const http = transport({ url, cookies: !storage, fetch: platformFetch });
  const kept = storage && keptValues(storage, name);
  // Tabs in cookie mode have another session than those with a storage.
  const tabs = otherTabs(`${name} ${!storage}`, shared);
  const lock = exclusive(name, shared, tabs.heard);
  const keeper = new SessionKeeper({ transport: http, kept, exclusive: lock, tabs });
  const memory = kept ?? keptValues(browserStorage(), name);
  const call = caller({ http, keeper, lock, locale, remembered: new Remembered(memory) });
  const allowed = new Set([url, ...apis].map(originOf));
  const api: Omit<Accounts, keyof Operations> & Pick<Operations, 'signInOptions'> = {
    get session() {
      return keeper.session;
    },
    get ready() {
      return keeper.ready;
    },
    subscribe: (listener) => keeper.subscribe(listener),
    accessToken: (refused) => (refused ? keeper.refresh(refused) : keeper.token()),
    signInOptions: cachedOptions(http),
    async request(document, ...rest) {
      const [variables, { url: address, signal } = {}] = rest as [object?, RequestOptions?];
      if (address && !allowed.has(originOf(address))) throw new TypeError(`${address} is not in apis.`);
      const query = textOf(document, print);
      const send = (token: string | null) => http.post({ query, variables, token, url: address, signal });
      return dataOf(await keeper.use(send, (answer) => isRefused(answer, query))) as never;
    },
    fetch: authorizedFetch({ keeper, allowed, fetch: platformFetch }),
  };
  // `signInOptions` is there already: its answer is kept for a while.
  const all: Partial<Record<OperationName, unknown>> = api;
  for (const each of operationNames) all[each] ??= (input?: Input) => call(each, input);
  keptBy.set(api, memory);
  return api as Accounts;
}

function cachedOptions(http: Transport): () => Promise<SignInOptions> {
  let options: Promise<SignInOptions>;
  let end = 0;
  return () => {
    if (end <= seconds()) {
      options = http
        .get(documentOf('signInOptions'))
        .then((answer) => dataOf(answer)['signInOptions'] as SignInOptions);
      end = seconds() + OPTIONS_LIFE;
      options.catch(() => {
        end = 0;
      });
    }
    return options;
  };
}

function textOf(document: unknown, print: AccountsOptions['print']): string {
  if (typeof (document as object).valueOf() === 'string') return String(document);
  const { loc } = document as { readonly loc?: { readonly source?: { readonly body?: string } } };
  const text = loc?.source?.body ?? print?.(document as never);
  if (text) return text;
  throw new TypeError('A document without text: set print.');
}
