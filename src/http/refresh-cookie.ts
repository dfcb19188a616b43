import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RefreshCookie } from '../sessions/refresh-cookie.js';

/**
 * The prefix makes browsers hold the cookie to its attributes: `__Host-` (RFC 6265bis, section 4.1.3) keeps siblings
 * below the same domain from planting one, and so does `Http-` behind it (its successor, draft-ietf-httpbis-layered-
 * cookies) with scripts on our own host. Browsers that do not know the latter see a `__Host-` cookie.
 */
const NAME = '__Host-Http-refresh-token';

/** The refresh token's place in a browser. Strict costs nothing here, since nobody navigates to the service. */
export function refreshCookie(request: FastifyRequest, reply: FastifyReply): RefreshCookie {
  const set = (value: string, expires: Date) => {
    const attributes = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;
    void reply.header('set-cookie', stringifySetCookie({ name: NAME, value, expires, ...attributes }));
  };
  return {
    read: () => read(request.headers.cookie ?? ''),
    write: set,
    clear: () => set('', new Date(0)),
  };
}

/** Two cookies of the name are as good as none: one of them was put there by somebody else. */
function read(header: string): string | null {
  const found = header.split(';').flatMap((pair) => parseCookie(pair, { decode: (value) => value })[NAME] ?? []);
  return found.length === 1 ? (found[0] ?? null) : null;
}
