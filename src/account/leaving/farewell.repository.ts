import { and, ne, notExists, sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import { messageTable } from '../../messaging/message.table.js';
import { userTable } from '../../users/user.table.js';

/**
 * The last message to somebody who left names the number that it goes to. The row is written together with the erasure and
 * forgets the number once the message is sent, or is given up.
 */
export class FarewellRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async removeOver(_now: Date, most: number): Promise<number> {
    const { id, createdAt, status, destination, notice, userId } = messageTable;
    const owner = this.#db.select({ id: userTable.id }).from(userTable).where(sql`${userTable.id} = ${userId}`);
    const over = this.#db
      .select({ id })
      .from(messageTable)
      // The first two are the conditions of the index `messages_farewells`.
      .where(
        and(sql`${notice} = 'deletion_requested'`, ne(destination, sql`''`), ne(status, 'queued'), notExists(owner)),
      )
      .orderBy(createdAt)
      .limit(most)
      .for('update', { skipLocked: true });
    const forgotten = await this.#db
      .update(messageTable)
      .set({
        destination: '',
        userId: null,
        noticeDetails: null,
        providerMessageId: null,
        priceDueAt: null,
        feedbackDueAt: null,
      })
      .where(sql`${id} = ANY(ARRAY${over})`);
    return forgotten.count;
  }
}
