import type { Prices } from '../costs/prices.js';
import type { ProviderName } from '../providers/message-sender.js';
import type { Candidate } from './route-choice.js';
import { fadedFacts, NO_COUNTRY, type ProviderFacts, type RouteTarget, unknownFacts } from './route-facts.js';

/** What is known of the providers, by `keyOf`. */
export type FactsByKey = ReadonlyMap<string, ProviderFacts>;

export function keyOf({ channel, country }: RouteTarget, provider: ProviderName): string {
  return `${channel} ${country} ${provider}`;
}

export function targetOf({
  channel,
  country,
}: {
  channel: RouteTarget['channel'];
  country: string | null;
}): RouteTarget {
  return { channel, country: country ?? NO_COUNTRY };
}

/** What one message costs through a provider while it tells no price. */
export function listPriceOf(prices: Prices, provider: ProviderName, { channel, country }: RouteTarget): number {
  return prices.priceThrough(provider, { channel, country: country === NO_COUNTRY ? null : country });
}

/** The providers of a route as they are known at `now`, in the order of the settings. */
export function candidatesOf(
  configured: readonly ProviderName[],
  target: RouteTarget,
  { facts, prices, now }: { readonly facts: FactsByKey; readonly prices: Prices; readonly now: Date },
): readonly Candidate[] {
  return configured.map((provider) => {
    const known = facts.get(keyOf(target, provider));
    const listPrice = listPriceOf(prices, provider, target);
    return { provider, listPrice, facts: known ? fadedFacts(known, now) : unknownFacts(now) };
  });
}
