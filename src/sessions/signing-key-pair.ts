import {
  CompactEncrypt,
  type CryptoKey,
  calculateJwkThumbprint,
  compactDecrypt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';
import { type AppSecret, type AppSecrets, secretById } from '../platform/app-secret.js';

/** RFC 7518: ECDSA with P-256 and SHA-256, which every JWT library knows. */
export const SIGNING_ALGORITHM = 'ES256';

/** A key pair as it is stored. */
export interface StoredKeyPair {
  /** JWK thumbprint of the public key (RFC 7638). */
  readonly kid: string;
  readonly publicJwk: JWK;
  /** The private JWK as compact JWE (RFC 7516); its `kid` names the secret that it is encrypted with. */
  readonly encryptedPrivateJwk: string;
}

/** A private key, and what to store instead when it is still encrypted with the secret before. */
export interface OpenedPrivateKey {
  readonly privateKey: CryptoKey;
  readonly encryptedAnew: string | null;
}

export async function makeKeyPair(secret: AppSecret): Promise<StoredKeyPair> {
  const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const plaintext = new TextEncoder().encode(JSON.stringify(await exportJWK(privateKey)));
  return {
    kid: await calculateJwkThumbprint(publicJwk),
    publicJwk,
    encryptedPrivateJwk: await encrypt(plaintext, secret),
  };
}

/** Null when neither secret is the one that the key was encrypted with. */
export async function openPrivateKey(encrypted: string, secrets: AppSecrets): Promise<OpenedPrivateKey | null> {
  try {
    const { kid } = decodeProtectedHeader(encrypted);
    const secret = kid === undefined ? null : secretById(secrets, kid);
    if (!secret) return null;
    const { plaintext } = await compactDecrypt(encrypted, secret.key('signing-key-encryption'));
    return {
      privateKey: await importKey(JSON.parse(new TextDecoder().decode(plaintext))),
      encryptedAnew: secret === secrets.current ? null : await encrypt(plaintext, secrets.current),
    };
  } catch {
    return null;
  }
}

export async function importKey(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, SIGNING_ALGORITHM)) as CryptoKey;
}

async function encrypt(plaintext: Uint8Array, secret: AppSecret): Promise<string> {
  return new CompactEncrypt(plaintext)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: secret.id })
    .encrypt(secret.key('signing-key-encryption'));
}
