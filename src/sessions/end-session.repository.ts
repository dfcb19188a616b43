import { and, eq, exists, getTableColumns, gt, inArray, isNull, ne, notExists, type SQL, sql } from 'drizzle-orm';
import { alias, type PgColumn } from 'drizzle-orm/pg-core';
import type { Origin } from '../audit/origin.js';
import { originValues, recordEvent } from '../audit/record-event.js';
import type { Database } from '../database/database.js';
import { parameter } from '../database/statement.js';
import { deviceTable } from '../devices/device.table.js';
import { userTable } from '../users/user.table.js';
import { sameEpoch } from './session-fragments.js';
import type { SessionRow } from './session.repository.js';
import { sessionTable } from './session.table.js';
import { onFirstUse } from '../database/on-first-use.js';

/** For the audit trail. */
interface Recorded {
  readonly now: Date;
  readonly origin: Origin;
}

/** A user ends sessions, in a session of their own. */
export interface EndedBy extends Recorded {
  readonly userId: string;
  readonly bySession: string;
  readonly byDevice: string | null;
}

/** A session ends itself, by one of its tokens. */
export interface OwnEnd extends Recorded {
  readonly sessionId: string;
}

const given = {
  now: parameter('now', 'timestamptz'),
  userId: parameter('userId', 'uuid'),
  sessionId: parameter('sessionId', 'uuid'),
  /** A session that is not ended with the others; null: there is none. */
  except: parameter('except', 'uuid'),
  bySession: parameter('bySession', 'uuid'),
  byDevice: parameter('byDevice', 'uuid'),
};

const notOver = lastsUntilNow(sessionTable);

/** Ends sessions because their users say so. Each end is in the audit trail, in the same statement. */
export class EndSessionRepository {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
  }

  /**
   * Ends one living session of a user. It also forgets the device that the session was on, unless another session lives
   * there. Null when there is no such session (any more).
   */
  async end(sessionId: string, by: EndedBy): Promise<SessionRow | null> {
    const [ended] = await this.#statements.end.execute({ ...valuesOf(by), sessionId });
    return ended ?? null;
  }

  /** Ends living sessions of any user, and says how many of them lived. */
  async endEach(sessions: readonly OwnEnd[]): Promise<number> {
    // One statement each: a statement that holds one session's row while it waits for another can wait in a circle.
    const ended = await Promise.all(sessions.map((session) => this.#statements.endOne.execute(valuesOf(session))));
    return ended.flat().length;
  }

  /** Ends the living sessions of a user and forgets the devices, but for `except` and its device; says how many ended. */
  async endAll(except: string | null, by: EndedBy): Promise<number> {
    const [row] = await this.#statements.endAll.execute({ ...valuesOf(by), except });
    return row?.living ?? 0;
  }
}

function valuesOf<Ending extends Recorded>({ origin, ...ending }: Ending) {
  return { ...ending, ...originValues(origin) };
}

function prepareStatements(db: Database) {
  return onFirstUse({
    end: () => endSession(db).prepare('sessions: end'),
    endOne: () => endByItself(db).prepare('sessions: end by itself'),
    endAll: () => endAllSessions(db).prepare('sessions: end all'),
  });
}

/** @param acting a table expression with `id`, `user_id` and `device_id` of the session that ended others */
function recordEnd(db: Database, acting: SQL, details: SQL) {
  return db.$with('event', {}).as(recordEvent({ kind: 'sessions_ended', deviceId: sql`s.device_id`, details }, acting));
}

const oneSession = sql`jsonb_build_object('sessions', 1, 'sessionId', ${given.sessionId})`;

/** The session of the user who asks, if something has ended. */
const asking = sql`(
  SELECT ${given.bySession} AS id, ${given.userId} AS user_id, ${given.byDevice} AS device_id
  WHERE EXISTS (SELECT 1 FROM ended))`;

function endSession(db: Database) {
  const account = lockAccount(db);
  const ended = db.$with('ended').as(
    db
      .update(sessionTable)
      .set({ endedAt: given.now })
      .from(account)
      .where(and(eq(sessionTable.id, given.sessionId), eq(sessionTable.userId, account.id), notOver))
      .returning(getTableColumns(sessionTable)),
  );
  const forgotten = db
    .$with('forgotten')
    .as(
      db
        .delete(deviceTable)
        .where(
          and(
            eq(deviceTable.userId, given.userId),
            inArray(deviceTable.id, db.select({ id: ended.deviceId }).from(ended)),
            notExists(otherSessionOnDevice(db)),
          ),
        ),
    );
  const event = recordEnd(db, asking, oneSession);
  return db.with(account, ended, forgotten, event).select().from(ended);
}

function otherSessionOnDevice(db: Database) {
  const other = alias(sessionTable, 'other');
  return db
    .select({ id: other.id })
    .from(other)
    .where(
      and(
        ...[eq(other.userId, deviceTable.userId), eq(other.deviceId, deviceTable.id)],
        ...[ne(other.id, given.sessionId), lastsUntilNow(other)],
      ),
    );
}

function endByItself(db: Database) {
  const { id, userId, deviceId } = sessionTable;
  const ended = db.$with('ended').as(
    db
      .update(sessionTable)
      .set({ endedAt: given.now })
      .where(and(eq(id, given.sessionId), notOver, sameEpoch(sql`sessions`)))
      .returning({ id, userId, deviceId }),
  );
  const event = recordEnd(db, sql`ended`, oneSession);
  return db.with(ended, event).select({ id: ended.id }).from(ended);
}

function endAllSessions(db: Database) {
  const account = lockAccount(db);
  const locked = exists(db.select().from(account));
  const ended = db.$with('ended').as(
    db
      .update(sessionTable)
      .set({ endedAt: given.now })
      .where(
        and(
          ...[eq(sessionTable.userId, given.userId), isNull(sessionTable.endedAt), locked],
          sql`${sessionTable.id} IS DISTINCT FROM ${given.except}`,
        ),
      )
      .returning({ expiresAt: sessionTable.expiresAt }),
  );
  const kept = db.select({ id: sessionTable.deviceId }).from(sessionTable).where(eq(sessionTable.id, given.except));
  const forgotten = db
    .$with('forgotten')
    .as(
      db
        .delete(deviceTable)
        .where(and(eq(deviceTable.userId, given.userId), locked, sql`${deviceTable.id} IS DISTINCT FROM (${kept})`)),
    );
  const living = sql<number>`(count(*) FILTER (WHERE ${ended.expiresAt} > ${given.now}))::int`;
  const details = sql`jsonb_strip_nulls(jsonb_build_object('sessions', (SELECT count(*) FROM ended), 'kept', ${given.except}))`;
  const event = recordEnd(db, asking, details);
  return db.with(account, ended, forgotten, event).select({ living }).from(ended);
}

/**
 * Locks the user's row. Every statement that ends sessions and forgets their devices starts with it, and so does every
 * statement that takes a password away. PostgreSQL does not promise which part of a statement comes first. Without this
 * lock two of them could each hold a row that the other one waits for.
 */
function lockAccount(db: Database) {
  return db
    .$with('account')
    .as(db.select({ id: userTable.id }).from(userTable).where(eq(userTable.id, given.userId)).for('no key update'));
}

function lastsUntilNow(session: { endedAt: PgColumn; expiresAt: PgColumn }): SQL | undefined {
  return and(isNull(session.endedAt), gt(session.expiresAt, given.now));
}
