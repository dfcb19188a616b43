import {
  and,
  desc,
  eq,
  exists,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNull,
  ne,
  notExists,
  type SQL,
  sql,
  lt,
} from 'drizzle-orm';
import { alias, type PgColumn } from 'drizzle-orm/pg-core';
import { cityTable } from '../cities/city.table.js';
import type { Database } from '../database/database.js';
import { parameter } from '../database/statement.js';
import { deviceTable } from '../devices/device.table.js';
import { removeOver } from '../database/remove-over.js';
import { addSeconds } from '../platform/clock.js';
import type { User } from '../users/user.js';
import { userTable } from '../users/user.table.js';
import type { AccessTokenClaims } from './access-token.js';
import type { StoredProofs } from './proofs.js';
import { sameEpoch } from './session-fragments.js';
import { sessionTable } from './session.table.js';

/** Seconds for which a session that is over is kept. */
const KEPT = 86_400;

/** Sessions that a user is shown. A user who signs in all day long must not get an answer that slows everyone down. */
export const MOST_LISTED = 100;

/** A living session and its user. */
export interface LiveSession {
  readonly id: string;
  /** When the user last proved who they are. */
  readonly authenticatedAt: Date;
  /** RFC 8176 values. */
  readonly authenticationMethods: readonly string[];
  /** The device it was begun on; null for sessions from before devices were known. */
  readonly deviceId: string | null;
  /** When each way of proving was last used (proofs.ts). */
  readonly proofs: StoredProofs;
  /** Since when the account had known the device when the session began; null: it did not. */
  readonly deviceKnownSince: Date | null;
  readonly createdAt: Date;
  readonly user: User;
}

export type SessionRow = typeof sessionTable.$inferSelect;

const given = {
  now: parameter('now', 'timestamptz'),
  userId: parameter('userId', 'uuid'),
  sessionId: parameter('sessionId', 'uuid'),
  /** A session that is not ended with the others; null: there is none. */
  except: parameter('except', 'uuid'),
};

const notOver = lastsUntilNow(sessionTable);
const lives = and(notOver, sameEpoch(sql`sessions`));

export class SessionRepository {
  readonly #db: Database;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#db = db;
    this.#statements = prepareStatements(db);
  }

  /** A living session and its user: one query for both, so that a session that was ended is refused at once. */
  async find({ sessionId, userId }: AccessTokenClaims, now: Date): Promise<LiveSession | null> {
    const [row] = await this.#statements.find.execute({ sessionId, userId, now });
    if (!row) return null;
    const { user, location, ...session } = row;
    return { id: sessionId, ...session, user: { ...user, location } };
  }

  /** The living sessions of a user, the latest used first, `MOST_LISTED` of them at most. */
  async list(userId: string, now: Date): Promise<SessionRow[]> {
    return this.#statements.list.execute({ userId, now });
  }

  /**
   * Ends one living session of a user. It also forgets the device that the session was on, unless another session lives
   * there. Null when there is no such session (any more).
   */
  async end(session: { sessionId: string; userId: string }, now: Date): Promise<SessionRow | null> {
    const [ended] = await this.#statements.end.execute({ ...session, now });
    return ended ?? null;
  }

  /** Ends living sessions of any user, and says how many of them lived. */
  async endEach(sessionIds: readonly string[], now: Date): Promise<number> {
    // One statement each: a statement that holds one session's row while it waits for another can wait in a circle.
    const ended = await Promise.all(
      [...new Set(sessionIds)].map((sessionId) => this.#statements.endOne.execute({ sessionId, now })),
    );
    return ended.flat().length;
  }

  /** Ends the living sessions of a user and forgets the devices, but for `except` and its device; says how many ended. */
  async endAll(userId: string, now: Date, except: string | null): Promise<number> {
    const [row] = await this.#statements.endAll.execute({ userId, now, except });
    return row?.living ?? 0;
  }

  /** Removes up to `most` sessions that ended or expired a day ago. */
  async removeOver(now: Date, most: number): Promise<number> {
    const before = addSeconds(now, -KEPT);
    const { expiresAt, endedAt } = sessionTable;
    const expired = await this.#removeBefore(expiresAt, { before, most });
    return expired < most ? expired + (await this.#removeBefore(endedAt, { before, most: most - expired })) : expired;
  }

  /** Two statements: with one, each batch would collect all sessions that are over from both indexes. */
  #removeBefore(end: PgColumn, { before, most }: { before: Date; most: number }): Promise<number> {
    return removeOver(this.#db, { table: sessionTable, over: lt(end, before), oldestBy: end, most });
  }
}

function prepareStatements(db: Database) {
  return {
    find: findSession(db).prepare('sessions: find'),
    list: listSessions(db).prepare('sessions: list'),
    end: endSession(db).prepare('sessions: end'),
    endOne: endByItself(db).prepare('sessions: end by itself'),
    endAll: endAllSessions(db).prepare('sessions: end all'),
  };
}

function findSession(db: Database) {
  const { authenticatedAt, authenticationMethods, deviceId, proofs, deviceKnownSince, createdAt } = sessionTable;
  const session = { authenticatedAt, authenticationMethods, deviceId, proofs, deviceKnownSince, createdAt };
  return db
    .select({ user: userTable, location: cityTable, ...session })
    .from(sessionTable)
    .innerJoin(userTable, eq(userTable.id, sessionTable.userId))
    .leftJoin(cityTable, eq(cityTable.id, userTable.locationId))
    .where(
      and(
        ...[eq(sessionTable.id, given.sessionId), eq(sessionTable.userId, given.userId)],
        ...[notOver, gte(sessionTable.epoch, userTable.sessionEpoch)],
      ),
    );
}

function listSessions(db: Database) {
  return db
    .select()
    .from(sessionTable)
    .where(and(eq(sessionTable.userId, given.userId), lives))
    .orderBy(desc(sessionTable.lastUsedAt), desc(sessionTable.id))
    .limit(MOST_LISTED);
}

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
  return db.with(account, ended, forgotten).select().from(ended);
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
  return db
    .update(sessionTable)
    .set({ endedAt: given.now })
    .where(and(eq(sessionTable.id, given.sessionId), lives))
    .returning({ id: sessionTable.id });
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
  return db.with(account, ended, forgotten).select({ living }).from(ended);
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
