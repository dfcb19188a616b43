import { and, desc, eq, gte, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import { type AuditKind, auditEventTable, frequentKinds } from '../../audit/audit-event.table.js';
import { type Database, instant } from '../../database/database.js';
import type { TimePosition } from '../time-cursor.js';

export type AuditEventRow = typeof auditEventTable.$inferSelect;

/** What must hold, all of it; null: anything. */
export interface AuditCriteria {
  readonly userId: string | null;
  readonly actorId: string | null;
  readonly actorName: string | null;
  readonly kinds: readonly AuditKind[] | null;
  readonly phoneNumber: string | null;
  readonly ipAddress: string | null;
  readonly requestId: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
}

export class AuditTrailRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Up to `most` events after a position, the newest first, in one statement. Each way to find them is a query of its own that
   * reads one index in its order and stops at `most`, so that no filter sorts all that it finds.
   */
  find(criteria: AuditCriteria, after: TimePosition | null, most: number): Promise<AuditEventRow[]> {
    const { at, id } = auditEventTable;
    const page = (where: SQL | undefined) =>
      this.#db.select().from(auditEventTable).where(where).orderBy(desc(at), desc(id)).limit(most);
    const [first, second, ...others] = waysTo(criteria).map((way) => page(and(way, ...always(criteria, after))));
    if (!first) return Promise.resolve([]);
    if (!second) return first;
    return unionAll(first, second, ...others)
      .orderBy(desc(at), desc(id))
      .limit(most);
  }
}

function always(criteria: AuditCriteria, after: TimePosition | null): (SQL | undefined)[] {
  const { userId, actorName, phoneNumber, ipAddress, requestId, from, to } = criteria;
  const table = auditEventTable;
  return [
    userId === null ? undefined : eq(table.userId, userId),
    actorName === null ? undefined : eq(table.actorName, actorName),
    phoneNumber === null ? undefined : eq(table.phoneNumber, phoneNumber),
    ipAddress === null ? undefined : eq(table.ipAddress, ipAddress),
    requestId === null ? undefined : eq(table.requestId, requestId),
    from === null ? undefined : gte(table.at, from),
    to === null ? undefined : lt(table.at, to),
    after === null ? undefined : sql`(${table.at}, ${table.id}) < (${instant(after.at)}, ${after.id}::uuid)`,
  ];
}

function waysTo(criteria: AuditCriteria): readonly (SQL | undefined)[] {
  const { actorId, kinds } = criteria;
  const actors = actorId === null ? [undefined] : actedBy(actorId);
  return actors.flatMap((actor) => waysToKinds(kinds, criteria).map((kind) => and(actor, kind)));
}

/** What users do themselves names them once (audit-event.table.ts). */
function actedBy(actorId: string): readonly (SQL | undefined)[] {
  const { actorId: acting, actorKind, userId } = auditEventTable;
  return [eq(acting, actorId), and(eq(userId, actorId), eq(actorKind, 'USER'), isNull(acting))];
}

/**
 * The index `audit_events_rare_kind` has each kind in its order, so each is a query of its own. Frequent ones are met soon along
 * the order of all events. Kinds are a part of the text: PostgreSQL must see that the index has them.
 */
function waysToKinds(kinds: readonly AuditKind[] | null, criteria: AuditCriteria): readonly (SQL | undefined)[] {
  const { kind } = auditEventTable;
  if (kinds === null) return [undefined];
  const { userId, actorId, actorName, phoneNumber, ipAddress, requestId } = criteria;
  const isNarrow = [userId, actorId, actorName, phoneNumber, ipAddress, requestId].some((each) => each !== null);
  const frequent = kinds.filter((each) => frequentKinds.includes(each));
  const rare = kinds.filter((each) => !frequentKinds.includes(each));
  if (isNarrow) return kinds.length === 0 ? [] : [inArray(kind, [...kinds])];
  return [
    ...(frequent.length === 0 ? [] : [inArray(kind, frequent)]),
    ...rare.map((each) => sql`${kind} = ${sql.raw(`'${each}'`)}`),
  ];
}
