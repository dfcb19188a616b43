import { limitNameOf } from '../../budgets/limit-name.js';
import { limits } from '../../budgets/limits/limits.js';
import type { Refusal } from '../request-otp/decision.js';

type Refused<Kind extends Refusal['kind']> = Extract<Refusal, { kind: Kind }>;

/** The limit that refused a request, as docs/limits.md names it; undefined: another request was quicker. */
export function limitOf(refusal: Refused<'locked' | 'too_soon'>): string | undefined {
  // The most particular one comes first.
  const [budget] = refusal.spentBudgets;
  if (budget) return limitNameOf(budget);
  return refusal.kind === 'too_soon' && refusal.retryAt === null ? undefined : limits.sendCooldown.name;
}

/** The limit that made a request suspicious. Its budget is that of a limit on codes, with a smaller size. */
export function suspicionOf({ spentBudgets: [budget] }: Refused<'suspicious'>): string | undefined {
  if (!budget) return undefined;
  return budget.name === 'network' ? limits.sendsPerNetworkUnsuspected.name : limits.sendsUnsuspected.name;
}
