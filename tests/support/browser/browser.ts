import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import type { Clock } from '../../../src/platform/clock.js';
import { type CookieAccess, CookieJar, siteOf } from './cookie-jar.js';

/** What a script may say in `fetch`. */
export interface FetchOptions {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly mode?: 'cors' | 'no-cors';
  readonly credentials?: 'omit' | 'same-origin' | 'include';
}

/** One HTTP exchange, with headers that no script sees. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly answerHeaders: IncomingHttpHeaders;
  readonly answer: string;
}

type Outgoing = Pick<Exchange, 'method' | 'url' | 'headers'> & { readonly body?: string | undefined };

const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];
const SAFE_HEADERS = ['accept', 'accept-language', 'content-language'];
/** Forbidden request headers (Fetch, section 2.2.2) that an attacker would like to set. */
const FORBIDDEN_HEADER = /^(origin|cookie|host|referer|sec-.*|access-control-.*)$/;
const EXPOSED_HEADERS = ['cache-control', 'content-language', 'content-length', 'content-type', 'expires'];

/**
 * A browser, as far as cookies and requests across origins go: the rules of the Fetch standard (Origin, Sec-Fetch-Site,
 * preflight, credentials, what scripts may see of an answer), without caches and redirects.
 */
export class Browser {
  readonly jar: CookieJar;
  /** Everything that went over the wire. */
  readonly exchanges: Exchange[] = [];
  readonly #servers: ReadonlyMap<string, string>;

  /** @param parts.servers by origin, the address under which its server is really reached. */
  constructor(parts: { clock: Clock; servers: Readonly<Record<string, string>> }) {
    this.jar = new CookieJar(parts.clock);
    this.#servers = new Map(Object.entries(parts.servers));
  }

  /** A tab that shows a page of this origin. */
  open(origin: string): Page {
    return new Page(this, new URL(origin));
  }

  /** Sends a request as it is, without asking whether a browser would. */
  async send({ method, url, headers, body }: Outgoing): Promise<Exchange> {
    const server = this.#servers.get(url.origin);
    if (!server) throw new TypeError(`Nobody answers at ${url.origin}.`);
    const exchange = await new Promise<Exchange>((resolve, reject) => {
      const address = new URL(url.pathname + url.search, server);
      const request = httpRequest(address, { method, headers, agent: false }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const answer = { status: response.statusCode ?? 0, answerHeaders: response.headers };
        resolve({ method, url, headers, ...answer, answer: Buffer.concat(chunks).toString() });
      });
      request.on('error', reject).end(body);
    });
    this.exchanges.push(exchange);
    return exchange;
  }
}

/** A page in a tab, and what scripts on it can do and see. */
export class Page {
  readonly #browser: Browser;
  readonly #url: URL;
  /** Every text that scripts of this page got to see. */
  readonly seen: string[] = [];

  constructor(browser: Browser, url: URL) {
    this.#browser = browser;
    this.#url = url;
  }

  /** `document.cookie` */
  get cookie(): string {
    return this.#browser.jar.read({ url: this.#url, sameSite: true, script: true });
  }

  set cookie(line: string) {
    this.#browser.jar.store(line, { url: this.#url, sameSite: true, script: true });
  }

