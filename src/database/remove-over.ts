import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from './database.js';

/** Which rows are over. */
export interface OverRows {
  readonly table: PgTable;
  readonly over: SQL | undefined;
  /**
   * What the rows are ordered by: the column or the expression of an index that begins with the rows that are over. In
   * this order, a batch reads the rows that it removes and no more, however many are over and whatever the statistics say.
   */
  readonly oldestBy: SQLWrapper;
  /** How many rows at most. */
  readonly most: number;
}

/**
 * Removes rows that are over, and returns how many. Rows that another process has locked stay for the next round.
 * The rows are chosen and locked first, exactly once, because the array is made before the deletion begins. Their place
 * in the table (`ctid`) then names them whatever the primary key is, and it is good for as long as they are locked.
 */
export async function removeOver(db: Database, { table, over, oldestBy, most }: OverRows): Promise<number> {
  const place = sql<string>`ctid`;
  const oldest = db.select({ place }).from(table).where(over).orderBy(sql`${oldestBy}`).limit(most);
  const removed = await db.delete(table).where(sql`${place} = ANY(ARRAY${oldest.for('update', { skipLocked: true })})`);
  return removed.count;
}
