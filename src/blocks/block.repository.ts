import { and, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import type { Actor } from '../audit/origin.js';
import { actorValues, recordAct } from '../audit/record-event.js';
import type { Database } from '../database/database.js';
import { instant } from '../database/database.js';
import { removeOver } from '../database/remove-over.js';
import { parameter } from '../database/statement.js';
import { addSeconds } from '../platform/clock.js';
import { type BlockRow, blockedDestinationTable } from './blocked-destination.table.js';
import { onFirstUse } from '../database/on-first-use.js';

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

const given = {
  id: parameter('id', 'uuid'),
  key: parameter('key', 'text'),
  reason: parameter('reason', 'text'),
  until: parameter('until', 'timestamptz'),
  now: parameter('now', 'timestamptz'),
};

/** Where nothing is sent. */
export class BlockRepository {
  readonly #db: Database;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#db = db;
    this.#statements = prepareStatements(db);
  }

  /** Of one subject there is one block: the newer word counts. */
  async add({ actor, ...block }: NewBlock): Promise<BlockRow> {
    const [row] = await this.#statements.add.execute({ ...block, ...actorValues(actor) });
    if (!row) throw new Error('Writing a block returned no row.');
    return row;
  }

  /** Null: no block that holds has this id. */
  async remove({ id, now, actor }: { id: string; now: Date; actor: Actor }): Promise<BlockRow | null> {
    const [row] = await this.#statements.remove.execute({ id, now, ...actorValues(actor) });
    return row ?? null;
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

function prepareStatements(db: Database) {
  return onFirstUse({
    add: () => addBlock(db).prepare('blocks: add'),
    remove: () => removeBlock(db).prepare('blocks: remove'),
  });
}

/** Of a block of one number: the number, so that the audit trail finds it, and forgets it when its owner leaves. */
const blockedNumber = sql`(CASE WHEN u.key ~ '^[+][0-9]+$' THEN u.key END)`;

function addBlock(db: Database) {
  const { id, key, reason, until, now: createdAt } = given;
  const createdById = parameter('actorId', 'uuid');
  const latest = { reason, until, createdAt, createdById };
  const written = db.$with('written').as(
    db
      .insert(blockedDestinationTable)
      .values({ id, key, ...latest })
      .onConflictDoUpdate({ target: blockedDestinationTable.key, set: latest })
      .returning(),
  );
  const blocked = sql`(SELECT NULL::uuid AS id, key, jsonb_build_object('blocked', key, 'reason', reason, 'until', until) AS details
    FROM written)`;
  const event = db
    .$with('event', {})
    .as(recordAct({ kind: 'destination_blocked', phoneNumber: blockedNumber, details: sql`u.details` }, blocked));
  return db.with(written, event).select().from(written);
}

function removeBlock(db: Database) {
  const { id, until } = blockedDestinationTable;
  const removed = db.$with('removed').as(
    db
      .delete(blockedDestinationTable)
      .where(and(eq(id, given.id), or(isNull(until), gt(until, given.now))))
      .returning(),
  );
  const unblocked = sql`(SELECT NULL::uuid AS id, key, jsonb_build_object('blocked', key, 'reason', reason) AS details FROM removed)`;
  const event = db
    .$with('event', {})
    .as(recordAct({ kind: 'destination_unblocked', phoneNumber: blockedNumber, details: sql`u.details` }, unblocked));
  return db.with(removed, event).select().from(removed);
}
