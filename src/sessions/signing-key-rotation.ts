import type { AppSecrets } from '../platform/app-secret.js';
import { addSeconds, type Clock } from '../platform/clock.js';
import { StartupError } from '../platform/startup-error.js';
import type { SigningKeyRepository, SigningKeyRow } from './signing-key.repository.js';
import { makeKeyPair, openPrivateKey } from './signing-key-pair.js';
import { KEY_LEAD, KEY_LIFE } from './signing-key-schedule.js';

export interface RotationParts {
  readonly repository: SigningKeyRepository;
  readonly secrets: AppSecrets;
  /** Of access tokens; null: not known here. */
  readonly issuer: string | null;
  readonly clock: Clock;
}

export type RotationOutcome =
  /** `before` signs until the new key does; null when the new one is the first. */
  | { readonly kind: 'added'; readonly key: SigningKeyRow; readonly before: SigningKeyRow | null }
  /** A key has been added already and is about to sign: by an earlier call, or by another process at this moment. */
  | { readonly kind: 'waiting'; readonly key: SigningKeyRow };

export interface Replacement {
  /** The new key. */
  readonly kid: string;
  readonly number: number;
  /** Ids of those that it replaces. */
  readonly withdrawn: readonly string[];
}

/**
 * Adds a key that is published now and signs once every verifier can know it. The first one signs at once.
 * @throws StartupError when APP_SECRET is not the one that the service uses.
 */
export async function rotateKeys(parts: RotationParts): Promise<RotationOutcome> {
  const after = await readableNewest(parts);
  const { repository, secrets, issuer, clock } = parts;
  const now = clock.now();
  const pair = await makeKeyPair({ secret: secrets.current, issuer });
  const signsFrom = addSeconds(now, KEY_LEAD);
  const added = await repository.add({ pair, now, signsFrom, after, reason: 'operator' });
  const keys = await repository.all();
  const key = keys.find(({ kid }) => added && kid === pair.kid);
  if (key) return { kind: 'added', key, before: keys.find(({ number }) => number === key.number - 1) ?? null };
  const newest = keys.at(-1);
  if (!newest) throw new Error('The signing keys were deleted by another process.');
  return { kind: 'waiting', key: newest };
}

/**
 * For a key that leaked: a new one signs at once, and tokens of all others are refused from now on.
 * @throws StartupError when APP_SECRET is not the one that the service uses.
 */
export async function replaceKeys(parts: RotationParts): Promise<Replacement> {
  await readableNewest(parts);
  const { repository, secrets, issuer, clock } = parts;
  const pair = await makeKeyPair({ secret: secrets.current, issuer });
  const rotation = { pair, now: clock.now() };
  return { kid: pair.kid, ...(await repository.replaceAll(rotation)) };
}

/** Adds the first key, or the next one when the newest is old enough; false when there is nothing to do. */
export async function addKeyWhenDue(parts: RotationParts, after: SigningKeyRow | null): Promise<boolean> {
  const { repository, secrets, issuer, clock } = parts;
  const now = clock.now();
  if (after && after.createdAt > addSeconds(now, -KEY_LIFE)) return false;
  const pair = await makeKeyPair({ secret: secrets.current, issuer });
  return repository.add({ pair, now, signsFrom: addSeconds(now, KEY_LEAD), after, reason: 'age' });
}

export function foreignSecret(): StartupError {
  return new StartupError(
    'APP_SECRET is not the one this database was used with: its signing keys cannot be decrypted. ' +
      'Set APP_SECRET back, or set the former value as APP_SECRET_PREVIOUS.',
  );
}

/**
 * The newest key. It must be one that APP_SECRET opens: no process could use a key made with another
 * secret, and with the others withdrawn no user could sign in.
 */
async function readableNewest({ repository, secrets }: RotationParts): Promise<SigningKeyRow | null> {
  const newest = (await repository.all()).at(-1) ?? null;
  if (newest && !(await openPrivateKey(newest.encryptedPrivateJwk, secrets))) throw foreignSecret();
  return newest;
}
