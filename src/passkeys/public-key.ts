import { createPublicKey, type JsonWebKey } from 'node:crypto';

/** COSE names of Ed25519, ECDSA with P-256 and RSA: what authenticators have. All others are refused. */
export const ALGORITHMS = { EdDSA: -8, ES256: -7, RS256: -257 } as const;
/** Of a COSE key (RFC 9053). */
const [ALGORITHM, FIRST, SECOND, THIRD] = [3, -1, -2, -3];
const [P_256, ED25519] = [1, 6];
const LEAST_RSA_BYTES = 256;

/**
 * Whether a key of an authenticator is one: of an algorithm that is offered, whole, and on its curve. The parsers of the library take a
 * key that is cut off for a shorter one.
 */
export function isWholeKey(key: ReadonlyMap<number, unknown>): boolean {
  const jwk = toJwk(key);
  if (!jwk) return false;
  try {
    createPublicKey({ key: jwk, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

function toJwk(key: ReadonlyMap<number, unknown>): JsonWebKey | null {
  const [first, second, third] = [key.get(FIRST), key.get(SECOND), key.get(THIRD)];
  switch (key.get(ALGORITHM)) {
    case ALGORITHMS.ES256:
      if (first !== P_256 || !isBytes(second, 32) || !isBytes(third, 32)) return null;
      return { kty: 'EC', crv: 'P-256', x: base64url(second), y: base64url(third) };
    case ALGORITHMS.EdDSA:
      return first === ED25519 && isBytes(second, 32) ? { kty: 'OKP', crv: 'Ed25519', x: base64url(second) } : null;
    case ALGORITHMS.RS256:
      if (!isBytes(first) || first.length < LEAST_RSA_BYTES || !isBytes(second, 3)) return null;
      return { kty: 'RSA', n: base64url(first), e: base64url(second) };
    default:
      return null;
  }
}

function isBytes(value: unknown, length?: number): value is Uint8Array {
  return value instanceof Uint8Array && (length === undefined || value.length === length);
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
