import type { Clock } from '../platform/clock.js';
import type { Metrics, SharedGauge } from '../platform/metrics.js';
import { inWords } from './budget-watch.js';
import { type FailureLimits, failuresOfAll } from './failure-budgets.js';
import type { FailureLimitRepository } from './failure-limit.repository.js';
import { spentOf } from './rate-budget.js';
import { type RegistrationLimits, registrationBudgetsOfAll } from './registration-budgets.js';
import type { RegistrationLimitRepository } from './registration-limit.repository.js';

interface LimitGaugeParts {
  readonly failures: FailureLimitRepository;
  readonly registrations: RegistrationLimitRepository;
  readonly sizes: { readonly failures: FailureLimits; readonly registrations: RegistrationLimits };
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** How much of the limits on guesses and registrations all clients together have used. Those on codes: BudgetWatch. */
export function limitGauges({ failures, registrations, sizes, clock, metrics }: LimitGaugeParts): SharedGauge[] {
  const most = failuresOfAll(sizes.failures.perHour);
  const budgets = registrationBudgetsOfAll(sizes.registrations);
  return [
    async () => metrics.set('guess_limit_filling', {}, (await failures.ofAll(clock.now())) / most),
    async () => {
      const now = clock.now();
      const rows = await registrations.look(budgets);
      for (const { key, window, max } of budgets) {
        const row = rows.get(key);
        metrics.set(
          'registration_limit_filling',
          { window: inWords(window) },
          row ? spentOf(window, row, now) / max : 0,
        );
      }
    },
  ];
}
