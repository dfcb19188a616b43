import { createHmac } from 'node:crypto';
import { decodeJwt, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { appSecret } from '../../src/platform/app-secret.js';
import { createLogger } from '../../src/platform/logger.js';
import { SigningKeyRepository } from '../../src/sessions/signing-key.repository.js';
import { SigningKeys } from '../../src/sessions/signing-keys.js';
import { TEST_SECRET, type TestService } from './service.js';

/** The service's own keys, as nobody outside has them: to make tokens that are wrong in one way only. */
export function signingKeysOf({ db, clock }: TestService): Promise<SigningKeys> {
  const secrets = { current: appSecret(TEST_SECRET), previous: null };
  const repository = new SigningKeyRepository(db);
  const logger = createLogger('silent');
  return SigningKeys.load({
    repository,
    secrets,
    issuer: null,
    clock,
    logger,
    longestTokenTtl: 900,
  });
}

export interface Changes {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  /** Default: the service's own. */
  readonly key?: Parameters<SignJWT['sign']>[0];
}

/** The same token, signed anew with something changed; undefined takes a claim or header parameter out. */
export async function resigned(token: string, keys: SigningKeys, changes: Changes = {}): Promise<string> {
  const payload = { ...decodeJwt(token), ...changes.claims };
  const header: Record<string, unknown> = { alg: 'ES256', typ: 'at+jwt', kid: keys.current.kid, ...changes.header };
  // The signer must know what it calls critical; the service does not.
  const critical: readonly unknown[] = Array.isArray(header['crit']) ? header['crit'] : [];
  const known = Object.fromEntries(critical.map((name) => [String(name), true]));
  return new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload)
    .setProtectedHeader(JSON.parse(JSON.stringify(header)) as JWTHeaderParameters)
    .sign(changes.key ?? keys.current.privateKey, { crit: known });
}

/** Three parts put together by hand, for what no library would sign. */
export function assembled(header: object, payload: object, signature: string): string {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${part(header)}.${part(payload)}.${signature}`;
}

/** HS256 by hand: libraries refuse a public key as a secret, attackers do not. */
export function hmacSigned(header: object, payload: object, secret: string | Buffer): string {
  const unsigned = assembled(header, payload, '');
  const signature = createHmac('sha256', secret).update(unsigned.slice(0, -1)).digest('base64url');
  return `${unsigned}${signature}`;
}
