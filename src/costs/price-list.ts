import { z } from 'zod';
import { type Channel, channels } from '../texts/channel.js';

/** The key of a channel's price for all countries that the list does not name. */
const OTHER = 'other';

const price = z.number().nonnegative().max(1_000);
const byCountry = z.record(
  z.string().regex(/^([A-Z]{2}|001|other)$/, 'must be a country such as NP, 001 or other'),
  price,
);

/** The form of assets/prices.json, and of the file that PRICES_FILE names. */
const priceFile = z.strictObject({
  about: z.string().optional(),
  date: z.string().optional(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency such as USD'),
  prices: z.partialRecord(z.enum(channels), byCountry),
  /** What single providers cost, by their names in DELIVERY_ROUTES. */
  providers: z.record(z.string(), z.partialRecord(z.enum(channels), byCountry)).optional(),
});
export type PriceFile = z.output<typeof priceFile>;

/** What a message costs by channel and country, in units of one currency. */
export interface PriceList {
  /** ISO 4217. */
  readonly currency: string;
  readonly prices: Readonly<Record<Channel, ReadonlyMap<string, number>>>;
  /** What single providers cost, by name; in place of the prices above. */
  readonly providers?: Readonly<Record<string, Partial<Readonly<Record<Channel, Readonly<Record<string, number>>>>>>>;
}

export type PriceFileReading =
  | { readonly kind: 'read'; readonly file: PriceFile }
  /** One line about the first fault. */
  | { readonly kind: 'unreadable'; readonly problem: string };

export function readPriceFile(content: string): PriceFileReading {
  try {
    const { success, data, error } = priceFile.safeParse(JSON.parse(content));
    if (success) return { kind: 'read', file: data };
    const [issue] = error.issues;
    return { kind: 'unreadable', problem: `${issue?.path.join('.') || 'the file'}: ${issue?.message}` };
  } catch {
    return { kind: 'unreadable', problem: 'the file is not JSON' };
  }
}

/**
 * The shipped list, with the prices of the operator in place of its own. In another currency than the shipped list, only the
 * prices of the operator count.
 */
export function priceListOf(shipped: PriceFile, own: PriceFile | null): PriceList {
  const { currency } = own ?? shipped;
  const files = [shipped, ...(own ? [own] : [])].filter((file) => file.currency === currency);
  const ofChannel = (channel: Channel) => new Map(files.flatMap(({ prices }) => Object.entries(prices[channel] ?? {})));
  return {
    currency,
    providers: own?.providers ?? {},
    prices: {
      SMS: ofChannel('SMS'),
      WHATSAPP: ofChannel('WHATSAPP'),
      TELEGRAM: ofChannel('TELEGRAM'),
      VOICE: ofChannel('VOICE'),
      EMAIL: ofChannel('EMAIL'),
    },
  };
}

/** The price of a channel in a country; null: the list does not say. */
export function listedPrice({ prices }: PriceList, channel: Channel, country: string | null): number | null {
  return prices[channel].get(country ?? OTHER) ?? prices[channel].get(OTHER) ?? null;
}

/** The price of one provider; null: the list has none for it there. */
export function listedPriceOf(
  { providers }: PriceList,
  provider: string,
  { channel, country }: { readonly channel: Channel; readonly country: string | null },
): number | null {
  // Names of providers come from messages, too: only what the file itself says counts.
  const prices = providers && Object.hasOwn(providers, provider) ? providers[provider]?.[channel] : undefined;
  return prices?.[country ?? OTHER] ?? prices?.[OTHER] ?? null;
}
