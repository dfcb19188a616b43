import { cookies } from 'next/headers';
import { COOKIE, userOf } from '../user.js';

/** Takes the access token of the header into the cookie, or takes the cookie away if there is none. */
export async function POST(request) {
  if (!isOwnPage(request)) return new Response(null, { status: 403 });
  const token = /^Bearer ([\w.-]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  const user = await userOf(token);
  const jar = await cookies();
  const rules = { httpOnly: true, sameSite: 'strict', path: '/', secure: request.nextUrl.protocol === 'https:' };
  if (user) jar.set(COOKIE, token, { ...rules, expires: new Date(user.end * 1000) });
  else jar.delete(COOKIE);
  return new Response(null, { status: token && !user ? 401 : 204 });
}

/** Pages of other sites must not sign a visitor out, nor in to an account of theirs. */
function isOwnPage({ headers }) {
  const origin = headers.get('origin') ?? '';
  return URL.canParse(origin) && new URL(origin).host === headers.get('host');
}
