import type { Channel } from '../texts/channel.js';
import type { ProviderName } from '../providers/message-sender.js';
import { listedPrice, listedPriceOf, type PriceList } from './price-list.js';

/** Where a message goes, as far as its price depends on it. */
export interface PricedTarget {
  readonly channel: Channel;
  /** ISO 3166-1 alpha-2, or 001; null where it is not known, as with an email address. */
  readonly country: string | null;
}

export interface ReportedPrice extends PricedTarget {
  /** In units of the list's currency. */
  readonly price: number;
}

/** What messages cost: as providers reported lately, or else as the list says. */
export class Prices {
  readonly #list: PriceList;
  readonly #reported = new Map<string, number>();

  constructor(list: PriceList) {
    this.#list = list;
  }

  /** ISO 4217. */
  get currency(): string {
    return this.#list.currency;
  }

  /** In units of the currency. */
  priceOf(target: PricedTarget): number {
    return this.#reported.get(keyOf(target)) ?? listedPrice(this.#list, target.channel, target.country) ?? 0;
  }

  /** The same through one provider: as the operator's file says of it, or else as for all. */
  priceThrough(provider: ProviderName, target: PricedTarget): number {
    return listedPriceOf(this.#list, provider, target) ?? this.priceOf(target);
  }

  /** What a message counts as, beside a text to the same country: a call for ten times the price counts as ten. At least 1. */
  textsOf(target: PricedTarget): number {
    const text = this.priceOf({ ...target, channel: 'SMS' });
    return text > 0 ? Math.max(1, Math.ceil(this.priceOf(target) / text)) : 1;
  }

  /** Prices that were learned before stay where nothing new was reported. */
  learn(reported: readonly ReportedPrice[]): void {
    for (const each of reported) this.#reported.set(keyOf(each), each.price);
  }
}

function keyOf({ channel, country }: PricedTarget): string {
  return `${channel}:${country ?? ''}`;
}
