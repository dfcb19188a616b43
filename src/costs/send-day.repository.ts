import { and, asc, gte, lt, lte, max, ne, type SQL, sql, sum } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { messageTable } from '../messaging/message.table.js';
import { sendDayTable } from './send-day.table.js';
import { type Counted, NONE, type Paid } from './sent.js';
import { daysAfter, dayOf, startOf, type UtcDay } from './utc-day.js';

/** Days for which a day's sums are kept. */
const KEPT = 400;
/** A message of these was never meant to be sent in the end. */
const NOT_SENT = sql`${messageTable.failure} IN ('expired', 'superseded', 'withheld', 'destination_blocked')`;

/** A span of time: from `from`, before `to`. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

export class SendDayRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** What the messages of a span say. @param currency of the prices that count as told */
  async counted({ from, to }: Span, currency: string): Promise<Counted[]> {
    const { country, provider, channel, status, takenAt, verifiedAt, price, priceCurrency, createdAt } = messageTable;
    const taken = sql`${takenAt} IS NOT NULL`;
    const told = sql`${taken} AND ${price} IS NOT NULL AND ${priceCurrency} = ${currency}`;
    const countOf = (which: SQL) => sql<number>`(count(*) FILTER (WHERE ${which}))::int`;
    const columns = {
      country: sql<string>`coalesce(${country}, ${sql.raw(`'${NONE}'`)})`.as('place'),
      provider: sql<string>`coalesce(${provider}, ${sql.raw(`'${NONE}'`)})`.as('sender'),
    };
    const rows = await this.#db
      .select({
        ...columns,
        channel,
        sent: countOf(taken),
        delivered: countOf(sql`${status} = 'delivered'`),
        failed: countOf(sql`${status} = 'failed' AND ${NOT_SENT} IS NOT TRUE`),
        verified: countOf(sql`${verifiedAt} IS NOT NULL`),
        priced: countOf(told),
        reported: sql<number>`coalesce(sum(${price}) FILTER (WHERE ${told}), 0)::float8`,
      })
      .from(messageTable)
      .where(and(gte(createdAt, from), lt(createdAt, to)))
      .groupBy(sql`1, 2, 3`);
    return rows.filter(({ sent, failed }) => sent > 0 || failed > 0);
  }

  /** Keeps the sums of a day in place of those that are there. So a day that is summed up twice counts once. */
  async keep(day: UtcDay, sums: readonly Paid[], currency: string): Promise<void> {
    if (sums.length === 0) return;
    const table = sendDayTable;
    const fresh = ({ name }: { name: string }) => sql.raw(`excluded.${name}`);
    const { sent, delivered, failed, verified, priced, money } = table;
    const figures = { sent, delivered, failed, verified, priced, money, currency: table.currency };
    await this.#db
      .insert(table)
      .values(sums.map((each) => ({ ...each, day, currency })))
      .onConflictDoUpdate({
        target: [table.day, table.country, table.provider, table.channel],
        set: Object.fromEntries(Object.entries(figures).map(([name, column]) => [name, fresh(column)])),
      });
  }

  /** The last day that was summed up. */
  async lastDay(): Promise<UtcDay | null> {
    const [row] = await this.#db.select({ last: max(sendDayTable.day) }).from(sendDayTable);
    return row?.last ?? null;
  }

  /** The day of the oldest message from `from` on and before `to`. */
  async oldestDay({ from, to }: Span): Promise<UtcDay | null> {
    const { createdAt } = messageTable;
    const [row] = await this.#db
      .select({ createdAt })
      .from(messageTable)
      .where(and(gte(createdAt, from), lt(createdAt, to)))
      .orderBy(asc(createdAt))
      .limit(1);
    return row ? dayOf(row.createdAt) : null;
  }

  /** The sums of the days from `from` to `to`, both included. */
  async days(from: UtcDay, to: UtcDay): Promise<(Paid & { readonly currency: string })[]> {
    const { day } = sendDayTable;
    return this.#db
      .select()
      .from(sendDayTable)
      .where(and(gte(day, from), lte(day, to)));
  }

  /** The most codes that were verified in one of the days from `from` on. Emails cost nothing, so they do not count. */
  async mostVerified(from: UtcDay): Promise<number> {
    const { day, verified, channel } = sendDayTable;
    const total = sum(verified).mapWith(Number);
    const [row] = await this.#db
      .select({ total })
      .from(sendDayTable)
      .where(and(gte(day, from), ne(channel, 'EMAIL')))
      .groupBy(day)
      .orderBy(sql`1 DESC`)
      .limit(1);
    return row?.total ?? 0;
  }

  /** Removes up to `most` sums of days that are older than 400 days. */
  removeOver(now: Date, most: number): Promise<number> {
    const { day } = sendDayTable;
    const over = lt(day, daysAfter(dayOf(now), -KEPT));
    return removeOver(this.#db, { table: sendDayTable, over, oldestBy: day, most });
  }
}

/** The hours of a day, each a span. A statement over a whole day of a large service could take too long. */
export function hoursOf(day: UtcDay): Span[] {
  const at = (hour: number) => new Date(startOf(day).getTime() + hour * 3_600_000);
  return Array.from({ length: 24 }, (_, hour) => ({ from: at(hour), to: at(hour + 1) }));
}
