import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto';
import {
  CompactEncrypt,
  calculateJwkThumbprint,
  compactDecrypt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JWK,
} from 'jose';
import { type AppSecret, type AppSecrets, secretById } from '../platform/app-secret.js';
import type { UncheckedJwt } from '../platform/tokens/jwt.js';

/** RFC 7518: ECDSA with P-256 and SHA-256, which every JWT library knows. */
export const SIGNING_ALGORITHM = 'ES256';
/** The same in the words of Node. */
const DIGEST = 'sha256';
const ENCODING = 'ieee-p1363';

/** A key pair as it is stored. */
export interface StoredKeyPair {
  /** JWK thumbprint of the public key (RFC 7638). */
  readonly kid: string;
  readonly publicJwk: JWK;
  /**
   * The private JWK as compact JWE (RFC 7516). In its header, `kid` names the secret that it is encrypted with, and `iss`
   * the issuer that last started with it (issuer-note.ts).
   */
  readonly encryptedPrivateJwk: string;
}

/** A private key, and what to store instead when it is still encrypted with the secret before. */
export interface OpenedPrivateKey {
  readonly privateKey: KeyObject;
  readonly encryptedAnew: string | null;
  /** What to store in order to note another issuer. */
  encryptFor(issuer: string): Promise<string>;
}

/** What the header of a stored key says. */
interface Sealing {
  readonly secret: AppSecret;
  /** Null: not known. */
  readonly issuer: string | null;
}

export async function makeKeyPair(sealing: Sealing): Promise<StoredKeyPair> {
  const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const plaintext = new TextEncoder().encode(JSON.stringify(await exportJWK(privateKey)));
  return {
    kid: await calculateJwkThumbprint(publicJwk),
    publicJwk,
    encryptedPrivateJwk: await encrypt(plaintext, sealing),
  };
}

/** Null when neither secret is the one that the key was encrypted with. */
export async function openPrivateKey(encrypted: string, secrets: AppSecrets): Promise<OpenedPrivateKey | null> {
  try {
    const { kid } = decodeProtectedHeader(encrypted);
    const issuer = issuerOf(encrypted);
    const secret = kid === undefined ? null : secretById(secrets, kid);
    if (!secret) return null;
    const { plaintext } = await compactDecrypt(encrypted, secret.key('signing-key-encryption'));
    return {
      privateKey: createPrivateKey({ key: JSON.parse(new TextDecoder().decode(plaintext)), format: 'jwk' }),
      encryptedAnew: secret === secrets.current ? null : await encrypt(plaintext, { secret: secrets.current, issuer }),
      encryptFor: (other) => encrypt(plaintext, { secret: secrets.current, issuer: other }),
    };
  } catch {
    return null;
  }
}

/** The issuer that a stored key was last used for; null: not known. */
export function issuerOf(encrypted: string): string | null {
  try {
    const { iss } = decodeProtectedHeader(encrypted);
    return typeof iss === 'string' ? iss : null;
  } catch {
    return null;
  }
}

export function importPublicKey(jwk: JWK): KeyObject {
  return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
}

/** Signs for `encodeJwt`. */
export function signWith(key: KeyObject) {
  return (data: string): Buffer => sign(DIGEST, Buffer.from(data), { key, dsaEncoding: ENCODING });
}

export function isSignedWith(key: KeyObject, { data, signature }: UncheckedJwt): boolean {
  return verify(DIGEST, Buffer.from(data), { key, dsaEncoding: ENCODING }, signature);
}

async function encrypt(plaintext: Uint8Array, { secret, issuer }: Sealing): Promise<string> {
  return new CompactEncrypt(plaintext)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: secret.id, ...(issuer !== null && { iss: issuer }) })
    .encrypt(secret.key('signing-key-encryption'));
}
