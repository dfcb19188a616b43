import { type SQL, sql } from 'drizzle-orm';
import { instant } from '../database/database.js';
import { addSeconds } from '../platform/clock.js';
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

/** Seconds after the status of a message last changed until its provider is asked what it cost. Some know it only later. */
const QUESTIONS = { first: 60, second: 600, third: 3_600 } as const;

/** When the price is to be asked for, as the status changes; null: not at all, or it is known. */
export function firstPriceQuestion(ask: boolean, now: Date): SQL {
  const at = ask ? instant(addSeconds(now, QUESTIONS.first)) : null;
  return sql`CASE WHEN ${messageTable.price} IS NULL THEN ${at}::timestamptz END`;
}

/** The question after the one that is asked at `now`; null: there is no more. Always later than `now`. */
export function nextPriceQuestion(now: Date): SQL {
  const { settledAt } = messageTable;
  const after = (seconds: number) => sql`${settledAt} + make_interval(secs => ${seconds})`;
  return sql`CASE WHEN ${after(QUESTIONS.second)} > ${instant(now)} THEN ${after(QUESTIONS.second)}
    WHEN ${after(QUESTIONS.third)} > ${instant(now)} THEN ${after(QUESTIONS.third)} END`;
}
