import type { HeldShare } from '../../budgets/budget-leases.js';
import type { SendDecision } from './decision.js';
import type { WrittenOtp } from './write.repository.js';

/** What a request gives back: everything where it lost a race, and of a withheld code what others are sent theirs from. */
export function unspentShares(
  shares: readonly HeldShare[],
  { decision, written }: { decision: SendDecision; written: WrittenOtp },
): HeldShare[] {
  if (written.kind === 'lost') return [...shares];
  const kept = new Set(decision.leased.flatMap(({ key, units }) => (units > 0 ? [key] : [])));
  return shares.filter(({ key }) => !kept.has(key));
}
