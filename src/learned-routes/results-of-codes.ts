import type { ProviderName } from '../providers/message-sender.js';
import type { CodeSums } from './code-result.repository.js';
import { type CodeResults, NOTHING, type RouteTarget } from './route-facts.js';

/** What one message costs through a provider that told no price for it. */
export type PriceOf = (provider: ProviderName, target: RouteTarget) => number;

/**
 * Results by the provider that was chosen first: it is judged by what became of the code, whichever provider carried it in
 * the end, and by the money for all attempts. Prices count for the provider that told them.
 */
export function resultsOfCodes(sums: readonly CodeSums[], priceOf: PriceOf): readonly CodeResults[] {
  const found = new Map<string, CodeResults>();
  const add = (target: RouteTarget, provider: ProviderName, more: Partial<CodeResults>) => {
    const { channel, country } = target;
    const key = `${channel} ${country} ${provider}`;
    const before = found.get(key) ?? { ...NOTHING, channel, country, provider };
    const names = ['tries', 'verified', 'ownerTries', 'ownerVerified', 'cost', 'priced', 'told'] as const;
    const added = names.map((name) => [name, before[name] + (more[name] ?? 0)]);
    found.set(key, { ...before, ...Object.fromEntries(added) });
  };
  for (const { channel, country, first, via, ...counted } of sums) {
    const target = { channel, country };
    if (via === null) {
      const { tries, verified, ownerTries, ownerVerified } = counted;
      add(target, first, { tries, verified, ownerTries, ownerVerified });
    } else {
      const { taken, priced, told } = counted;
      add(target, first, { cost: told + (taken - priced) * priceOf(via, target) });
      add(target, via, { priced, told });
    }
  }
  return [...found.values()];
}
