import { parseSetCookie, type SetCookie } from 'cookie';
import { addSeconds, type Clock } from '../../../src/platform/clock.js';

/** A cookie as a browser keeps it. */
export interface KeptCookie extends SetCookie {
  readonly value: string;
  readonly host: string;
  readonly path: string;
}

/** Who reads or sets cookies: a request to `url`, or a script of a page there. */
export interface CookieAccess {
  readonly url: URL;
  /** Whether the page behind it is of the same site as `url`. */
  readonly sameSite: boolean;
  readonly script?: boolean;
}

/** Site: scheme and registrable domain, which is the last two labels of every name that the tests use. */
export function siteOf({ protocol, hostname }: URL): string {
  return `${protocol}//${hostname.split('.').slice(-2).join('.')}`;
}

/**
 * A browser's cookies by RFC 6265bis (sections 5.7 and 5.8), as far as the tests need it: HttpOnly, Secure, Domain,
 * Path, Max-Age, Expires, SameSite and the prefixes of names. Public suffixes are left out.
 */
export class CookieJar {
  readonly #clock: Clock;
  #kept: KeptCookie[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the browser's own tools show: everything that is kept and has not expired. */
  get all(): readonly KeptCookie[] {
    const now = this.#clock.now();
    return this.#kept.filter(({ expires }) => expires === undefined || expires > now);
  }

  /** Takes a `Set-Cookie` line, or ignores it as browsers do. */
  store(line: string, access: CookieAccess): void {
    const cookie = parseSetCookie(line, { decode: (value) => value });
    if (!mayBeSet(cookie, access) || !keepsItsPrefix(cookie)) return;
    const host = cookie.domain?.replace(/^\./, '') ?? access.url.hostname;
    const path = cookie.path?.startsWith('/') ? cookie.path : '/';
    const before = this.#kept.find((kept) => kept.name === cookie.name && kept.host === host && kept.path === path);
    if (access.script && before?.httpOnly) return;
    this.#kept = this.#kept.filter((kept) => kept !== before);
    const kept = { ...cookie, value: cookie.value ?? '', host, path };
    // Max-Age goes before Expires.
    const end = cookie.maxAge === undefined ? {} : { expires: addSeconds(this.#clock.now(), cookie.maxAge) };
    this.#kept.push({ ...kept, ...end });
  }

  /** The `Cookie` header, or what `document.cookie` says to a script. */
  read(access: CookieAccess): string {
    return this.all
      .filter((cookie) => mayBeRead(cookie, access))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}

function mayBeSet({ domain, secure, httpOnly, sameSite }: SetCookie, { url, ...access }: CookieAccess): boolean {
  if (domain !== undefined && !domainMatches(url.hostname, domain.replace(/^\./, ''))) return false;
  if (secure && !isTrustworthy(url)) return false;
  if (httpOnly && access.script) return false;
  return sameSite === 'none' || access.sameSite;
}

function keepsItsPrefix({ name, secure, httpOnly, domain, path }: SetCookie): boolean {
  const prefix = /^__(Secure-|Http-|Host-(?:Http-)?)/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (prefix.startsWith('host-') && (domain !== undefined || path !== '/')) return false;
  if (prefix.endsWith('http-') && !httpOnly) return false;
  return prefix === '' || secure === true;
}

function mayBeRead(cookie: KeptCookie, { url, ...access }: CookieAccess): boolean {
  const hostFits =
    cookie.domain === undefined ? url.hostname === cookie.host : domainMatches(url.hostname, cookie.host);
  if (!hostFits || !url.pathname.startsWith(cookie.path)) return false;
  if (cookie.secure && !isTrustworthy(url)) return false;
  if (cookie.httpOnly && access.script) return false;
  return cookie.sameSite === 'none' || access.sameSite;
}

function domainMatches(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** As Chromium and Firefox see it; Safari trusts TLS only. */
function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || hostname === 'localhost';
}
