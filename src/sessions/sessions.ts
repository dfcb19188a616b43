import type { Database } from '../database/database.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import { type Loader, listLoaderOf } from '../platform/loader.js';
import type { Logger } from '../platform/logger.js';
import type { Random } from '../platform/random.js';
import { AccessTokens } from './access-token.js';
import { EndSessionRepository } from './end-session.repository.js';
import { RefreshRepository } from './refresh.repository.js';
import { RefreshTokens } from './refresh-token.js';
import { SessionRepository, type SessionRow } from './session.repository.js';
import { type SessionParts, SessionService } from './session.service.js';
import { PROOF_TTL } from './signing-key-schedule.js';
import { SigningKeyRepository } from './signing-key.repository.js';
import { SigningKeys } from './signing-keys.js';
import type { SessionConfig } from './sessions.settings.js';
import { type UserDevice, UserDeviceRepository } from './user-devices/user-device.repository.js';

export interface SessionRoomParts {
  readonly db: Database;
  readonly settings: SessionConfig;
  /** The issuer of access tokens. */
  readonly publicUrl: string;
  readonly secrets: AppSecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onUse: SessionParts['onUse'];
}

/** What users are shown of themselves, read for all users of an answer together. */
export interface SessionLoaders {
  readonly sessionsOf: Loader<readonly SessionRow[]>;
  readonly devicesOf: Loader<readonly UserDevice[]>;
}

export interface Sessions {
  readonly services: { readonly sessions: SessionService };
  /** For one request. */
  readonly loaders: () => SessionLoaders;
  readonly keys: SigningKeys;
  readonly chores: readonly Chore[];
}

/** @throws StartupError when the signing keys were encrypted with another APP_SECRET. */
export async function createSessions(parts: SessionRoomParts): Promise<Sessions> {
  const { db, settings, secrets, clock, random, logger, onUse } = parts;
  const keys = await SigningKeys.load({
    repository: new SigningKeyRepository(db),
    longestTokenTtl: Math.max(settings.accessTokenTtl, PROOF_TTL),
    issuer: parts.publicUrl,
    secrets,
    clock,
    logger,
  });
  const repository = new SessionRepository(db);
  const sessions = new SessionService({
    accessTokens: new AccessTokens({ keys, settings: tokenSettings(parts), clock, random }),
    refreshTokens: new RefreshTokens(secrets, clock),
    sessions: repository,
    endings: new EndSessionRepository(db),
    refreshes: new RefreshRepository(db),
    rules: settings.sessions,
    clock,
    random,
    logger,
    onUse,
  });
  const devices = new UserDeviceRepository(db);
  const loaders = () => ({
    sessionsOf: listLoaderOf((userIds) => sessions.list(userIds), userOf),
    devicesOf: listLoaderOf((userIds) => devices.list(userIds, clock.now()), userOf),
  });
  return { services: { sessions }, loaders, keys, chores: [chore('sessions', repository)] };
}

const userOf = ({ userId }: { readonly userId: string }) => userId;

function tokenSettings({ settings, publicUrl }: SessionRoomParts) {
  const { tokenAudience, accessTokenTtl: timeToLive, accessTokenClaims: extraClaims } = settings;
  const [first = publicUrl, ...more] = tokenAudience;
  return { issuer: publicUrl, audience: [first, ...more] as const, timeToLive, extraClaims };
}
