import { and, isNotNull, isNull, lt, max, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { parameter, Statement } from '../database/statement.js';
import { addSeconds } from '../platform/clock.js';
import { eventTable } from './event.table.js';
import { eventDeliveryTable } from './event-delivery.table.js';
import { eventStreamTable } from './event-stream.table.js';

/** Seconds for which a process that wants events asks for them, so that none is missing while it is down. */
const WANTED_FOR = 7 * 86_400;
/** Seconds for which events are kept, delivered or not. */
export const KEPT_FOR = 30 * 86_400;
/** Events that get their places at once. */
const BATCH = 1_000;

const now = parameter('now', 'timestamptz');

/** Whether the event that failed, for which the user waits, goes because the account is deleted. What follows has not failed. */
const headGone = sql`(d.failure IS NOT NULL AND EXISTS (SELECT 1 FROM fresh f WHERE f.kind = 'user.deleted' AND f.user_id = d.user_id))`;

/**
 * Gives committed events their places. The caller holds the lock of the stream, so this statement sees every place that was
 * given before, and all of them are smaller. In the order of writing: of two events where one rests on the other, the one
 * before is committed, and so visible here, whenever the other is.
 *
 * Of a deleted user only the last event stays. Others that no service has read say nothing now, and those that came
 * in while the account went would come after it. Raw, because the builder cannot write to several tables.
 */
const publish = new Statement<{ read: number }, { now: Date; delivered: boolean }>(
  'events: publish',
  sql`
  WITH fresh AS (
    SELECT id, kind, user_id, seq,
      kind = 'user.deleted' OR EXISTS (SELECT 1 FROM users u WHERE u.id = user_id) AS lasts
    FROM events WHERE position IS NULL ORDER BY seq LIMIT ${sql.raw(String(BATCH))}
  ),
  gone AS (
    DELETE FROM events WHERE id = ANY(ARRAY(
      SELECT id FROM fresh WHERE NOT lasts
      UNION ALL SELECT e.id FROM events e WHERE e.position IS NOT NULL
        AND e.user_id = ANY(ARRAY(SELECT user_id FROM fresh WHERE kind = 'user.deleted'))
    ))
  ),
  placed AS (
    UPDATE events e SET position = f.position, published_at = ${now}
    FROM (
      SELECT id, row_number() OVER (ORDER BY seq) + (SELECT coalesce(max(position), 0) FROM events WHERE position IS NOT NULL) AS position
      FROM fresh WHERE lasts
    ) f
    WHERE e.id = f.id
    RETURNING e.user_id, e.position
  ),
  waiting AS (
    INSERT INTO event_deliveries AS d (user_id, next_position, latest_position, next_attempt_at)
    SELECT user_id, min(position), max(position), ${now} FROM placed WHERE ${parameter('delivered', 'boolean')}
    GROUP BY user_id ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET
      next_position = CASE WHEN d.next_attempt_at IS NULL THEN excluded.next_position ELSE d.next_position END,
      latest_position = excluded.latest_position,
      next_attempt_at = CASE WHEN ${headGone} THEN excluded.next_attempt_at ELSE coalesce(d.next_attempt_at, excluded.next_attempt_at) END,
      attempts = CASE WHEN ${headGone} THEN 0 ELSE d.attempts END,
      failure = CASE WHEN NOT ${headGone} THEN d.failure END
  )
  SELECT count(*)::int AS read FROM fresh`,
);

export class EventStreamRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** From now on events are written. @param delivered whether they are for delivery, too */
  async want(now: Date, delivered: boolean): Promise<void> {
    const until = addSeconds(now, WANTED_FOR);
    const { only, wantedUntil, deliveredUntil } = eventStreamTable;
    await this.#db
      .insert(eventStreamTable)
      .values({ wantedUntil: until, deliveredUntil: delivered ? until : null })
      .onConflictDoUpdate({
        target: only,
        set: {
          wantedUntil: sql`greatest(${wantedUntil}, excluded.wanted_until)`,
          deliveredUntil: sql`greatest(${deliveredUntil}, excluded.delivered_until)`,
        },
      });
  }

  /**
   * Gives committed events their places, and says whether there may be more. While another process does, this one leaves it
   * to that one. Two statements, because the second one must see all that was done before the lock was free.
   */
  async publish(now: Date): Promise<boolean> {
    if (!(await this.#hasUnpublished())) return false;
    return this.#db.transaction(async (transaction) => {
      const { deliveredUntil } = eventStreamTable;
      const [stream] = await transaction
        .select({ deliveredUntil })
        .from(eventStreamTable)
        .for('update', { skipLocked: true });
      if (!stream) return false;
      const delivered = stream.deliveredUntil !== null && stream.deliveredUntil > now;
      const [row] = await publish.run(transaction, { now, delivered });
      return row?.read === BATCH;
    });
  }

  async #hasUnpublished(): Promise<boolean> {
    const { id, position } = eventTable;
    const rows = await this.#db.select({ id }).from(eventTable).where(isNull(position)).limit(1);
    return rows.length > 0;
  }

  /**
   * Removes up to `most` events that are old. The latest stays, because the next one gets the place after it. They are looked
   * for among the first places only: no index is ordered by the time.
   */
  async removeOver(now: Date, most: number): Promise<number> {
    const { id, position, publishedAt } = eventTable;
    const latest = this.#db.select({ latest: max(position) }).from(eventTable);
    const oldest = this.#db
      .select({ id, publishedAt })
      .from(eventTable)
      .where(and(isNotNull(position), lt(position, sql`(${latest})`)))
      .orderBy(position)
      .limit(most)
      .as('oldest');
    const over = this.#db
      .select({ id: oldest.id })
      .from(oldest)
      .where(lt(oldest.publishedAt, addSeconds(now, -KEPT_FOR)));
    const removed = await this.#db.delete(eventTable).where(sql`${id} = ANY(ARRAY(${over}))`);
    return removed.count;
  }
}

/** How far delivery came, of users whose events are all gone. */
export class DoneDeliveryRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  removeOver(_now: Date, most: number): Promise<number> {
    const { latestPosition } = eventDeliveryTable;
    const oldest = sql`(SELECT coalesce(min(position), 0) FROM events WHERE position IS NOT NULL)`;
    const over = sql`${latestPosition} < ${oldest}`;
    return removeOver(this.#db, { table: eventDeliveryTable, over, oldestBy: latestPosition, most });
  }
}
