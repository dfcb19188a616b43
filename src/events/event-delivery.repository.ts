import { and, count, eq, gte, isNotNull, min, notExists, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { eventTable } from './event.table.js';
import { eventDeliveryTable } from './event-delivery.table.js';
import { type DescribedEvent, describing, type EventRow, readEvent } from './event-description.js';

/** The next event of a user, which this process delivers until `leaseEnd`. */
export interface Turn {
  readonly userId: string;
  /** Where this user's delivery stood when the turn began. */
  readonly nextPosition: number;
  readonly latestPosition: number;
  readonly leaseEnd: Date;
  /** For this event, the one under way included. */
  readonly attempts: number;
  /** Null: the events between the two positions are gone, or not visible yet. */
  readonly event: DescribedEvent | null;
}

/** How many users wait for the delivery of an event, and since when the first of them does. */
export interface Backlog {
  readonly users: number;
  readonly oldest: Date | null;
}

const [now, leaseEnd] = [parameter('now', 'timestamptz'), parameter('leaseEnd', 'timestamptz')];

/** The users of `taken`, each with the first event that is not delivered. */
const heads = sql`
  SELECT taken.user_id AS turn_of, taken.next_position, taken.latest_position, taken.attempts, described.*
  FROM taken LEFT JOIN LATERAL (
    SELECT ${describing(sql`e`)} FROM events e
    WHERE e.user_id = taken.user_id AND e.position >= taken.next_position ORDER BY e.position LIMIT 1
  ) described ON true`;

/** While a turn is under way its row has no failure, because the outcome is unknown. */
const take = new Statement<TurnRow, { now: Date; leaseEnd: Date; most: number }>(
  'events: take users',
  sql`
  WITH due AS (
    SELECT user_id FROM event_deliveries WHERE next_attempt_at <= ${now}
    ORDER BY next_attempt_at LIMIT ${parameter('most', 'int')} FOR UPDATE SKIP LOCKED
  ),
  taken AS (
    UPDATE event_deliveries d SET next_attempt_at = ${leaseEnd}, attempts = d.attempts + 1, failure = NULL
    FROM due WHERE d.user_id = due.user_id RETURNING d.*
  )
  ${heads}`,
);

/** Nothing is left where the row says so as it is when it is locked: the publication of one more event has changed it. */
const goOn = new Statement<
  TurnRow,
  { userId: string; held: Date; now: Date; leaseEnd: Date; position: number; delivered: number; goesOn: boolean }
>(
  'events: delivered',
  sql`
  WITH settled AS (
    UPDATE event_deliveries d SET next_position = ${parameter('delivered', 'bigint')} + 1, failure = NULL,
      attempts = CASE WHEN d.latest_position > ${parameter('delivered', 'bigint')} AND ${parameter('goesOn', 'boolean')} THEN 1 ELSE 0 END,
      next_attempt_at = CASE WHEN d.latest_position <= ${parameter('delivered', 'bigint')} THEN NULL
        WHEN ${parameter('goesOn', 'boolean')} THEN ${leaseEnd} ELSE ${now} END
    WHERE d.user_id = ${parameter('userId', 'uuid')} AND d.next_attempt_at = ${parameter('held', 'timestamptz')}
      AND d.next_position = ${parameter('position', 'bigint')} RETURNING d.*
  ),
  taken AS (SELECT * FROM settled WHERE next_attempt_at = ${leaseEnd} AND ${parameter('goesOn', 'boolean')})
  ${heads}`,
);

/** More is not counted: an operator knows what to do by then. */
const MOST_COUNTED = 100_000;

interface TurnRow extends Partial<EventRow> {
  readonly turn_of: string;
  readonly next_position: string | number;
  readonly latest_position: string | number;
  readonly attempts: number;
}

/** Who delivers what, across all processes: rows say it, and nothing else. */
export class EventDeliveryRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Takes up to `most` users whose next event is due. No other process takes them before `leaseEnd`. */
  async take(now: Date, leaseEnd: Date, most: number): Promise<Turn[]> {
    const rows = await take.run(this.#db, { now, leaseEnd, most });
    return rows.map((row) => readTurn(row, leaseEnd, now));
  }

  /** An event was delivered. Takes the user's next one, if there is one and `goesOn`. */
  async delivered(
    turn: Turn,
    event: DescribedEvent,
    next: { now: Date; leaseEnd: Date; goesOn: boolean },
  ): Promise<Turn | null> {
    const values = { userId: turn.userId, held: turn.leaseEnd, position: turn.nextPosition, delivered: event.position };
    const [row] = await goOn.run(this.#db, { ...values, ...next });
    return row ? readTurn(row, next.leaseEnd, next.now) : null;
  }

  /** It was not, and is due again `at`. @param failure null: not attempted */
  async putBack(turn: Turn, at: Date, failure: string | null): Promise<void> {
    await this.#db.update(eventDeliveryTable).set({ nextAttemptAt: at, failure }).where(isHeld(turn));
  }

  /**
   * There was no event to deliver: all of them are gone. False: there is one by now. A statement of its own, because the one
   * before may not have seen what was published while it waited.
   */
  async close(turn: Turn): Promise<boolean> {
    const { userId, nextPosition, latestPosition } = eventDeliveryTable;
    const { userId: of, position } = eventTable;
    const left = this.#db
      .select()
      .from(eventTable)
      .where(and(eq(of, userId), gte(position, nextPosition)));
    const closed = await this.#db
      .update(eventDeliveryTable)
      .set({ nextAttemptAt: null, nextPosition: sql`${latestPosition} + 1`, attempts: 0 })
      .where(and(isHeld(turn), eq(latestPosition, turn.latestPosition), notExists(left)));
    return closed.count > 0;
  }

  async backlog(): Promise<Backlog> {
    const { nextPosition, nextAttemptAt } = eventDeliveryTable;
    const { at, position } = eventTable;
    const waiting = this.#db
      .select({ nextPosition })
      .from(eventDeliveryTable)
      .where(isNotNull(nextAttemptAt))
      .limit(MOST_COUNTED)
      .as('waiting');
    const [row] = await this.#db.select({ users: count(), first: min(waiting.nextPosition) }).from(waiting);
    if (!row?.first) return { users: 0, oldest: null };
    const [oldest] = await this.#db
      .select({ at })
      .from(eventTable)
      .where(gte(position, row.first))
      .orderBy(position)
      .limit(1);
    return { users: row.users, oldest: oldest?.at ?? null };
  }
}

/** Only who holds a user's turn may change it. A lease that is over is somebody else's, with another end. */
function isHeld({ userId, leaseEnd }: Turn): SQL | undefined {
  return and(eq(eventDeliveryTable.userId, userId), eq(eventDeliveryTable.nextAttemptAt, leaseEnd));
}

function readTurn(row: TurnRow, leaseEnd: Date, now: Date): Turn {
  const event = row.id === null || row.id === undefined ? null : readEvent(row as EventRow, now);
  return {
    userId: row.turn_of,
    nextPosition: Number(row.next_position),
    latestPosition: Number(row.latest_position),
    leaseEnd,
    attempts: row.attempts,
    event,
  };
}
