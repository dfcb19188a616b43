import type { Database } from '../database/database.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import type { BudgetConfig } from './budgets.settings.js';
import { FailureLimitRepository } from './failure-limit.repository.js';
import { FailureLimitService } from './failure-limit.service.js';
import { GuessBudgetRepository } from './guess-budget.repository.js';
import { RateBudgetRepository } from './rate-budget.repository.js';

export interface BudgetParts {
  readonly db: Database;
  readonly settings: Pick<BudgetConfig, 'failures'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface Budgets {
  readonly failures: FailureLimitService;
  readonly chores: readonly Chore[];
}

export function createBudgets({ db, settings, logger, metrics }: BudgetParts): Budgets {
  const failures = new FailureLimitRepository(db);
  return {
    failures: new FailureLimitService({ failures, limits: settings.failures, logger, metrics }),
    chores: [
      chore('guess budgets', new GuessBudgetRepository(db)),
      chore('rate budgets', new RateBudgetRepository(db)),
    ],
  };
}
