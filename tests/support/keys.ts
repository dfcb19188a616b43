import { decodeJwt, decodeProtectedHeader } from 'jose';
import { appSecret } from '../../src/platform/app-secret.js';
import { SigningKeyRepository, type SigningKeyRow } from '../../src/sessions/signing-key.repository.js';
import {
  type Replacement,
  type RotationParts,
  replaceKeys,
  rotateKeys,
} from '../../src/sessions/signing-key-rotation.js';
import { resigned, signingKeysOf } from './forged-tokens.js';
import { TEST_SECRET, type TestService } from './service.js';

/** Another process on the service's database, for which time is the same. */
export function otherProcess(service: TestService): RotationParts {
  const secrets = { current: appSecret(TEST_SECRET), previous: null };
  return {
    repository: new SigningKeyRepository(service.db),
    secrets,
    issuer: null,
    clock: service.clock,
  };
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

export async function storedKeys(service: TestService): Promise<SigningKeyRow[]> {
  return otherProcess(service).repository.all();
}

/** Ids of the published keys. */
export async function keySet(service: TestService): Promise<string[]> {
  const response = await fetch(`${service.url}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: Array<{ kid: string }> };
  return keys.map(({ kid }) => kid);
}

export function kidOf(token: string): string {
  return decodeProtectedHeader(token).kid ?? '';
}

/** What somebody makes who has stolen the key that signs now: a token of a session that lives, good for ten years. */
export async function endlessToken(service: TestService, accessToken: string): Promise<string> {
  const exp = (decodeJwt(accessToken).exp ?? 0) + 10 * 365 * 86_400;
  return resigned(accessToken, await signingKeysOf(service), { claims: { exp } });
}
