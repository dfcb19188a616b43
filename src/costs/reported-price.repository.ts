import { desc, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { messageTable } from '../messaging/message.table.js';
import type { ReportedPrice } from './prices.js';

/** Messages to look at, the newest ones: a look takes the same time in a table of any size. */
const LOOKED_AT = 20_000;
/** Prices that make a median. One message can have an odd price. */
const LEAST = 3;

/** What providers told lately of their prices. */
export class ReportedPriceRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The median of the latest prices in a currency, by country and channel. */
  async medians(currency: string): Promise<ReportedPrice[]> {
    const { channel, country, price, priceCurrency, createdAt } = messageTable;
    const latest = this.#db
      .select({ channel, country, price, priceCurrency })
      .from(messageTable)
      .orderBy(desc(createdAt))
      .limit(LOOKED_AT)
      .as('latest');
    const median = sql<number>`percentile_cont(0.5) WITHIN GROUP (ORDER BY ${latest.price}::float8)`;
    return this.#db
      .select({ channel: latest.channel, country: latest.country, price: median })
      .from(latest)
      .where(sql`${latest.price} IS NOT NULL AND ${latest.priceCurrency} = ${currency}`)
      .groupBy(latest.channel, latest.country)
      .having(sql`count(*) >= ${LEAST}`);
  }
}
