import { sql } from 'drizzle-orm';
import type { Price } from '../providers/message-sender.js';
import { messageTable } from './message.table.js';

/** The columns of a message's price, for an update. Where the provider told no price, the one that is known stays. */
export function toldPrice(told: Price | undefined) {
  const { price, priceCurrency } = messageTable;
  return {
    price: sql`coalesce(${told?.amount ?? null}::numeric, ${price})`,
    priceCurrency: sql`coalesce(${told?.currency ?? null}, ${priceCurrency})`,
  };
}
