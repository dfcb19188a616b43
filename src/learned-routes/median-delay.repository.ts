import { and, desc, gt, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { messageTable } from '../messaging/message.table.js';
import { addSeconds } from '../platform/clock.js';
import type { ProviderName } from '../providers/message-sender.js';
import { NO_COUNTRY, type RouteTarget } from './route-facts.js';

/** Messages to look at, the newest ones: a look takes the same time in a table of any size. */
const LOOKED_AT = 20_000;
const DAY = 86_400;

/** How long people wait for their codes. For reports only. */
export class MedianDelayRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The median of the seconds from the request for a code until it was verified, by provider that carried it. */
  async untilVerified({ channel, country }: RouteTarget, now: Date): Promise<ReadonlyMap<ProviderName, number>> {
    const columns = messageTable;
    const latest = this.#db
      .select({
        channel: columns.channel,
        country: sql<string>`coalesce(${columns.country}, ${sql.raw(`'${NO_COUNTRY}'`)})`.as('place'),
        provider: columns.provider,
        waited: sql<number | null>`extract(epoch FROM ${columns.verifiedAt} - ${columns.createdAt})::float8`.as(
          'waited',
        ),
      })
      .from(columns)
      .where(gt(columns.createdAt, addSeconds(now, -DAY)))
      .orderBy(desc(columns.createdAt))
      .limit(LOOKED_AT)
      .as('latest');
    const median = sql<number>`percentile_cont(0.5) WITHIN GROUP (ORDER BY ${latest.waited})`;
    const rows = await this.#db
      .select({ provider: latest.provider, median })
      .from(latest)
      .where(
        and(
          sql`${latest.channel} = ${channel}`,
          sql`${latest.country} = ${country}`,
          sql`${latest.waited} IS NOT NULL AND ${latest.provider} IS NOT NULL`,
        ),
      )
      .groupBy(latest.provider);
    return new Map(rows.map((row) => [row.provider ?? '', row.median]));
  }
}
