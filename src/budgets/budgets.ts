import type { Database } from '../database/database.js';
import { type Chore, chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics, SharedGauge } from '../platform/metrics.js';
import type { BudgetConfig } from './budgets.settings.js';
import { FailureLimitRepository } from './failure-limit.repository.js';
import { FailureLimitService } from './failure-limit.service.js';
import { GuessBudgetRepository } from './guess-budget.repository.js';
import { LeaseRepository } from './lease.repository.js';
import { limitGauges } from './limit-gauges.js';
import { RateBudgetRepository } from './rate-budget.repository.js';
import { RegistrationLimitRepository } from './registration-limit.repository.js';
import { RegistrationLimitService } from './registration-limit.service.js';
import { SendPurse } from './send-purse.js';

export interface BudgetParts {
  readonly db: Database;
  readonly settings: Pick<BudgetConfig, 'failures' | 'registrations' | 'sends'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The most codes that were verified in a day of the last four weeks. */
  readonly busiestDay: () => Promise<number>;
}

export interface Budgets {
  readonly failures: FailureLimitService;
  readonly registrations: RegistrationLimitService;
  readonly sends: SendPurse;
  readonly gauges: readonly SharedGauge[];
  readonly chores: readonly Chore[];
}

export async function createBudgets({ db, settings, busiestDay, ...tools }: BudgetParts): Promise<Budgets> {
  const [failures, registrations] = [new FailureLimitRepository(db), new RegistrationLimitRepository(db)];
  const [budgets, leases] = [new RateBudgetRepository(db), new LeaseRepository(db)];
  const sends = new SendPurse({ settings: settings.sends, budgets, leases, busiestDay, ...tools });
  await sends.refresh();
  return {
    failures: new FailureLimitService({ failures, limits: settings.failures, ...tools }),
    registrations: new RegistrationLimitService({ budgets: registrations, limits: settings.registrations, ...tools }),
    sends,
    gauges: limitGauges({ failures, registrations, sizes: settings, ...tools }),
    chores: [
      chore('guess budgets', new GuessBudgetRepository(db)),
      chore('rate budgets', budgets),
      chore('failure counts', failures),
    ],
  };
}
