import type { ProviderName } from '../providers/message-sender.js';
import type { Ranked } from './route-choice.js';

/** The providers of one message, in their order. */
export interface PickedOrder {
  readonly providers: readonly ProviderName[];
  /** Whether a provider that is not the first of the ranking is tried out. */
  readonly tried: boolean;
}

/** @param chance from 0 to below 1 */
export function pickFirst(ranking: readonly Ranked[], chance: number): PickedOrder {
  const order = ranking.map(({ provider }) => provider);
  let left = chance;
  for (const { provider, part } of ranking) {
    if (left < part)
      return { providers: [provider, ...order.filter((each) => each !== provider)], tried: provider !== order[0] };
    left -= part;
  }
  return { providers: order, tried: false };
}
