import { and, desc, eq, gt, gte, isNull, lt, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { cityTable } from '../cities/city.table.js';
import type { Database } from '../database/database.js';
import { parameter } from '../database/statement.js';
import { removeOver } from '../database/remove-over.js';
import { countedPasskey } from '../passkeys/passkey-fragments.js';
import { addSeconds } from '../platform/clock.js';
import type { User } from '../users/user.js';
import { userTable } from '../users/user.table.js';
import type { AccessTokenClaims } from './access-token.js';
import type { StoredProofs } from './proofs.js';
import { sessionTable } from './session.table.js';
import { onFirstUse } from '../database/on-first-use.js';

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
  /** Whether the account has a passkey that counts as a proof of its owner. */
  readonly hasPasskey: boolean;
  /** The same where it was copied: it opens nothing, and protects the account all the same. */
  readonly guarded: boolean;
  readonly user: User;
}

export type SessionRow = typeof sessionTable.$inferSelect;

const given = {
  now: parameter('now', 'timestamptz'),
  userId: parameter('userId', 'uuid'),
  userIds: parameter('userIds', 'uuid[]'),
  sessionId: parameter('sessionId', 'uuid'),
};

const notOver = and(isNull(sessionTable.endedAt), gt(sessionTable.expiresAt, given.now));

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
    const { location, passkey } = row;
    // The row belongs to this call alone, and a copy of so many fields takes as long as a third of reading them.
    const user = Object.assign(row.user, { location });
    return {
      id: sessionId,
      authenticatedAt: row.authenticatedAt,
      authenticationMethods: row.authenticationMethods,
      deviceId: row.deviceId,
      proofs: row.proofs,
      deviceKnownSince: row.deviceKnownSince,
      createdAt: row.createdAt,
      hasPasskey: passkey === true,
      guarded: passkey !== null,
      user,
    };
  }

  /** The living sessions of users, the latest used first, `MOST_LISTED` of each user at most. */
  async list(userIds: readonly string[], now: Date): Promise<SessionRow[]> {
    return this.#statements.list.execute({ userIds, now });
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
  return onFirstUse({
    find: () => findSession(db).prepare('sessions: find'),
    list: () => listSessions(db).prepare('sessions: list'),
  });
}

function findSession(db: Database) {
  const { authenticatedAt, authenticationMethods, deviceId, proofs, deviceKnownSince, createdAt } = sessionTable;
  const session = { authenticatedAt, authenticationMethods, deviceId, proofs, deviceKnownSince, createdAt };
  return db
    .select({
      user: userTable,
      location: cityTable,
      ...session,
      passkey: sql<boolean | null>`${countedPasskey(sql`users`)}`,
    })
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

/** For each user by itself: one with thousands of sessions costs the others nothing. */
function listSessions(db: Database) {
  const listed = db
    .select()
    .from(sessionTable)
    .where(and(eq(sessionTable.userId, userTable.id), notOver, gte(sessionTable.epoch, userTable.sessionEpoch)))
    .orderBy(desc(sessionTable.lastUsedAt), desc(sessionTable.id))
    .limit(MOST_LISTED)
    .as('listed');
  return db
    .select(listed._.selectedFields)
    .from(userTable)
    .innerJoinLateral(listed, sql`true`)
    .where(sql`${userTable.id} = ANY(${given.userIds})`)
    .orderBy(desc(listed.lastUsedAt), desc(listed.id));
}
