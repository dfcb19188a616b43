import { and, asc, eq, gt, gte, isNotNull, sql } from 'drizzle-orm';
import { type Database, instant } from '../database/database.js';
import { eventTable } from './event.table.js';

/** Which events of the past. */
export interface Past {
  readonly since: Date;
  /** Null: of everybody. */
  readonly userId: string | null;
}

type PastEvent = Pick<typeof eventTable.$inferSelect, 'id' | 'kind' | 'userId' | 'sessionId' | 'at' | 'position'>;

const PAGE = 1_000;

/** What an operator does with events of the past. */
export class EventReplayRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** In the order of the stream, page by page. */
  async *list({ since, userId }: Past): AsyncGenerator<PastEvent> {
    const { id, kind, userId: of, sessionId, at, position } = eventTable;
    for (let after = 0; ; ) {
      const page = await this.#db
        .select({ id, kind, userId: of, sessionId, at, position })
        .from(eventTable)
        .where(
          and(isNotNull(position), gt(position, after), gte(at, since), userId === null ? undefined : eq(of, userId)),
        )
        .orderBy(asc(position))
        .limit(PAGE);
      yield* page;
      if (page.length < PAGE) return;
      after = page.at(-1)?.position ?? after;
    }
  }

  /**
   * Sets delivery of the users back to their first event since then, so that it and all that came after it are delivered
   * once more, in order. Says of how many users. A delivery under way goes on, and what is set back comes after it. By hand:
   * the builder cannot insert from a query that groups.
   */
  async replay({ since, userId }: Past, now: Date): Promise<number> {
    const of = userId === null ? sql`true` : sql`user_id = ${userId}::uuid`;
    const [row] = await this.#db.execute<{ users: number }>(sql`
      WITH replayed AS (
        INSERT INTO event_deliveries AS d (user_id, next_position, latest_position, next_attempt_at)
        SELECT user_id, min(position) FILTER (WHERE at >= ${instant(since)}), max(position), ${instant(now)}
        FROM events WHERE position IS NOT NULL AND ${of}
        GROUP BY user_id HAVING max(at) >= ${instant(since)} ORDER BY user_id
        ON CONFLICT (user_id) DO UPDATE SET
          next_position = CASE WHEN d.next_attempt_at IS NULL THEN excluded.next_position
            ELSE least(d.next_position, excluded.next_position) END,
          latest_position = greatest(d.latest_position, excluded.latest_position),
          next_attempt_at = CASE WHEN d.failure IS NULL THEN coalesce(d.next_attempt_at, excluded.next_attempt_at)
            ELSE excluded.next_attempt_at END,
          attempts = 0, failure = NULL
        RETURNING 1
      )
      SELECT count(*)::int AS users FROM replayed`);
    return row?.users ?? 0;
  }
}
