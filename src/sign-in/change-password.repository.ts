import { type SQL, sql } from 'drizzle-orm';
import { recordEvent } from '../audit/audit-event.repository.js';
import { claimGuess, type GuessLimits, returnGuess } from '../budgets/guess-budget.repository.js';
import { passwordFromDevice, passwordOf } from '../budgets/guess-subject.js';
import { type Database, instant } from '../database/database.js';
import { deviceBudget, forgetDevices } from '../devices/device.repository.js';
import { killChallenges } from '../otp/otp-challenge.repository.js';
import { endSessions, sameEpoch } from '../sessions/session.repository.js';
import { readUser } from '../users/read-user.js';
import type { User } from '../users/user.js';

export interface PasswordChange {
  readonly userId: string;
  /** The session that asks, which goes on, and the device that it is on, which stays known. */
  readonly sessionId: string;
  readonly deviceId: string | null;
  /** The hash that the current password was checked against, or null where there was no password. */
  readonly verifiedHash: string | null;
  readonly newHash: string;
  readonly now: Date;
  readonly ipAddress: string | null;
  readonly eventId: string;
}

export type PasswordChangeResult =
  | { readonly kind: 'changed'; readonly user: User }
  /** The session that asks was ended meanwhile. */
  | { readonly kind: 'session_over' }
  /** Somebody else changed the password meanwhile. */
  | { readonly kind: 'lost' };

export class ChangePasswordRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Counts a guess at the current password before it is checked: against the device of the session that asks, as at
   * `login`, so that strangers who guess at the password cannot keep its owner from changing it.
   */
  async claim(asking: { userId: string; deviceId: string | null }, now: Date, limits: GuessLimits) {
    const subject = subjectOf(asking);
    const [row] = await this.#db.execute<{ admitted: boolean; locked_until: string | null; guesses_left: number }>(
      claimGuess({ subject, now, limits, refuseSuspicious: sql`false` }),
    );
    if (!row) throw new Error('Claiming a guess returned no row.');
    const lockedUntil = row.locked_until === null ? null : new Date(row.locked_until);
    return { admitted: row.admitted, lockedUntil, guessesLeft: row.guesses_left };
  }

  /**
   * Changes the password if it still is the one that was checked and the session that asks still lives, ends every other
   * session, forgets every other device, and kills the codes under way: whoever held one of them may be why the password is changed. Hashing takes
   * its time, and the session may be ended meanwhile by whoever fears a thief: it is locked and looked at again here.
   */
  async change(change: PasswordChange): Promise<PasswordChangeResult> {
    const { userId, sessionId, deviceId, verifiedHash, newHash, now, ipAddress, eventId } = change;
    const subject = subjectOf(change);
    const [row] = await this.#db.execute<ChangeRow>(sql`
      WITH account AS (SELECT id FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE),
      asking AS (
        SELECT id, epoch FROM sessions
        WHERE id = ${sessionId}::uuid AND user_id = (SELECT id FROM account) AND ended_at IS NULL
          AND expires_at > ${instant(now)} AND ${sameEpoch(sql`sessions`)}
        FOR UPDATE
      ),
      changed AS (
        UPDATE users SET password_hash = ${newHash}, updated_at = ${instant(now)}, session_epoch = session_epoch + 1
        WHERE id = ${userId}::uuid AND password_hash IS NOT DISTINCT FROM ${verifiedHash}
          AND session_epoch <= (SELECT epoch FROM asking)
        RETURNING *
      ),
      kept AS (
        UPDATE sessions SET epoch = changed.session_epoch FROM changed WHERE sessions.id = ${sessionId}::uuid
      ),
      ended AS (${endSessions(sql`SELECT id FROM changed`, now, sessionId)}),
      kept_device AS (
        UPDATE devices SET epoch = changed.session_epoch FROM changed
        WHERE devices.user_id = changed.id AND devices.id = ${deviceId}::uuid
      ),
      forgotten AS (${forgetDevices(sql`SELECT id FROM changed`, sql`${deviceId}`)}),
      killed AS (${killChallenges(sql`SELECT phone_number FROM changed WHERE phone_verified_at IS NOT NULL`, now)}),
      returned AS (${returnGuess({ subject, claimedAt: now, when: sql`${verifiedHash !== null}::boolean` })}),
      event AS (${recordEvent(
        { id: eventId, at: now, kind: 'password_changed', ipAddress },
        sql`(SELECT ${sessionId}::uuid AS id, changed.id AS user_id FROM changed)`,
      )})
      SELECT to_jsonb(p) AS person, to_jsonb(c) AS city, EXISTS (SELECT 1 FROM asking) AS lives
      FROM (SELECT 1) one LEFT JOIN changed p ON true LEFT JOIN cities c ON c.id = p.location_id`);
    if (!row?.lives) return { kind: 'session_over' };
    if (!row.person) return { kind: 'lost' };
    return { kind: 'changed', user: readUser(row.person, row.city) };
  }
}

function subjectOf(asking: { userId: string; deviceId: string | null }): SQL {
  const account = passwordOf(sql`${asking.userId}::uuid`);
  return sql`coalesce(${passwordFromDevice(sql`(${deviceBudget(asking)})`)}, ${account})`;
}

interface ChangeRow extends Record<string, unknown> {
  person: Record<string, unknown> | null;
  city: Record<string, unknown> | null;
  lives: boolean;
}
