import { lt, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import type { AppSecrets } from '../platform/app-secret.js';
import { addSeconds } from '../platform/clock.js';
import { subjectHash } from '../platform/subject-hash.js';
import { rangesOf } from '../pumping/number-ranges.js';
import { pausedSince } from '../pumping/send-pause.repository.js';
import type { Channel } from '../texts/channel.js';
import { believedFor } from './refused-number.js';
import { type NumberRefusal, refusedNumberTable } from './refused-number.table.js';

/** Numbers to which a provider says that nothing can be delivered. */
export class RefusedNumberRepository {
  readonly #db: Database;
  readonly #secrets: AppSecrets;

  constructor(db: Database, secrets: AppSecrets) {
    this.#db = db;
    this.#secrets = secrets;
  }

  /**
   * Keeps what a message taught about its number, unless the number's range was paused. In a paused range unknown numbers
   * are sent nothing, so only numbers with an account could be refused: a refusal would tell who has one.
   */
  async remember(message: {
    destination: string;
    channel: Channel;
    country: string | null;
    createdAt: Date;
    refusal: NumberRefusal;
    now: Date;
  }): Promise<void> {
    const { destination, channel, country, createdAt, refusal, now } = message;
    const paused = country === null ? sql`false` : pausedSince(rangesOf(destination, country), createdAt);
    const expiresAt = instant(addSeconds(now, believedFor(refusal)));
    const table = refusedNumberTable;
    const hashed = subjectHash(this.#secrets, destination);
    await this.#db
      .insert(table)
      // The builder has no SELECT without a table. The columns stand in the order of the table.
      .select(sql`SELECT ${hashed}, ${channel}, ${refusal}, ${expiresAt} WHERE NOT ${paused}`)
      .onConflictDoUpdate({
        target: [table.hashed, table.channel],
        set: { refusal: sql`excluded.refusal`, expiresAt: sql`excluded.expires_at` },
      });
  }

  /** Removes up to `most` refusals that are no longer believed. */
  removeOver(now: Date, most: number): Promise<number> {
    const { expiresAt } = refusedNumberTable;
    return removeOver(this.#db, { table: refusedNumberTable, over: lt(expiresAt, now), oldestBy: expiresAt, most });
  }
}
