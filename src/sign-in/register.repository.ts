import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { rememberDevice } from '../devices/device.repository.js';
import {
  consumeChallenge,
  guessValues,
  type RightGuess,
  readUsedChallenge,
  settleGuess,
  type UsedChallenge,
  type UsedChallengeRow,
} from '../otp/challenge-use.js';
import { beginSession, type NewSession, recordSignIn, sessionValues } from '../sessions/session-fragments.js';
import { readUser } from '../users/read-user.js';
import type { User } from '../users/user.js';
import { releaseRefused, withGuess } from './release-guess.js';
import { nameTakenBy, type TakenName } from './taken-name.js';

export interface NewUser {
  readonly id: string;
  readonly phoneNumber: string;
  readonly email: string | null;
  readonly username: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly locale: string | null;
  readonly locationId: number | null;
  /** Null: the account has no password. */
  readonly passwordHash: string | null;
}

export type RegistrationResult =
  /** `code` is null where the account was registered without one. */
  | { readonly kind: 'registered'; readonly user: User; readonly code: UsedChallenge | null }
  | { readonly kind: 'taken'; readonly field: TakenName }
  /** Another submission used the code in the meantime. */
  | { readonly kind: 'lost' };

export interface RegistrationParts {
  readonly user: NewUser;
  readonly session: NewSession;
  readonly guess: RightGuess | null;
}

/** Makes an account with its first session, and uses up the code if there is one. */
export class RegisterRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Makes the account, begins its session and uses the right code up, if there is one. It is one statement: an account
   * that cannot be made leaves the code usable, and a code makes one account at most. The unique indexes decide between
   * two users who verify their numbers and want the same name at the same moment.
   */
  async register(parts: RegistrationParts): Promise<RegistrationResult> {
    try {
      return await this.#insert(parts);
    } catch (error) {
      const field = nameTakenBy(error);
      if (field !== null) return { kind: 'taken', field };
      throw error;
    }
  }

  /** Does what a right guess is needed for. If the database cannot do it now, the guess is given back. */
  withGuess<Result>(guess: RightGuess, use: () => Promise<Result>): Promise<Result> {
    return withGuess(this.#db, guess, use);
  }

  /**
   * Gives a right guess back that was not used, because something else about the registration was wrong. A code gives back
   * three guesses at most, or its holder could ask on and on which email addresses and usernames are taken.
   */
  async release(guess: RightGuess): Promise<void> {
    await releaseRefused(this.#db, guess);
  }

  async #insert({ user, session, guess }: RegistrationParts): Promise<RegistrationResult> {
    const { id: newUserId, phoneNumber: destination, ...profile } = user;
    const values = { newUserId, destination, ...profile, ...sessionValues(session) };
    const [row] = guess
      ? await withGuess(this.#db, guess, () => registerVerified.run(this.#db, { ...values, ...guessValues(guess) }))
      : await registerUnverified.run(this.#db, values);
    if (row?.phone_number_taken) return { kind: 'taken', field: 'phoneNumber' };
    if (!row?.person) return { kind: 'lost' };
    const code = guess && readUsedChallenge(guess.challengeId, row);
    return { kind: 'registered', user: readUser(row.person, row.city), code };
  }
}

interface RegistrationRow extends UsedChallengeRow {
  readonly person: Record<string, unknown> | null;
  readonly city: Record<string, unknown> | null;
  readonly phone_number_taken: boolean;
}

type RegistrationValues = Omit<NewUser, 'id' | 'phoneNumber'> & {
  readonly newUserId: string;
  readonly destination: string;
} & ReturnType<typeof sessionValues>;

const [phoneNumber, now] = [parameter('destination', 'text'), parameter('now', 'timestamptz')];
const owner = sql`SELECT 1 FROM users WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NOT NULL`;

/** Raw, as the next one is, because the builder cannot write to several tables from what the parts before returned. */
const registerUnverified = new Statement<RegistrationRow, RegistrationValues>(
  'register: without a code',
  sql`
    WITH owner AS (${owner}),
    created AS (${insertUser(sql`NULL::timestamptz`)} WHERE NOT EXISTS (SELECT 1 FROM owner) RETURNING *),
    session AS (${beginSession(sql`created`)}),
    device AS (${rememberDevice(sql`session`)}),
    event AS (${recordSignIn(sql`session`, ['registered'], phoneNumber)})
    SELECT to_jsonb(created) AS person, to_jsonb(cities) AS city, EXISTS (SELECT 1 FROM owner) AS phone_number_taken,
      NULL AS created_at, NULL AS counted_under
    FROM (SELECT 1) one LEFT JOIN created ON true LEFT JOIN cities ON cities.id = created.location_id`,
);

const registerVerified = new Statement<RegistrationRow, RegistrationValues & ReturnType<typeof guessValues>>(
  'register: with a code',
  sql`
    WITH owner AS (${owner}),
    consumed AS (${consumeChallenge(sql`NOT EXISTS (SELECT 1 FROM owner)`)}),
    returned AS (${settleGuess(sql`consumed`, sql`NOT EXISTS (SELECT 1 FROM owner)`)}),
    detached AS (
      UPDATE users SET phone_number = NULL, updated_at = ${now}
      WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NULL AND EXISTS (SELECT 1 FROM consumed)
    ),
    created AS (${insertUser(now)} FROM consumed RETURNING *),
    session AS (${beginSession(sql`created`)}),
    device AS (${rememberDevice(sql`session`)}),
    event AS (${recordSignIn(sql`session`, ['registered', 'phone_verified'], phoneNumber)})
    SELECT to_jsonb(created) AS person, to_jsonb(cities) AS city, EXISTS (SELECT 1 FROM owner) AS phone_number_taken,
      consumed.*
    FROM (SELECT 1) one LEFT JOIN consumed ON true LEFT JOIN created ON true
      LEFT JOIN cities ON cities.id = created.location_id`,
);

function insertUser(phoneVerifiedAt: SQL): SQL {
  return sql`
    INSERT INTO users (id, phone_number, phone_verified_at, email, username, first_name, last_name, locale, location_id,
      password_hash, last_used_at, created_at, updated_at)
    SELECT ${parameter('newUserId', 'uuid')}, ${phoneNumber}, ${phoneVerifiedAt}, ${parameter('email', 'text')},
      ${parameter('username', 'text')}, ${parameter('firstName', 'text')}, ${parameter('lastName', 'text')},
      ${parameter('locale', 'text')}, ${parameter('locationId', 'int')}, ${parameter('passwordHash', 'text')},
      ${now}, ${now}, ${now}`;
}
