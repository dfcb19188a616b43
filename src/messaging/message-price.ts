import { and, isNotNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { instant } from '../database/database.js';
import { writtenAhead } from '../database/written-ahead.js';
import type { Price } from '../providers/message-sender.js';
import { messageTable } from './message.table.js';

interface PriceInSql {
  readonly amount: SQL;
  readonly currency: SQL;
}

/** The columns of a message's price, for an update. Where the provider told no price, the one that is known stays. */
export function toldPrice({ amount, currency }: PriceInSql) {
  const { price, priceCurrency } = messageTable;
  return {
    price: sql`coalesce(${amount}, ${price})`,
    priceCurrency: sql`coalesce(${currency}, ${priceCurrency})`,
  };
}

export function inSql(told: Price | undefined): PriceInSql {
  return { amount: sql`${told?.amount ?? null}::numeric`, currency: sql`${told?.currency ?? null}::text` };
}

/** Seconds after the status of a message last changed until its provider is asked what it cost. Some know it only later. */
const QUESTIONS = { first: 60, second: 600, third: 3_600 } as const;
export const FIRST_QUESTION = QUESTIONS.first;

/** When the price is to be asked for: at the time of this instant or null, or null where the price is known. */
export function firstPriceQuestion(at: SQL): SQL {
  return sql`CASE WHEN ${messageTable.price} IS NULL THEN ${at} END`;
}

/** Whether a question is due at `now`: also one whose time was told by a clock that was set back since. */
export function isPriceDue(now: Date): SQL | undefined {
  const { priceDueAt, createdAt } = messageTable;
  const waits = and(isNotNull(priceDueAt), writtenAhead(createdAt, instant(now)), isSettledAhead(now));
  return or(lte(priceDueAt, now), waits);
}

/**
 * What a message keeps when its question is asked at `now`: the next question, later than `now`, or null if there is no more.
 * It counts from a time that is not ahead. Otherwise it would be due at once, again and again.
 */
export function nextPriceQuestion(now: Date) {
  const settledAt = sql`CASE WHEN ${isSettledAhead(now)} THEN ${instant(now)} ELSE ${messageTable.settledAt} END`;
  return { settledAt, priceDueAt: questionAfter(settledAt, now) };
}

function isSettledAhead(now: Date): SQL {
  return writtenAhead(messageTable.settledAt, instant(now));
}

function questionAfter(settledAt: SQL, now: Date): SQL {
  const after = (seconds: number) => sql`(${settledAt}) + make_interval(secs => ${seconds})`;
  return sql`CASE WHEN ${after(QUESTIONS.second)} > ${instant(now)} THEN ${after(QUESTIONS.second)}
    WHEN ${after(QUESTIONS.third)} > ${instant(now)} THEN ${after(QUESTIONS.third)} END`;
}
