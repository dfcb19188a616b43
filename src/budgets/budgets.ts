import type { Database } from '../database/database.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { Clock } from '../platform/clock.js';
import type { BudgetConfig } from './budgets.settings.js';
import { FailureLimitRepository } from './failure-limit.repository.js';
import { FailureLimitService } from './failure-limit.service.js';
import { GuessBudgetRepository } from './guess-budget.repository.js';
import { RateBudgetRepository } from './rate-budget.repository.js';
import { RegistrationLimitRepository } from './registration-limit.repository.js';
import { RegistrationLimitService } from './registration-limit.service.js';

export interface BudgetParts {
  readonly db: Database;
  readonly settings: Pick<BudgetConfig, 'failures' | 'registrations'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface Budgets {
  readonly failures: FailureLimitService;
  readonly registrations: RegistrationLimitService;
  readonly chores: readonly Chore[];
}

export function createBudgets({ db, settings, ...tools }: BudgetParts): Budgets {
  const [failures, registrations] = [new FailureLimitRepository(db), new RegistrationLimitRepository(db)];
  return {
    failures: new FailureLimitService({ failures, limits: settings.failures, ...tools }),
    registrations: new RegistrationLimitService({ budgets: registrations, limits: settings.registrations, ...tools }),
    chores: [
      chore('guess budgets', new GuessBudgetRepository(db)),
      chore('rate budgets', new RateBudgetRepository(db)),
    ],
  };
}
