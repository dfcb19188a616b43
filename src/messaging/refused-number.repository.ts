import { lt, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import { rangesOf } from '../pumping/number-ranges.js';
import { pausedSince } from '../pumping/send-pause.repository.js';
import type { Channel } from '../texts/channel.js';
import { believedFor } from './refused-number.js';
import { type NumberRefusal, refusedNumberTable } from './refused-number.table.js';

/** Numbers that providers say nothing arrives at. */
export class RefusedNumberRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Keeps what a message learned of its number. Not where its range was paused: an unknown number is sent nothing there
   * and never learns anything, so a refusal that is remembered would tell who has an account.
   */
  async remember(message: {
    phoneNumber: string;
    channel: Channel;
    country: string | null;
    createdAt: Date;
    refusal: NumberRefusal;
    now: Date;
  }): Promise<void> {
    const { phoneNumber, channel, country, createdAt, refusal, now } = message;
    const paused = country === null ? sql`false` : pausedSince(rangesOf(phoneNumber, country), createdAt);
    const expiresAt = instant(addSeconds(now, believedFor(refusal)));
    await this.#db.execute(sql`
      INSERT INTO refused_numbers (phone_number, channel, refusal, expires_at)
      SELECT ${phoneNumber}, ${channel}, ${refusal}, ${expiresAt}::timestamptz WHERE NOT ${paused}
      ON CONFLICT (phone_number, channel) DO UPDATE SET refusal = excluded.refusal, expires_at = excluded.expires_at`);
  }

  /** Removes up to `most` that are believed no longer. */
  removeOver(now: Date, most: number): Promise<number> {
    const over = lt(refusedNumberTable.expiresAt, now);
    return removeOver(this.#db, { table: refusedNumberTable, over, most });
  }
}
