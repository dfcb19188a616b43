import { type CryptoKey, decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose';
import { expect } from 'vitest';
import { appSecret } from '../../src/platform/app-secret.js';
import { SigningKeyRepository, type SigningKeyRow } from '../../src/sessions/signing-key.repository.js';
import { openPrivateKey } from '../../src/sessions/signing-key-pair.js';
import {
  type Replacement,
  type RotationParts,
  replaceKeys,
  rotateKeys,
} from '../../src/sessions/signing-key-rotation.js';
import { me } from './operations.js';
import { PUBLIC_URL, TEST_SECRET, type TestService } from './service.js';

const secrets = { current: appSecret(TEST_SECRET), previous: null };

/** Another process on the service's database, for which time is the same. */
export function otherProcess(service: TestService): RotationParts {
  return { repository: new SigningKeyRepository(service.db), secrets, clock: service.clock };
}

/** What `npm run keys:rotate` does; the service has not noticed yet. */
export async function rotate(service: TestService): Promise<SigningKeyRow> {
  const outcome = await rotateKeys(otherProcess(service));
  if (outcome.kind !== 'added') throw new Error('A key is waiting already.');
  return outcome.key;
}

/** What `npm run keys:rotate -- --now` does; the service has not noticed yet. */
export function withdraw(service: TestService): Promise<Replacement> {
  return replaceKeys(otherProcess(service));
}

/** A minute has passed: what the service does by itself then. */
export function notice(service: TestService): Promise<void> {
  return service.background.signingKeys.reload();
}

export async function keySet(service: TestService): Promise<string[]> {
  const response = await fetch(`${service.url}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: Array<{ kid: string }> };
  return keys.map(({ kid }) => kid);
}

export function kidOf(token: string): string | undefined {
  return decodeProtectedHeader(token).kid;
}

export async function expectAccepted(service: TestService, token: string): Promise<void> {
  expect((await me(service, token)).body).toMatchObject({ data: { me: { id: expect.any(String) } } });
}

export async function expectRefused(service: TestService, token: string): Promise<void> {
  const { body } = await me(service, token);
  expect(body).toMatchObject({ data: { me: null }, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
}

// biome-ignore lint/suspicious/noExplicitAny: the answer has the shape that the document asks for.
export async function refresh(service: TestService, refreshToken: string): Promise<any> {
  const { body } = await service.graphql(
    `mutation ($refreshToken: String!) {
      refreshSession(refreshToken: $refreshToken) {
        __typename
        ... on RefreshSessionSuccess { tokens { accessToken refreshToken } }
        ... on UserError { message }
      }
    }`,
    { refreshToken },
  );
  return body.data.refreshSession;
}

/** What somebody has who copied the database and knows the secret. */
export async function stolenKey({ encryptedPrivateJwk }: SigningKeyRow): Promise<CryptoKey> {
  const opened = await openPrivateKey(encryptedPrivateJwk, secrets);
  if (!opened) throw new Error('The key is of another secret.');
  return opened.privateKey;
}

/** A token as the service would issue it, with what the forger wants to be different. */
export function forge(parts: { key: CryptoKey; header: { kid?: string; jwk?: object }; claims: JWTPayload }) {
  return new SignJWT({ iss: PUBLIC_URL, aud: PUBLIC_URL, ...parts.claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...parts.header })
    .sign(parts.key);
}
