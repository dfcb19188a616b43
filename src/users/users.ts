import { availableParallelism } from 'node:os';
import type { Database } from '../database/database.js';
import { chore } from '../platform/chore.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { BreachedPasswordFile } from './breached-passwords.js';
import { PASSWORD_COST, type PasswordCost, PasswordHasher } from './password.js';
import { PasswordPolicy } from './password-policy.js';
import { UnverifiedAccountRepository } from './unverified-account.repository.js';
import { UserRepository } from './user.repository.js';
import type { UserConfig } from './users.settings.js';

/** Threads that password hashes and token checks share. */
type UserSettings = UserConfig & { readonly threads: number };

export type Users = Awaited<ReturnType<typeof createUsers>>;

/** @throws StartupError when the list of breached passwords cannot be read. */
export async function createUsers(parts: {
  db: Database;
  settings: UserSettings;
  /** Absent: PASSWORD_COST. */
  passwordCost?: PasswordCost | undefined;
  /** How long a password may wait for its hash. */
  longestHashingWaitMs: number;
  logger: Logger;
  metrics: Metrics;
}) {
  const { db, settings, passwordCost: cost = PASSWORD_COST, longestHashingWaitMs: longestWaitMs, logger } = parts;
  const file = settings.breachedPasswordsFile;
  const breached = file === null ? null : await BreachedPasswordFile.open(file);
  const passwords = new PasswordHasher({
    threads: settings.threads,
    cores: availableParallelism(),
    ...{ cost, longestWaitMs },
    onFailedCheck: (error) => logger.error({ err: error }, 'a password hash of another system cannot be checked'),
  });
  passwords.showIn(parts.metrics);
  return {
    /** What the resolvers of this room call. None so far: `me` needs only the session. */
    services: {},
    users: new UserRepository(db),
    passwords,
    policy: new PasswordPolicy(breached, settings.passwordWords),
    chores: [chore('unverified accounts', new UnverifiedAccountRepository(db))],
    async close() {
      await breached?.close();
    },
  };
}
