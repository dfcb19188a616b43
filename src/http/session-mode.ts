import type { IncomingHttpHeaders } from 'node:http';

/**
 * `Session-Mode: cookie` asks for cookie mode. Clients that keep their refresh token themselves do not send the header.
 */
const HEADER = 'session-mode';

/** Whether a request uses cookie mode, or why it is refused. */
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
 * The origins whose pages may use cookie mode: the origin of the service, and those of CORS_ORIGINS with the same scheme.
 * Another scheme is another site, and browsers do not send the cookie from there. Null: SESSION_COOKIES is off.
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
 * Decides by the headers, before the body is read.
 * @param origins from `cookieModeOrigins`
 */
export function sessionMode(headers: IncomingHttpHeaders, origins: ReadonlySet<string> | null): SessionMode {
  const asked = headers[HEADER];
  if (asked === undefined) return { kind: 'bearer' };
  // A client with a typing mistake must not get a refresh token that scripts can read.
  if (asked !== 'cookie') return badRequest('The only value that the header Session-Mode can have is "cookie".');
  if (!origins) return badRequest('Cookie mode is off: this service runs without SESSION_COOKIES=on.');
  if (comesFromOurPages(headers, origins)) return { kind: 'cookie' };
  const message =
    "Cookie mode is for pages of the service's own site: send Origin, as browsers do, of the service or of CORS_ORIGINS.";
  return { kind: 'refused', status: 403, code: 'FORBIDDEN', message };
}

/**
 * The defence against forged requests. Browsers set both headers, and scripts cannot change them. Origin distinguishes
 * hosts of the same site, which SameSite does not. Sec-Fetch-Site (if sent) says whether it is the same site at all.
 */
function comesFromOurPages(headers: IncomingHttpHeaders, origins: ReadonlySet<string>): boolean {
  const site = headers['sec-fetch-site'];
  const sameSite = site === undefined || site === 'same-origin' || site === 'same-site';
  return sameSite && headers.origin !== undefined && origins.has(headers.origin);
}

function badRequest(message: string): SessionMode {
  return { kind: 'refused', status: 400, code: 'BAD_REQUEST', message };
}
