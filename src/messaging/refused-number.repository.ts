import { type SQL, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { addSeconds } from '../platform/clock.js';
import type { Channel } from './channel.js';
import { believedFor } from './refused-number.js';
import type { NumberRefusal } from './refused-number.table.js';

/** A table expression `(refusal)` with a row where nothing arrives at a number, as the statement's snapshot has it. */
export function refusedNumber(way: { phoneNumber: string; channel: Channel; now: Date }): SQL {
  return sql`
    SELECT refusal FROM refused_numbers
    WHERE phone_number = ${way.phoneNumber} AND channel = ${way.channel} AND expires_at > ${instant(way.now)}`;
}

/** Numbers that providers say nothing arrives at. */
export class RefusedNumberRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async remember(found: { phoneNumber: string; channel: Channel; refusal: NumberRefusal; now: Date }): Promise<void> {
    const { phoneNumber, channel, refusal, now } = found;
    const expiresAt = instant(addSeconds(now, believedFor(refusal)));
    await this.#db.execute(sql`
      INSERT INTO refused_numbers (phone_number, channel, refusal, expires_at)
      VALUES (${phoneNumber}, ${channel}, ${refusal}, ${expiresAt})
      ON CONFLICT (phone_number, channel) DO UPDATE SET refusal = excluded.refusal, expires_at = excluded.expires_at`);
  }

  /** Removes up to `most` that are believed no longer. */
  async removeOver(now: Date, most: number): Promise<number> {
    const removed = await this.#db.execute(sql`
      DELETE FROM refused_numbers WHERE (phone_number, channel) IN (
        SELECT phone_number, channel FROM refused_numbers WHERE expires_at < ${instant(now)}
        LIMIT ${most} FOR UPDATE SKIP LOCKED
      )`);
    return removed.count;
  }
}
