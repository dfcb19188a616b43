import { and, eq, getTableColumns, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { parameter } from '../database/statement.js';
import { userTable } from '../users/user.table.js';
import { sameEpoch } from './session-fragments.js';
import { sessionTable } from './session.table.js';

/** The session that asks for a change, and its user. */
export interface AskingSession {
  readonly userId: string;
  readonly sessionId: string;
  readonly now: Date;
}

/** Parameters of `lockAskingSession`: the fields of `AskingSession`. */
export const asked = {
  userId: parameter('userId', 'uuid'),
  sessionId: parameter('sessionId', 'uuid'),
  now: parameter('now', 'timestamptz'),
};

/**
 * The first two parts of a statement that changes an account for a signed-in user. They lock the user's row, and then the
 * row of the session if it lives (docs/decisions/0022). The session was read before, and its owner may have ended it since.
 * `account` is the user's row as it is now. Whatever else reads `users` in the statement finds it as it was before the wait.
 * A part that changes something compares the epochs of `account` and `asking` once more.
 */
export function lockAskingSession(db: Database) {
  const account = db
    .$with('account')
    .as(
      db.select(getTableColumns(userTable)).from(userTable).where(eq(userTable.id, asked.userId)).for('no key update'),
    );
  const { id, userId, deviceId, epoch, endedAt, expiresAt } = sessionTable;
  const asking = db.$with('asking').as(
    db
      .select({ id, userId, deviceId, epoch })
      .from(sessionTable)
      .where(
        and(
          ...[eq(id, asked.sessionId), inArray(userId, db.select({ id: account.id }).from(account))],
          ...[isNull(endedAt), gt(expiresAt, asked.now), sameEpoch(sql`sessions`)],
        ),
      )
      .for('update'),
  );
  return { account, asking };
}
