import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from './database.js';

/** Which rows are over. An index must hold the condition, or each round reads the whole table. */
export interface OverRows {
  readonly table: PgTable;
  readonly over: SQL | undefined;
  /** How many rows at most. */
  readonly most: number;
}

/**
 * Removes rows that are over, and returns how many. Rows that another process has locked stay for the next round.
 * The rows are chosen and locked first, exactly once, because the array is made before the deletion begins. Their place
 * in the table (`ctid`) then names them whatever the primary key is, and it is good for as long as they are locked.
 */
export async function removeOver(db: Database, { table, over, most }: OverRows): Promise<number> {
  const place = sql<string>`ctid`;
  const chosen = db.select({ place }).from(table).where(over).limit(most).for('update', { skipLocked: true });
  const removed = await db.delete(table).where(sql`${place} = ANY(ARRAY${chosen})`);
  return removed.count;
}