  /** `fetch` @throws TypeError when the browser keeps the request or its answer from the script. */
  readonly fetch = async (address: string, options: FetchOptions = {}): Promise<Response> => {
    const request = prepare(this.#url, new URL(address, this.#url), options);
    if (request.cors && needsPreflight(request)) await this.#preflight(request);
    const exchange = await this.#send(request);
    if (request.opaque) return new Response(null);
    if (request.cors && !isShared(exchange.answerHeaders, request)) throw refused('the answer is not for this origin');
    this.seen.push(exchange.answer);
    return this.#visible(exchange, request);
  };

  /** Submits a form to `address` in this tab: what any page can do to any site, without asking. */
  async submit(address: string, { type, body }: { type: string; body: string }): Promise<void> {
    const request = prepare(this.#url, new URL(address), { method: 'POST', body });
    const headers = { ...request.headers, 'content-type': type, 'sec-fetch-mode': 'navigate' };
    await this.#send({ ...request, credentials: true, headers });
  }

  async #preflight(request: FetchRequest): Promise<void> {
    const names = request.scriptHeaders.filter(([name, value]) => !isSafe(name, value)).map(([name]) => name);
    const { status, answerHeaders } = await this.#browser.send({
      method: 'OPTIONS',
      url: request.url,
      headers: {
        origin: request.origin,
        'sec-fetch-site': request.site,
        'sec-fetch-mode': 'cors',
        'access-control-request-method': request.method,
        'access-control-request-headers': names.sort().join(','),
      },
    });
    if (status < 200 || status > 299 || !isShared(answerHeaders, request)) throw refused('the preflight was refused');
    const allowed = listOf(answerHeaders['access-control-allow-headers']);
    if (!names.every((name) => allowed.includes(name))) throw refused('a header is not allowed');
  }

  async #send(request: FetchRequest): Promise<Exchange> {
    const { jar } = this.#browser;
    const access: CookieAccess = { url: request.url, sameSite: request.site !== 'cross-site' };
    const cookie = request.credentials ? jar.read(access) : '';
    const exchange = await this.#browser.send({
      ...request,
      headers: { ...request.headers, ...(cookie && { cookie }) },
    });
    if (request.credentials) for (const line of exchange.answerHeaders['set-cookie'] ?? []) jar.store(line, access);
    return exchange;
  }

  #visible({ status, answer, answerHeaders }: Exchange, { cors }: { cors: boolean }): Response {
    const exposed = [...EXPOSED_HEADERS, ...listOf(answerHeaders['access-control-expose-headers'])];
    const shown = Object.entries(answerHeaders).filter(([name]) =>
      cors ? exposed.includes(name) : name !== 'set-cookie',
    );
    this.seen.push(JSON.stringify(shown));
    return new Response(answer, { status, headers: shown.map(([name, value]) => [name, String(value)]) });
  }
}

/** A request that a page is about to make. */
interface FetchRequest extends Outgoing {
  readonly origin: string;
  readonly site: 'same-origin' | 'same-site' | 'cross-site';
  readonly cors: boolean;
  /** Sent without asking the server, its answer shown to nobody. */
  readonly opaque: boolean;
  readonly credentials: boolean;
  readonly scriptHeaders: readonly (readonly [string, string])[];
}

function prepare(page: URL, url: URL, options: FetchOptions): FetchRequest {
  const { method = 'GET', body, mode = 'cors', credentials = 'same-origin' } = options;
  const { origin } = page;
  const crossOrigin = url.origin !== origin;
  const opaque = crossOrigin && mode === 'no-cors';
  const scriptHeaders = Object.entries(options.headers ?? {})
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name, value]) => (opaque ? isSafe(name, value) : !FORBIDDEN_HEADER.test(name)));
  const site = crossOrigin ? (siteOf(url) === siteOf(page) ? 'same-site' : 'cross-site') : 'same-origin';
  const headers = {
    ...Object.fromEntries(scriptHeaders),
    ...((crossOrigin || method === 'POST') && { origin }),
    'sec-fetch-site': site,
    'sec-fetch-mode': mode,
  };
  return {
    ...{ url, method, body, headers, origin, site, opaque, scriptHeaders },
    cors: crossOrigin && !opaque,
    credentials: credentials === 'include' || (credentials === 'same-origin' && !crossOrigin),
  };
}

/** Whether a request cannot be sent by a form, so that the server has to agree to it first. */
function needsPreflight({ scriptHeaders }: { scriptHeaders: readonly (readonly [string, string])[] }): boolean {
  return scriptHeaders.some(([name, value]) => !isSafe(name, value));
}

function isSafe(name: string, value: string): boolean {
  if (name === 'content-type') return FORM_TYPES.includes(value.split(';', 1)[0]?.trim().toLowerCase() ?? '');
  return SAFE_HEADERS.includes(name);
}

/** The CORS check (Fetch, section 4.9). */
function isShared(headers: IncomingHttpHeaders, request: { origin: string; credentials: boolean }): boolean {
  const allowed = headers['access-control-allow-origin'];
  if (!request.credentials) return allowed === '*' || allowed === request.origin;
  return allowed === request.origin && headers['access-control-allow-credentials'] === 'true';
}

function listOf(header: string | undefined): string[] {
  return (header ?? '').split(',').map((name) => name.trim().toLowerCase());
}

function refused(reason: string): TypeError {
  return new TypeError(`Failed to fetch: ${reason}.`);
}
