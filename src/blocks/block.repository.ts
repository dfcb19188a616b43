import { and, desc, gt, isNull, lt, or, sql } from 'drizzle-orm';
import type { Actor } from '../audit/origin.js';
import { actorValues, recordAct } from '../audit/record-event.js';
import type { Database } from '../database/database.js';
import { instant } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { rowFromJson } from '../database/rows.js';
import { parameter, Statement } from '../database/statement.js';
import { addSeconds } from '../platform/clock.js';
import { type BlockRow, blockedDestinationTable } from './blocked-destination.table.js';

export interface NewBlock {
  readonly id: string;
  readonly key: string;
  readonly reason: string;
  readonly until: Date | null;
  readonly now: Date;
  readonly actor: Actor;
}

/** Seconds for which a block that has ended is kept. */
const KEPT = 86_400;

interface Written {
  readonly block: Record<string, unknown>;
}

const given = {
  id: parameter('id', 'uuid'),
  now: parameter('now', 'timestamptz'),
};

/** Of one subject there is one block: the newer word counts. Raw: it writes the event together with the block. */
const add = new Statement<Written, Omit<NewBlock, 'actor'> & ReturnType<typeof actorValues>>(
  'blocks: add',
  sql`
    WITH written AS (
      INSERT INTO blocked_destinations (id, key, reason, until, created_at, created_by_id)
      VALUES (${given.id}, ${parameter('key', 'text')}, ${parameter('reason', 'text')}, ${parameter('until', 'timestamptz')},
        ${given.now}, ${parameter('actorId', 'uuid')})
      ON CONFLICT (key) DO UPDATE SET reason = excluded.reason, until = excluded.until, created_at = excluded.created_at,
        created_by_id = excluded.created_by_id
      RETURNING *
    ),
    event AS (${recordAct(
      { kind: 'destination_blocked', details: sql`u.details` },
      sql`(SELECT NULL::uuid AS id, jsonb_build_object('blocked', key, 'reason', reason, 'until', until) AS details FROM written)`,
    )})
    SELECT to_jsonb(written) AS block FROM written`,
);

const remove = new Statement<Written, { readonly id: string; readonly now: Date } & ReturnType<typeof actorValues>>(
  'blocks: remove',
  sql`
    WITH removed AS (
      DELETE FROM blocked_destinations WHERE id = ${given.id} AND (until IS NULL OR until > ${given.now}) RETURNING *
    ),
    event AS (${recordAct(
      { kind: 'destination_unblocked', details: sql`u.details` },
      sql`(SELECT NULL::uuid AS id, jsonb_build_object('blocked', key, 'reason', reason) AS details FROM removed)`,
    )})
    SELECT to_jsonb(removed) AS block FROM removed`,
);

/** Where nothing is sent. */
export class BlockRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async add({ actor, ...block }: NewBlock): Promise<BlockRow> {
    const [row] = await add.run(this.#db, { ...block, ...actorValues(actor) });
    if (!row) throw new Error('Writing a block returned no row.');
    return rowFromJson(blockedDestinationTable, row.block);
  }

  /** Null: no block that holds has this id. */
  async remove({ id, now, actor }: { id: string; now: Date; actor: Actor }): Promise<BlockRow | null> {
    const [row] = await remove.run(this.#db, { id, now, ...actorValues(actor) });
    return row ? rowFromJson(blockedDestinationTable, row.block) : null;
  }

  /** Those that hold, the newest first. */
  list({ after, most, now }: { after: { at: Date; id: string } | null; most: number; now: Date }): Promise<BlockRow[]> {
    const { createdAt, id, until } = blockedDestinationTable;
    const further = after ? sql`(${createdAt}, ${id}) < (${instant(after.at)}, ${after.id}::uuid)` : undefined;
    return this.#db
      .select()
      .from(blockedDestinationTable)
      .where(and(or(isNull(until), gt(until, now)), further))
      .orderBy(desc(createdAt), desc(id))
      .limit(most);
  }

  /** Those that hold for a number, by `keysOfNumber`, the newest first. */
  ofNumber(keys: readonly string[], now: Date): Promise<BlockRow[]> {
    const { key, until, createdAt } = blockedDestinationTable;
    return this.#db
      .select()
      .from(blockedDestinationTable)
      .where(and(sql`${key} = ANY(${sql.param(keys)}::text[])`, or(isNull(until), gt(until, now))))
      .orderBy(desc(createdAt));
  }

  /** Removes up to `most` blocks that ended a day ago. */
  removeOver(now: Date, most: number): Promise<number> {
    const { until } = blockedDestinationTable;
    const over = lt(until, addSeconds(now, -KEPT));
    return removeOver(this.#db, { table: blockedDestinationTable, over, oldestBy: until, most });
  }
}
