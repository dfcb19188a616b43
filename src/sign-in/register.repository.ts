import { sql } from 'drizzle-orm';
import { budgetLocked, lockBudget, returnGuess } from '../budgets/guess-budget.repository.js';
import { codesOf } from '../budgets/guess-subject.js';
import { type Database, instant } from '../database/database.js';
import { constraintOf } from '../database/database-errors.js';
import { rememberDevice } from '../devices/device.repository.js';
import { consumeChallenge, type RightGuess, returnAttempt } from '../otp/otp-challenge.repository.js';
import { beginSession, type NewSession } from '../sessions/session.repository.js';
import { readUser } from '../users/read-user.js';
import type { User } from '../users/user.js';
import { exists, readUsedCode, type UsedCode, type UsedCodeRow } from './sign-in.repository.js';

export interface NewUser {
  readonly id: string;
  readonly phoneNumber: string;
  readonly email: string;
  readonly username: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly locale: string | null;
  readonly locationId: number | null;
  readonly passwordHash: string;
}

export type RegistrationResult =
  | { readonly kind: 'registered'; readonly user: User; readonly code: UsedCode }
  | { readonly kind: 'taken'; readonly field: 'phoneNumber' | 'email' | 'username' }
  /** Somebody else used the code in the meantime. */
  | { readonly kind: 'lost' };

/** The statement that makes an account, with its code if one was given and its first session. */
export class RegisterRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Makes the account, begins its session and, with a right code, uses that up: one statement, so that an account that
   * cannot be made leaves the code usable, and a code makes one account at most. The unique indexes decide between two
   * who want the same name at the same moment.
   */
  async register(parts: { user: NewUser; session: NewSession; guess: RightGuess | null }): Promise<RegistrationResult> {
    try {
      return await this.#insert(parts);
    } catch (error) {
      const constraint = constraintOf(error);
      if (constraint === 'users_email') return { kind: 'taken', field: 'email' };
      if (constraint === 'users_username') return { kind: 'taken', field: 'username' };
      if (constraint === 'users_proved_phone_number') return { kind: 'taken', field: 'phoneNumber' };
      throw error;
    }
  }

  /** Gives a right guess back that was not used, because something else about the registration was wrong. */
  async release(guess: RightGuess): Promise<void> {
    await this.#db.execute(sql`
      WITH budget AS (${lockBudget(codesOf(guess.phoneNumber))}),
      kept AS (${returnAttempt(guess, budgetLocked)})
      ${returnGuess({ subject: codesOf(guess.phoneNumber), claimedAt: guess.now, when: exists(sql`kept`) })}`);
  }

  async #insert(parts: { user: NewUser; session: NewSession; guess: RightGuess | null }): Promise<RegistrationResult> {
    const { user, session, guess } = parts;
    const now = instant(session.now);
    const free = sql`NOT EXISTS (SELECT 1 FROM owner)`;
    const proof = guess
      ? consumeChallenge(guess, sql`${budgetLocked} AND ${free}`)
      : sql`SELECT ${user.id}::uuid AS challenge_id, ${now} AS created_at, '{}'::text[] AS counted_under WHERE ${free}`;
    const returned =
      guess && returnGuess({ subject: codesOf(user.phoneNumber), claimedAt: guess.now, when: exists(sql`proof`) });
    const [row] = await this.#db.execute<RegistrationRow>(sql`
      WITH owner AS (
        SELECT id FROM users WHERE phone_number = ${user.phoneNumber} AND phone_verified_at IS NOT NULL
      ),
      budget AS (${lockBudget(codesOf(user.phoneNumber))}),
      proof AS (${proof}),
      returned AS (${returned ?? sql`SELECT 1`}),
      detached AS (
        UPDATE users SET phone_number = NULL, updated_at = ${now}
        WHERE ${guess !== null}::boolean AND phone_number = ${user.phoneNumber} AND phone_verified_at IS NULL
          AND ${exists(sql`proof`)}
      ),
      created AS (
        INSERT INTO users (id, phone_number, phone_verified_at, email, username, first_name, last_name, locale,
          location_id, password_hash, created_at, updated_at)
        SELECT ${user.id}::uuid, ${user.phoneNumber}, ${guess ? now : sql`NULL::timestamptz`}, ${user.email},
          ${user.username}, ${user.firstName}, ${user.lastName}, ${user.locale}, ${user.locationId}::int,
          ${user.passwordHash}, ${now}, ${now}
        FROM proof
        RETURNING *
      ),
      session AS (${beginSession(session, sql`created`)}),
      device AS (${rememberDevice(session, sql`session`)})
      SELECT to_jsonb(p) AS person, to_jsonb(c) AS city, EXISTS (SELECT 1 FROM owner) AS phone_number_taken,
        (SELECT counted_under FROM proof) AS counted_under, (SELECT created_at FROM proof) AS code_created_at
      FROM (SELECT 1) one LEFT JOIN created p ON true LEFT JOIN cities c ON c.id = p.location_id`);
    if (row?.person) return { kind: 'registered', user: readUser(row.person, row.city), code: readUsedCode(row) };
    return row?.phone_number_taken ? { kind: 'taken', field: 'phoneNumber' } : { kind: 'lost' };
  }
}

interface RegistrationRow extends UsedCodeRow, Record<string, unknown> {
  person: Record<string, unknown> | null;
  city: Record<string, unknown> | null;
  phone_number_taken: boolean;
}
