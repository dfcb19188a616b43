import type { Database } from '../database/database.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import { DeviceRepository } from './device.repository.js';
import { DeviceTokens } from './device-token.js';

/** Seconds for which a device stays known after the longest session that it can begin. */
const KNOWN_AFTER_SESSION = 180 * 86_400;

export interface DeviceParts {
  readonly db: Database;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly settings: { readonly sessions: { readonly maxAge: number } };
}

export interface Devices {
  readonly deviceTokens: DeviceTokens;
  readonly chores: readonly Chore[];
}

/** A device outlives its longest session, so that it is still known when the user signs in again. */
export function createDevices({ db, secrets, clock, settings }: DeviceParts): Devices {
  const timeToLive = settings.sessions.maxAge + KNOWN_AFTER_SESSION;
  return {
    deviceTokens: new DeviceTokens(secrets, clock, timeToLive),
    chores: [chore('devices', new DeviceRepository(db, timeToLive))],
  };
}
