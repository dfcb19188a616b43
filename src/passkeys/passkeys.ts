import type { Database } from '../database/database.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import { associationFiles } from './association-files.js';
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
  /** What GET answers with, by path: the same for everyone. */
  readonly files: ReadonlyMap<string, object>;
  readonly chores: readonly Chore[];
}

export function createPasskeys(parts: PasskeyRoomParts): Passkeys {
  const keys = new PasskeyRepository(parts.db);
  const party = relyingParty(parts);
  const ceremonies = party && new PasskeyCeremonies({ ...parts, party, challenges: new PasskeyChallenges(parts) });
  const adding = party !== null && parts.settings.passkeys.adding;
  const files = party ? associationFiles(party, parts.settings) : new Map<string, object>();
  return { ceremonies, keys, adding, files, chores: [chore('spent challenges of passkeys', keys)] };
}
