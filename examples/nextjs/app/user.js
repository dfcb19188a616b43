import { createRemoteJWKSet, jwtVerify } from 'jose';

export const ACCOUNTS_URL = process.env.ACCOUNTS_URL ?? 'http://localhost:4000';
const issuer = process.env.ISSUER ?? ACCOUNTS_URL; // PUBLIC_URL of phone-accounts
const audience = process.env.AUDIENCE ?? issuer; // TOKEN_AUDIENCE of phone-accounts
const keys = createRemoteJWKSet(new URL(`${ACCOUNTS_URL}/.well-known/jwks.json`), { cacheMaxAge: 300_000 });

/** The cookie of this application in which the browser sends the access token. No script can read it. */
export const COOKIE = 'access-token';

/** The user of an access token, as the token says: no call of phone-accounts. Null: it is not valid (any more). */
export async function userOf(token) {
  if (!token) return null;
  const checks = { issuer, audience, algorithms: ['ES256'], typ: 'at+jwt', requiredClaims: ['sub', 'sid', 'exp'] };
  const verified = await jwtVerify(token, keys, checks).catch(() => null);
  return verified && { id: verified.payload.sub, role: verified.payload.role, end: verified.payload.exp };
}
