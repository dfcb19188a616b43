import { sql } from 'drizzle-orm';
import { lockBudget, returnUsedOrLate } from '../budgets/guess-budget.repository.js';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { rememberDevice } from '../devices/device.repository.js';
import {
  consumeChallenge,
  guessValues,
  type RightGuess,
  readUsedChallenge,
  type UsedChallenge,
  type UsedChallengeRow,
} from '../otp/challenge-use.js';
import type { AccessTokenClaims } from '../sessions/access-token.js';
import { beginSession, endSurplus, type NewSession, sessionValues } from '../sessions/session-fragments.js';
import { readUser } from '../users/read-user.js';
import type { User } from '../users/user.js';
import { verifyFirst } from './first-verification.js';
import { releaseGuess } from './release-guess.js';

export interface SignInCompletion {
  readonly guess: RightGuess;
  readonly session: NewSession;
  /** The access token that came with the call, if it is valid. Only a living session counts. */
  readonly signedInAs: AccessTokenClaims | null;
  /** The account to make for a number without one, or null to leave the code unused instead. */
  readonly newUser: { readonly id: string; readonly locale: string | null } | null;
}

export type SignInResult =
  | { readonly kind: 'signed_in'; readonly user: User; readonly newMember: boolean; readonly code: UsedChallenge }
  /** The number has no account and none may be made; the code stays good. */
  | { readonly kind: 'unknown_phone' }
  /** Another submission used the code in the meantime. */
  | { readonly kind: 'lost' };

/** What a right code does: it signs in. */
export class SignInRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Uses the code up and signs its user in. Usually that is one statement. It leaves the code alone and says so where
   * the number has no account and none may be made, or where accounts were only registered with the number.
   */
  async complete(completion: SignInCompletion): Promise<SignInResult> {
    const { guess, session, newUser } = completion;
    const [row] = await signIn.run(this.#db, {
      ...guessValues(guess),
      ...sessionValues(session),
      newUserId: newUser?.id ?? null,
      newUserLocale: newUser?.locale ?? null,
    });
    if (row?.registered) {
      const verified = await verifyFirst(this.#db, completion);
      return verified ? { kind: 'signed_in', newMember: false, ...verified } : { kind: 'lost' };
    }
    if (row?.unknown && newUser === null) {
      return { kind: (await releaseGuess(this.#db, guess)) ? 'unknown_phone' : 'lost' };
    }
    const code = row && readUsedChallenge(guess.challengeId, row);
    if (!row?.person || !code) return { kind: 'lost' };
    return { kind: 'signed_in', user: readUser(row.person, row.city), newMember: row.unknown, code };
  }
}

interface SignInRow extends UsedChallengeRow {
  /** The account; null: the code was not used up. */
  readonly person: Record<string, unknown> | null;
  readonly city: Record<string, unknown> | null;
  /** The number had no verified account. */
  readonly unknown: boolean;
  /** Only unverified accounts have the number. */
  readonly registered: boolean;
}

type SignInValues = ReturnType<typeof guessValues> &
  ReturnType<typeof sessionValues> & { readonly newUserId: string | null; readonly newUserLocale: string | null };

const [phoneNumber, now] = [parameter('phoneNumber', 'text'), parameter('now', 'timestamptz')];
const newUserId = parameter('newUserId', 'uuid');

/**
 * Uses a code up and signs in, for a number with a verified account or with none. One statement, so that of fifty
 * submissions of one code exactly one gets through, and so that a crash leaves either all of it or a code that still
 * works. All sign-ins of one number meet at the challenge's row.
 *
 * Raw, because the builder cannot insert into several tables from what the parts before returned. `detached` is for an
 * account that was registered at the very moment in which another one verified the number.
 */
const signIn = new Statement<SignInRow, SignInValues>(
  'verifyOtp: sign in',
  sql`
    WITH owner AS (SELECT * FROM users WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NOT NULL),
    registered AS (
      SELECT 1 FROM users
      WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NULL AND NOT EXISTS (SELECT 1 FROM owner) LIMIT 1
    ),
    wanted AS (
      SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM registered)
        AND (EXISTS (SELECT 1 FROM owner) OR ${newUserId} IS NOT NULL)
    ),
    budget AS (${lockBudget}),
    consumed AS (${consumeChallenge(sql`EXISTS (SELECT 1 FROM budget) AND EXISTS (SELECT 1 FROM wanted)`)}),
    returned AS (${returnUsedOrLate(sql`EXISTS (SELECT 1 FROM consumed)`, sql`EXISTS (SELECT 1 FROM wanted)`)}),
    detached AS (
      UPDATE users SET phone_number = NULL, updated_at = ${now}
      WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NULL AND EXISTS (SELECT 1 FROM consumed)
    ),
    created AS (
      INSERT INTO users (id, phone_number, phone_verified_at, locale, created_at, updated_at)
      SELECT ${newUserId}, ${phoneNumber}, ${now}, ${parameter('newUserLocale', 'text')}, ${now}, ${now}
      FROM consumed WHERE NOT EXISTS (SELECT 1 FROM owner)
      RETURNING *
    ),
    person AS (SELECT * FROM created UNION ALL SELECT owner.* FROM owner, consumed),
    session AS (${beginSession(sql`person`)}),
    device AS (${rememberDevice(sql`session`)}),
    surplus AS (${endSurplus(sql`device`)})
    SELECT to_jsonb(person) AS person, to_jsonb(cities) AS city, consumed.*,
      NOT EXISTS (SELECT 1 FROM owner) AS unknown, EXISTS (SELECT 1 FROM registered) AS registered
    FROM (SELECT 1) one LEFT JOIN consumed ON true LEFT JOIN person ON true
      LEFT JOIN cities ON cities.id = person.location_id`,
);
