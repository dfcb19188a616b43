import type { BudgetConfig } from '../budgets/budgets.settings.js';
import type { Database } from '../database/database.js';
import type { NoticeService } from '../notices/notice.service.js';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import type { TextSettings } from '../texts/text-settings.js';
import type { Users } from '../users/users.js';
import { ChangePasswordRepository } from './change-password.repository.js';
import { ChangePasswordService } from './change-password.service.js';

/** The settings of other rooms that the rules of this one need. */
export interface AccountSettings extends BudgetConfig {
  readonly delivery: { readonly texts: TextSettings };
}

export interface AccountParts {
  readonly db: Database;
  readonly settings: AccountSettings;
  readonly users: Users;
  readonly notices: NoticeService;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Account {
  readonly services: {
    readonly changePassword: ChangePasswordService;
  };
}

/** The life of an account: what its owner changes after signing in. */
export function createAccount(parts: AccountParts): Account {
  const { db, settings } = parts;
  const { guesses: limits, delivery } = settings;
  // Each service names in its own parts which of these it uses.
  const shared = { ...parts, ...parts.users, limits, serviceName: delivery.texts.serviceName };
  return {
    services: {
      changePassword: new ChangePasswordService({ ...shared, changes: new ChangePasswordRepository(db) }),
    },
  };
}
