import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';

/** COSE names of Ed25519, ECDSA with P-256 and RSA: what authenticators have. All others are refused. */
export const ALGORITHMS = { EdDSA: -8, ES256: -7, RS256: -257 } as const;
/** Of a COSE key (RFC 9053). */
const [ALGORITHM, FIRST, SECOND, THIRD] = [3, -1, -2, -3];
const [P_256, ED25519] = [1, 6];
/** Authenticators make keys of 2,048 bits. Signatures are checked in place, and those of very long keys would hold up all others. */
const [LEAST_RSA_BYTES, MOST_RSA_BYTES] = [256, 512];

/**
 * A key of an authenticator. Null: it is of an algorithm that is not offered, cut off, too long, or not on its curve. The parsers of the
 * library take a key that is cut off for a shorter one.
 */
export function readKey(key: ReadonlyMap<number, unknown>): KeyObject | null {
  const jwk = toJwk(key);
  try {
    return jwk && createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return null;
  }
}

/** Whether the key has signed the data: ECDSA in DER, or RSA with PKCS #1, both with SHA-256, or Ed25519. @throws for no signature */
export function hasSigned(key: KeyObject, data: Buffer, signature: Buffer): boolean {
  // Ed25519 has a hash of its own.
  return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', data, key, signature);
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
      if (!isBytes(first) || first.length < LEAST_RSA_BYTES || first.length > MOST_RSA_BYTES) return null;
      if (!isBytes(second, 3)) return null;
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
