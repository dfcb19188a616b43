import { gt, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { type DescribedEvent, describing, description, type EventRow, readEvent } from './event-description.js';
import { type EventKind, eventTable } from './event.table.js';

const [after, most] = [parameter('after', 'bigint'), parameter('most', 'int')];

function prepareList(db: Database) {
  const { position } = eventTable;
  return db
    .select(description(sql`events`))
    .from(eventTable)
    .where(gt(position, after))
    .orderBy(position)
    .limit(sql.placeholder('most'))
    .prepare('events: list');
}

/** Each kind by its index, and then the first of them: so a page costs the same however rare a kind is. */
const listKinds = new Statement<EventRow, { after: number; most: number; kinds: readonly string[]; now: Date }>(
  'events: list some kinds',
  sql`
  SELECT ${describing(sql`e`)} FROM (
    SELECT found.* FROM unnest(${parameter('kinds', 'text[]')}) wanted CROSS JOIN LATERAL (
      SELECT * FROM events WHERE kind = wanted AND position > ${after} ORDER BY position LIMIT ${most}
    ) found
    ORDER BY position LIMIT ${most}
  ) e ORDER BY e.position`,
);

export interface ListedEvents {
  /** Events after this position. */
  readonly after: number;
  readonly most: number;
  /** Null: all. */
  readonly kinds: readonly EventKind[] | null;
  readonly now: Date;
}

export class EventListRepository {
  readonly #db: Database;
  readonly #list: ReturnType<typeof prepareList>;

  constructor(db: Database) {
    this.#db = db;
    this.#list = prepareList(db);
  }

  /** In the order of the stream. A position is given to no event later than to those after it, so a reader misses none. */
  async list({ after, most, kinds, now }: ListedEvents): Promise<DescribedEvent[]> {
    const rows =
      kinds === null
        ? ((await this.#list.execute({ after, most, now })) as unknown as EventRow[])
        : await listKinds.run(this.#db, { after, most, now, kinds: [...new Set(kinds)] });
    return rows.map((row) => readEvent(row, now));
  }
}
