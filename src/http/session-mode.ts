import type { IncomingHttpHeaders } from 'node:http';

/**
 * The header by which a client says where its refresh token is to be kept: `Session-Mode: cookie`, or no such header
 * for clients that keep it themselves.
 */
const HEADER = 'session-mode';

/** Whether a request uses cookie mode, or why it gets nothing at all. */
export type SessionMode =
  | { readonly kind: 'bearer' }
  | { readonly kind: 'cookie' }
  | {
      readonly kind: 'refused';
      readonly status: 400 | 403;
      readonly code: 'BAD_REQUEST' | 'FORBIDDEN';
      readonly message: string;
    };

/**
 * The origins whose pages may use cookie mode: the service's own and those of CORS_ORIGINS that have the same scheme,
 * for another scheme is another site, where browsers keep the cookie back. Null where SESSION_COOKIES is off.
 */
export function cookieModeOrigins(settings: {
  readonly sessionCookies: boolean;
  readonly publicUrl: string;
  readonly corsOrigins: readonly string[];
}): ReadonlySet<string> | null {
  if (!settings.sessionCookies) return null;
  const { origin, protocol } = new URL(settings.publicUrl);
  return new Set([origin, ...settings.corsOrigins.filter((other) => new URL(other).protocol === protocol)]);
}

/**
 * Decides by the headers alone, before anything of the request is read or done.
 * @param origins as `cookieModeOrigins` tells them
 */
export function sessionMode(headers: IncomingHttpHeaders, origins: ReadonlySet<string> | null): SessionMode {
  const asked = headers[HEADER];
  if (asked === undefined) return { kind: 'bearer' };
  // Whoever means "cookie" must not be handed a refresh token that scripts can read, just because of a slip.
  if (asked !== 'cookie') return badRequest('The only value that the header Session-Mode can have is "cookie".');
  if (!origins) return badRequest('Cookie mode is off: this service runs without SESSION_COOKIES=on.');
  if (comesFromOurPages(headers, origins)) return { kind: 'cookie' };
  const message =
    "Cookie mode is for pages of the service's own site: send Origin, as browsers do, of the service or of CORS_ORIGINS.";
  return { kind: 'refused', status: 403, code: 'FORBIDDEN', message };
}

/**
 * The defence against forged requests. Browsers set both headers and let no script change them. Origin tells siblings
 * of the same site apart, which SameSite does not; Sec-Fetch-Site (where it is sent) knows what a site is, which the
 * list of origins does not.
 */
function comesFromOurPages(headers: IncomingHttpHeaders, origins: ReadonlySet<string>): boolean {
  const site = headers['sec-fetch-site'];
  const sameSite = site === undefined || site === 'same-origin' || site === 'same-site';
  return sameSite && headers.origin !== undefined && origins.has(headers.origin);
}

function badRequest(message: string): SessionMode {
  return { kind: 'refused', status: 400, code: 'BAD_REQUEST', message };
}
