import { sql } from 'drizzle-orm';
import { recordEvent } from '../audit/audit-event.repository.js';
import { claimGuess, type GuessLimits, returnGuess } from '../budgets/guess-budget.repository.js';
import { passwordOf } from '../budgets/guess-subject.js';
import { type Database, instant } from '../database/database.js';
import { killChallenges } from '../otp/otp-challenge.repository.js';
import { endSessions } from '../sessions/session.repository.js';
import type { User } from '../users/user.js';
import { readUser } from './sign-in.repository.js';

export interface PasswordChange {
  readonly userId: string;
  /** The session that asks, which goes on. */
  readonly sessionId: string;
  /** The hash that the current password was checked against, or null where there was no password. */
  readonly verifiedHash: string | null;
  readonly newHash: string;
  readonly now: Date;
  readonly ipAddress: string | null;
  readonly eventId: string;
}

export class ChangePasswordRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Counts a guess at the current password before it is checked. */
  async claim(userId: string, now: Date, limits: GuessLimits) {
    const subject = passwordOf(sql`${userId}::uuid`);
    const [row] = await this.#db.execute<{ admitted: boolean; locked_until: string | null; guesses_left: number }>(
      claimGuess({ subject, now, limits }),
    );
    if (!row) throw new Error('Claiming a guess returned no row.');
    const lockedUntil = row.locked_until === null ? null : new Date(row.locked_until);
    return { admitted: row.admitted, lockedUntil, guessesLeft: row.guesses_left };
  }

  /**
   * Changes the password if it still is the one that was checked, ends every other session, and kills the codes under
   * way: whoever held one of them may be why the password is changed. Null when somebody else was quicker.
   */
  async change(change: PasswordChange): Promise<User | null> {
    const { userId, sessionId, verifiedHash, newHash, now, ipAddress, eventId } = change;
    const subject = passwordOf(sql`${userId}::uuid`);
    const changed = sql`EXISTS (SELECT 1 FROM changed)`;
    const [row] = await this.#db.execute<{ person: Record<string, unknown>; city: Record<string, unknown> | null }>(sql`
      WITH changed AS (
        UPDATE users SET password_hash = ${newHash}, updated_at = ${instant(now)}
        WHERE id = ${userId}::uuid AND password_hash IS NOT DISTINCT FROM ${verifiedHash}
        RETURNING *
      ),
      ended AS (${endSessions(sql`SELECT id FROM changed`, now, sessionId)}),
      killed AS (${killChallenges(sql`SELECT phone_number FROM changed WHERE phone_verified_at IS NOT NULL`, now)}),
      returned AS (${returnGuess({ subject, claimedAt: now, when: sql`${verifiedHash !== null}::boolean AND ${changed}` })}),
      event AS (${recordEvent(
        { id: eventId, at: now, kind: 'password_changed', ipAddress },
        sql`(SELECT ${sessionId}::uuid AS id, changed.id AS user_id FROM changed)`,
      )})
      SELECT to_jsonb(p) AS person, to_jsonb(c) AS city FROM changed p LEFT JOIN cities c ON c.id = p.location_id`);
    if (!row) return null;
    // Once more: a sign-in with the old password that was under way is visible to a new statement only.
    await this.#db.execute(endSessions(sql`SELECT ${userId}::uuid`, now, sessionId));
    return readUser(row.person, row.city);
  }
}
