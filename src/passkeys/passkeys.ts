import type { Database } from '../database/database.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import { PasskeyCeremonies } from './ceremonies.js';
import { PasskeyChallenges } from './challenges.js';
import { PasskeyRepository } from './passkey.repository.js';
import { type RelyingPartyParts, relyingParty } from './relying-party.js';

export interface PasskeyRoomParts extends RelyingPartyParts {
  readonly db: Database;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Passkeys {
  /** Null: the service is reached by an address only, so there can be no passkeys. */
  readonly ceremonies: PasskeyCeremonies | null;
  readonly keys: PasskeyRepository;
  /** Whether people can add passkeys. */
  readonly adding: boolean;
  readonly chores: readonly Chore[];
}

export function createPasskeys(parts: PasskeyRoomParts): Passkeys {
  const keys = new PasskeyRepository(parts.db);
  const party = relyingParty(parts);
  const ceremonies = party && new PasskeyCeremonies({ ...parts, party, challenges: new PasskeyChallenges(parts) });
  const adding = party !== null && parts.settings.passkeys.adding;
  return { ceremonies, keys, adding, chores: [chore('spent challenges of passkeys', keys)] };
}
