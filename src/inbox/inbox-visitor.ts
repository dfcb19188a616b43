import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback, isLoopbackAddress } from '../platform/loopback.js';

export interface Visit {
  readonly headers: IncomingHttpHeaders;
  /** Addresses of the visitor that must be of this machine. */
  readonly from: readonly string[];
  /** Host name of PUBLIC_URL, as `URL` spells it. */
  readonly publicHost: string;
  /** Whether the request is for the page itself, not for its files and events. */
  readonly page: boolean;
}

/**
 * Why the inbox refuses a request, or null. The inbox has no password. It relies on headers that browsers send and that
 * no web page can change (Fetch Metadata Request Headers, https://www.w3.org/TR/fetch-metadata/).
 */
export function refusalOf(visit: Visit): string | null {
  if (!visit.from.every(isLoopbackAddress)) {
    return 'The inbox answers this machine only. If everyone who reaches the service may read its codes, set INBOX=on.';
  }
  if (!hasOurHost(visit)) {
    return 'The inbox answers at localhost and at the host of PUBLIC_URL only. Open it there.';
  }
  if (!comesFromOwnPage(visit)) return 'The inbox answers its own page only, no other web page.';
  return null;
}

/** Another host name may be pointed to this machine (DNS rebinding). Its page would then count as our own. */
function hasOurHost({ headers, publicHost }: Visit): boolean {
  const hosts = [headers.host ?? '', ...listOf(headers['x-forwarded-host'])].map(hostnameOf);
  return hosts.every((host) => host !== null && (isLoopback(host) || host === publicHost));
}

/** Links on other pages may open the inbox in a tab. The page with the link cannot read that tab. */
function comesFromOwnPage({ headers, page }: Visit): boolean {
  const { origin, host, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  if (page && mode === 'navigate' && destination === 'document') return true;
  // Browsers do not send Sec-Fetch-Site to http:// addresses other than loopback. They do send Origin across origins.
  const sameOrigin = origin === undefined || originHost(origin) === host;
  return sameOrigin && (site === undefined || site === 'same-origin' || site === 'none');
}

function hostnameOf(host: string): string | null {
  const url = `http://${host}`;
  // Accept a host only: no user, no path.
  return /^[^\s/?#@\\]+$/.test(host) && URL.canParse(url) ? new URL(url).hostname : null;
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

function listOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  return text === '' ? [] : text.split(',').map((entry) => entry.trim());
}
