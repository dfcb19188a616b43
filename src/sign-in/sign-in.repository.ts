import { type SQL, sql } from 'drizzle-orm';
import { budgetLocked, lockBudget, returnGuess } from '../budgets/guess-budget.repository.js';
import { codesOf } from '../budgets/guess-subject.js';
import { type Database, instant } from '../database/database.js';
import { forgetDevices, rememberDevice } from '../devices/device.repository.js';
import { consumeChallenge, type RightGuess, returnAttempt } from '../otp/otp-challenge.repository.js';
import type { AccessTokenClaims } from '../sessions/access-token.js';
import { beginSession, endSessions, liveSessionUser, type NewSession } from '../sessions/session.repository.js';
import { readUser } from '../users/read-user.js';
import type { User } from '../users/user.js';

export interface SignInCompletion {
  readonly guess: RightGuess;
  readonly session: NewSession;
  /** Whoever asks with a valid access token; only a living session counts. */
  readonly signedInAs: AccessTokenClaims | null;
  /** The account to make for an unknown number, or null to leave the code unused instead. */
  readonly newUser: { readonly id: string; readonly locale: string | null } | null;
}

export type SignInResult =
  | { readonly kind: 'signed_in'; readonly user: User; readonly newMember: boolean; readonly code: UsedCode }
  /** The number has no account and none may be made; the code stays good. */
  | { readonly kind: 'unknown_phone' }
  /** Somebody else used the code in the meantime. */
  | { readonly kind: 'lost' };

/** What the pumping guard is told of a code that was used. */
export interface UsedCode {
  /** The counters that its send was counted under. */
  readonly countedUnder: readonly string[];
  readonly createdAt: Date;
}

/** The statement that joins codes, users and sessions when a code was right. */
export class SignInRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Uses the code up and signs its user in: one statement, so that of fifty submissions of one code exactly one gets
   * through, and so that a crash leaves either all of it or a code that still works. All sign-ins of one number meet
   * at the challenge's row.
   *
   * Who proves a number owns its account. If it was only claimed before, and not by whoever is signed in right now,
   * what the claimant could come back with goes: password, email, sessions, and rights that were given to them.
   */
  async complete({ guess, session, signedInAs, newUser }: SignInCompletion): Promise<SignInResult> {
    const { phoneNumber, knownDevice, now } = guess;
    const subject = codesOf(phoneNumber, knownDevice);
    const takenOver = sql`SELECT id FROM owner WHERE stranger AND ${exists(sql`consumed`)}`;
    const mayUse = sql`(${newUser !== null}::boolean OR EXISTS (SELECT 1 FROM owner))`;
    const [row] = await this.#db.execute<SignInRow>(sql`
      WITH signed_in AS (${liveSessionUser(signedInAs, now)}),
      owner AS (
        SELECT u.id, u.phone_verified_at IS NULL AS unproved,
          u.phone_verified_at IS NULL AND u.id NOT IN (SELECT user_id FROM signed_in) AS stranger
        FROM users u WHERE u.phone_number = ${phoneNumber}
        ORDER BY u.phone_verified_at IS NULL, u.id IN (SELECT user_id FROM signed_in) DESC, u.created_at DESC, u.id
        LIMIT 1
      ),
      budget AS (${lockBudget(subject)}),
      consumed AS (${consumeChallenge(guess, sql`${budgetLocked} AND ${mayUse}`)}),
      kept AS (${returnAttempt(guess, sql`${budgetLocked} AND NOT ${mayUse}`)}),
      returned AS (${returnGuess({ subject, claimedAt: now, when: exists(sql`consumed UNION ALL SELECT challenge_id FROM kept`) })}),
      ended AS (${endSessions(takenOver, now)}),
      forgotten AS (${forgetDevices(takenOver, sql`${session.deviceId}`)}),
      detached AS (
        UPDATE users SET phone_number = NULL, updated_at = ${instant(now)}
        WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NULL AND id <> (SELECT id FROM owner)
          AND ${exists(sql`consumed`)}
      ),
      proved AS (
        UPDATE users u SET phone_verified_at = ${instant(now)}, updated_at = ${instant(now)},
          password_hash = CASE WHEN owner.stranger THEN NULL ELSE u.password_hash END,
          email = CASE WHEN owner.stranger THEN NULL ELSE u.email END,
          email_verified_at = CASE WHEN owner.stranger THEN NULL ELSE u.email_verified_at END,
          role = CASE WHEN owner.stranger THEN 'USER' ELSE u.role END,
          marketplace_access = u.marketplace_access AND NOT owner.stranger,
          business_type = CASE WHEN owner.stranger THEN NULL ELSE u.business_type END,
          shop_id = CASE WHEN owner.stranger THEN NULL ELSE u.shop_id END,
          b2b_verified = u.b2b_verified AND NOT owner.stranger,
          session_epoch = u.session_epoch + owner.stranger::int
        FROM owner WHERE u.id = owner.id AND owner.unproved AND ${exists(sql`consumed`)}
        RETURNING u.*
      ),
      created AS (
        INSERT INTO users (id, phone_number, phone_verified_at, locale, created_at, updated_at)
        SELECT ${newUser?.id ?? null}::uuid, ${phoneNumber}, ${instant(now)}, ${newUser?.locale ?? null},
          ${instant(now)}, ${instant(now)}
        FROM consumed WHERE NOT EXISTS (SELECT 1 FROM owner)
        RETURNING *
      ),
      person AS (
        SELECT * FROM proved
        UNION ALL SELECT * FROM created
        UNION ALL SELECT u.* FROM users u JOIN owner ON owner.id = u.id AND NOT owner.unproved
          WHERE ${exists(sql`consumed`)}
      ),
      session AS (${beginSession(session, sql`person`)}),
      device AS (${rememberDevice(session, sql`session`)})
      SELECT to_jsonb(p) AS person, to_jsonb(c) AS city, EXISTS (SELECT 1 FROM created) AS new_member,
        EXISTS (SELECT 1 FROM kept) AS unknown_phone,
        (SELECT counted_under FROM consumed) AS counted_under, (SELECT created_at FROM consumed) AS code_created_at
      FROM (SELECT 1) one LEFT JOIN person p ON true LEFT JOIN cities c ON c.id = p.location_id`);
    if (!row?.person) return { kind: row?.unknown_phone ? 'unknown_phone' : 'lost' };
    const user = readUser(row.person, row.city);
    return { kind: 'signed_in', user, newMember: row.new_member, code: readUsedCode(row) };
  }
}

interface SignInRow extends UsedCodeRow, Record<string, unknown> {
  person: Record<string, unknown> | null;
  city: Record<string, unknown> | null;
  new_member: boolean;
  unknown_phone: boolean;
}

/** Columns of the used code; null where no code was used. */
export interface UsedCodeRow {
  readonly counted_under: string[] | null;
  readonly code_created_at: string;
}

export function readUsedCode({ counted_under, code_created_at }: UsedCodeRow): UsedCode {
  return { countedUnder: counted_under ?? [], createdAt: new Date(code_created_at) };
}

/** Whether a table expression of the statement has a row. */
export function exists(rows: SQL): SQL {
  return sql`EXISTS (SELECT 1 FROM (SELECT challenge_id FROM ${rows}) found)`;
}
