import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../platform/loopback.js';

export interface Visit {
  readonly headers: IncomingHttpHeaders;
  /** Host name of the address that clients use, as `URL` spells it. */
  readonly publicHost: string;
  /** Whether the page itself is asked for, not what it consists of. */
  readonly page: boolean;
}

/**
 * Why a visitor gets nothing of the inbox, or null. It has no password, so what may read it is decided by what browsers
 * say and no web page can change (Fetch Metadata Request Headers, https://www.w3.org/TR/fetch-metadata/).
 */
export function refusalOf(visit: Visit): string | null {
  if (!comesToUs(visit)) {
    return 'The inbox answers at localhost and at the host of PUBLIC_URL only. Open it there.';
  }
  if (!comesFromUs(visit)) return 'The inbox answers its own page only, no other web page.';
  return null;
}

/** Otherwise a foreign name was made to point here (DNS rebinding), and its page would count as ours. */
function comesToUs({ headers, publicHost }: Visit): boolean {
  const hosts = [headers.host ?? '', ...listOf(headers['x-forwarded-host'])].map(hostnameOf);
  return hosts.every((host) => host !== null && (isLoopback(host) || host === publicHost));
}

/** Links from elsewhere may lead to the page, in a tab of its own: the page that they are on cannot read it. */
function comesFromUs({ headers, page }: Visit): boolean {
  const { origin, host, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  if (page && mode === 'navigate' && destination === 'document') return true;
  // Browsers that do not send Sec-Fetch-Site (none to http://, unless it is loopback) still send Origin across origins.
  const sameOrigin = origin === undefined || originHost(origin) === host;
  return sameOrigin && (site === undefined || site === 'same-origin' || site === 'none');
}

function hostnameOf(host: string): string | null {
  const url = `http://${host}`;
  // Nothing but a host: no user, no path.
  return /^[^\s/?#@\\]+$/.test(host) && URL.canParse(url) ? new URL(url).hostname : null;
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

function listOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  return text === '' ? [] : text.split(',').map((entry) => entry.trim());
}
