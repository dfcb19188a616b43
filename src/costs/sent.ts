import type { ProviderName } from '../providers/message-sender.js';
import type { Channel } from '../texts/channel.js';
import type { Prices } from './prices.js';

/** Messages by one provider and channel to one country. */
export interface Sent {
  readonly country: string;
  readonly provider: ProviderName;
  readonly channel: Channel;
  /** Messages that a provider took. */
  readonly sent: number;
  readonly delivered: number;
  readonly failed: number;
  readonly verified: number;
  /** Messages whose price the provider told. */
  readonly priced: number;
}

/** As the messages say it: the money of those whose price was told. */
export type Counted = Sent & { readonly reported: number };
/** The money of all of them, in units of a currency. */
export type Paid = Sent & { readonly money: number };

/** What stands for a country or provider that a message does not have. */
export const NONE = 'none';

/** Adds up the parts of a day, so that each country, provider and channel is there once. */
export function addUp(parts: readonly Counted[]): Counted[] {
  const sums = new Map<string, Counted>();
  for (const part of parts) {
    const key = `${part.country} ${part.provider} ${part.channel}`;
    const sum = sums.get(key);
    sums.set(key, sum ? plus(sum, part) : part);
  }
  return [...sums.values()];
}

function plus(one: Counted, other: Counted): Counted {
  return {
    ...one,
    sent: one.sent + other.sent,
    delivered: one.delivered + other.delivered,
    failed: one.failed + other.failed,
    verified: one.verified + other.verified,
    priced: one.priced + other.priced,
    reported: one.reported + other.reported,
  };
}

/** Messages whose price was not told cost what such messages cost. Those that are only shown to a developer are free. */
export function paid({ reported, ...sent }: Counted, by: { prices: Prices; free: ReadonlySet<ProviderName> }): Paid {
  if (by.free.has(sent.provider)) return { ...sent, money: reported };
  const country = sent.country === NONE ? null : sent.country;
  const estimated =
    (sent.sent - sent.priced) * by.prices.priceThrough(sent.provider, { channel: sent.channel, country });
  return { ...sent, money: reported + estimated };
}
