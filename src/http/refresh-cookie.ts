import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RefreshCookie } from '../sessions/refresh-cookie.js';

/**
 * The prefix makes browsers enforce the attributes. With `__Host-` (RFC 6265bis, section 4.1.3) other hosts of the same
 * domain cannot set this cookie. With `Http-` (draft-ietf-httpbis-layered-cookies) scripts on our host cannot set it
 * either. Browsers that do not know `Http-` see a `__Host-` cookie.
 */
const NAME = '__Host-Http-refresh-token';

/** Keeps the refresh token in a browser. SameSite=Strict has no cost here: users do not navigate to the service. */
export function refreshCookie(request: FastifyRequest, reply: FastifyReply): RefreshCookie {
  // `Max-Age` counts for browsers: the clock of a device may be wrong. `Expires` is for programs that do not know it.
  const set = (value: string, expires: Date, maxAge: number) => {
    const attributes = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;
    void reply.header('set-cookie', stringifySetCookie({ name: NAME, value, expires, maxAge, ...attributes }));
  };
  return {
    read: () => read(request.headers.cookie ?? ''),
    write: set,
    clear: () => set('', new Date(0), 0),
  };
}

/** Two cookies with this name count as none: an attacker set one of them. */
function read(header: string): string | null {
  const found = header.split(';').flatMap((pair) => parseCookie(pair, { decode: (value) => value })[NAME] ?? []);
  return found.length === 1 ? (found[0] ?? null) : null;
}
