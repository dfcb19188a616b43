import { availableParallelism } from 'node:os';
import type { Database } from '../database/database.js';
import { BreachedPasswordFile } from './breached-passwords.js';
import { PasswordHasher } from './password.js';
import { PasswordPolicy } from './password-policy.js';
import { UserRepository } from './user.repository.js';
import type { UserConfig } from './users.settings.js';

/** Threads that password hashes and token checks share. */
type UserSettings = UserConfig & { readonly threads: number };

export type Users = Awaited<ReturnType<typeof createUsers>>;

/** @throws StartupError when the list of breached passwords cannot be read. */
export async function createUsers({ db, settings }: { db: Database; settings: UserSettings }) {
  const file = settings.breachedPasswordsFile;
  const breached = file === null ? null : await BreachedPasswordFile.open(file);
  return {
    /** What the resolvers of this room call. None so far: `me` needs only the session. */
    services: {},
    users: new UserRepository(db),
    passwords: new PasswordHasher({ threads: settings.threads, cores: availableParallelism() }),
    policy: new PasswordPolicy(breached),
    async close() {
      await breached?.close();
    },
  };
}
