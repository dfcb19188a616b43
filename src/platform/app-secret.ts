import { createHash, hkdfSync } from 'node:crypto';

/** What a derived key is for. It is the HKDF info string, so two purposes never share a key. */
export type KeyPurpose =
  | 'otp-code'
  | 'refresh-token'
  | 'device-token'
  | 'request-token'
  | 'revert-token'
  | 'continuation-token'
  | 'passkey-challenge'
  | 'signing-key-encryption'
  | 'limit-subject';

/** APP_SECRET: the only secret. All other keys are derived from it (RFC 5869, HKDF-SHA-256). */
export interface AppSecret {
  /** A public name of the secret. It is stored with everything that was made with the secret. */
  readonly id: string;
  /** 32 bytes. */
  key(purpose: KeyPurpose): Buffer;
}

/** The secret in use and, during a rotation, the previous one. */
export interface AppSecrets {
  readonly current: AppSecret;
  readonly previous: AppSecret | null;
}

export function appSecret(secret: string): AppSecret {
  const keys = new Map<KeyPurpose, Buffer>();
  const derive = (info: string, size: number) => Buffer.from(hkdfSync('sha256', secret, 'phone-accounts', info, size));
  return {
    id: createHash('sha256').update(derive('secret-id', 32)).digest('hex').slice(0, 16),
    key(purpose) {
      const known = keys.get(purpose);
      if (known) return known;
      const key = derive(purpose, 32);
      keys.set(purpose, key);
      return key;
    },
  };
}

export function secretById(secrets: AppSecrets, id: string): AppSecret | null {
  if (secrets.current.id === id) return secrets.current;
  return secrets.previous?.id === id ? secrets.previous : null;
}
