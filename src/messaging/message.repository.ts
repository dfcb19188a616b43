import { eq, type SQL, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import type { OtpPurpose } from '../otp/otp-challenge.table.js';
import { addSeconds } from '../platform/clock.js';
import type { SendOutcome } from './message-sender.js';
import { messageTable } from './message.table.js';

/** Seconds for which it is kept what became of a message: 30 days. */
const KEPT = 2_592_000;

/**
 * Writes a message down for each row of `challenges` (a table expression with `challenge_id`): in the same statement
 * as the challenge, so that neither is ever there without the other.
 */
export function queueMessage(message: {
  id: string;
  phoneNumber: string;
  purpose: OtpPurpose;
  locale: SQL;
  now: Date;
  challenges: SQL;
}): SQL {
  return sql`
    INSERT INTO messages (id, phone_number, purpose, challenge_id, locale, created_at)
    SELECT ${message.id}::uuid, ${message.phoneNumber}, ${message.purpose}, challenge_id, ${message.locale},
      ${instant(message.now)}
    FROM ${message.challenges}
    RETURNING id, locale`;
}

export class MessageRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Removes up to `most` messages of more than 30 days ago. */
  async removeOver(now: Date, most: number): Promise<number> {
    const before = instant(addSeconds(now, -KEPT));
    const removed = await this.#db.execute(sql`
      DELETE FROM messages WHERE id IN (
        SELECT id FROM messages WHERE created_at < ${before} LIMIT ${most} FOR UPDATE SKIP LOCKED
      )`);
    return removed.count;
  }

  /** Keeps what became of a message. */
  async settle(id: string, result: { provider: string; outcome: SendOutcome; now: Date }): Promise<void> {
    const { provider, outcome, now } = result;
    const settled = { provider, settledAt: now };
    await this.#db
      .update(messageTable)
      .set(
        outcome.kind === 'accepted'
          ? { ...settled, status: 'sent', providerMessageId: outcome.providerMessageId }
          : { ...settled, status: 'failed', failure: outcome.reason, providerCode: outcome.providerCode },
      )
      .where(eq(messageTable.id, id));
  }
}
