import {
  CompactEncrypt,
  calculateJwkThumbprint,
  compactDecrypt,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from 'jose';
import type { AppSecret, AppSecrets } from '../platform/app-secret.js';
import type { Clock } from '../platform/clock.js';
import { StartupError } from '../platform/startup-error.js';
import type { SigningKeyRepository, SigningKeyRow } from './signing-key.repository.js';

/** RFC 7518: ECDSA with P-256 and SHA-256, which every JWT library knows. */
export const SIGNING_ALGORITHM = 'ES256';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
}

/** The service's key pairs: one signs, all that are published verify. */
export interface SigningKeys {
  readonly current: SigningKey;
  /** Public keys by key id. */
  readonly publicKeys: ReadonlyMap<string, CryptoKey>;
  /** JSON Web Key Set (RFC 7517) for other services. */
  readonly keySet: { readonly keys: readonly JWK[] };
}

/**
 * Loads the keys; the first process on an empty database makes one. Private keys lie encrypted in the database.
 * @throws StartupError when APP_SECRET is not the one they were encrypted with.
 */
export async function loadSigningKeys(parts: {
  repository: SigningKeyRepository;
  secrets: AppSecrets;
  clock: Clock;
}): Promise<SigningKeys> {
  let rows = await parts.repository.published();
  if (rows.length === 0) {
    await parts.repository.addFirst(await newKey(parts.secrets.current, parts.clock));
    rows = await parts.repository.published();
  }
  const newest = rows.at(-1);
  if (!newest) throw new StartupError('No signing key could be made.');
  const publicKeys = await Promise.all(rows.map(async (row) => [row.kid, await importPublic(row.publicJwk)] as const));
  return {
    current: { kid: newest.kid, privateKey: await decryptPrivate(newest, parts.secrets) },
    publicKeys: new Map(publicKeys),
    keySet: { keys: rows.map((row) => ({ ...row.publicJwk, kid: row.kid, alg: SIGNING_ALGORITHM, use: 'sig' })) },
  };
}

async function newKey(secret: AppSecret, clock: Clock) {
  const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const plaintext = new TextEncoder().encode(JSON.stringify(await exportJWK(privateKey)));
  return {
    kid: await calculateJwkThumbprint(publicJwk),
    publicJwk,
    encryptedPrivateJwk: await new CompactEncrypt(plaintext)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: secret.id })
      .encrypt(secret.key('signing-key-encryption')),
    number: 1,
    createdAt: clock.now(),
    signsFrom: clock.now(),
  };
}

async function decryptPrivate(row: SigningKeyRow, secrets: AppSecrets): Promise<CryptoKey> {
  for (const secret of [secrets.current, secrets.previous]) {
    if (!secret) continue;
    try {
      const { plaintext } = await compactDecrypt(row.encryptedPrivateJwk, secret.key('signing-key-encryption'));
      return (await importJWK(JSON.parse(new TextDecoder().decode(plaintext)), SIGNING_ALGORITHM)) as CryptoKey;
    } catch {
      // Not encrypted with this secret: try the other one.
    }
  }
  throw new StartupError(
    'APP_SECRET is not the one this database was used with: its signing keys cannot be decrypted. ' +
      'Set APP_SECRET back, or set the former value as APP_SECRET_PREVIOUS.',
  );
}

async function importPublic(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, SIGNING_ALGORITHM)) as CryptoKey;
}
