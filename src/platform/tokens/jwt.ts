import { createHmac, timingSafeEqual } from 'node:crypto';
import { decodeProtectedHeader, type JWTClaimVerificationOptions, type JWTPayload, UnsecuredJWT } from 'jose';

/** What the header of our tokens says. */
export interface JwtHeader {
  readonly alg: string;
  readonly typ: string;
  readonly kid: string;
}

/** A token that looks like one of ours. Only its signature says whether it is. */
export interface UncheckedJwt {
  readonly kid: string;
  /** What is signed. */
  readonly data: string;
  readonly signature: Buffer;
  /** In base64url. */
  readonly claims: string;
}

/** A token without a signature is all that jose takes where only claims are to be judged. */
const UNSIGNED = encoded({ alg: 'none' });

/** Three parts in base64url. Node would skip other signs, and one token would have many spellings. */
const WELL_FORMED = /^[\w-]+\.([\w-]+)\.([\w-]+)$/;

/**
 * A signed JWT (RFC 7519). Signatures are computed here and now: jose gives each of them to a thread, which costs more than
 * the signature, and waits behind password hashes (docs/decisions/0062).
 */
export function encodeJwt(header: JwtHeader, claims: object, sign: (data: string) => Buffer): string {
  const data = `${encoded(header)}.${encoded(claims)}`;
  return `${data}.${sign(data).toString('base64url')}`;
}

/** Takes a token apart. Null: it is of another kind, or none. */
export function readJwt(token: string, { alg, typ }: Omit<JwtHeader, 'kid'>): UncheckedJwt | null {
  const [, claims = '', signature = ''] = WELL_FORMED.exec(token) ?? [];
  if (claims === '') return null;
  const header = headerOf(token);
  // RFC 7515, section 4.1.11: we know no extension.
  if (header?.alg !== alg || header.typ !== typ || header.kid === undefined || 'crit' in header) return null;
  const data = token.slice(0, -signature.length - 1);
  return { kid: header.kid, data, signature: Buffer.from(signature, 'base64url'), claims };
}

/** The claims of a token whose signature is right. Null: they are not those that are expected. */
export function claimsOf({ claims }: UncheckedJwt, expected: JWTClaimVerificationOptions): JWTPayload | null {
  try {
    return UnsecuredJWT.decode(`${UNSIGNED}.${claims}.`, expected).payload;
  } catch {
    return null;
  }
}

/** HMAC-SHA-256, the algorithm HS256. */
export function hmac(key: Buffer) {
  return (data: string): Buffer => createHmac('sha256', key).update(data).digest();
}

export function isHmacOf({ data, signature }: UncheckedJwt, key: Buffer): boolean {
  const right = hmac(key)(data);
  return signature.length === right.length && timingSafeEqual(signature, right);
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function headerOf(token: string) {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return null;
  }
}
