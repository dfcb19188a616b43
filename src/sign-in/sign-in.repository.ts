import { sql } from 'drizzle-orm';
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
import { beginSession, endSurplus, type NewSession, sessionValues } from '../sessions/session-fragments.js';
import { readUser } from '../users/read-user.js';
import type { User } from '../users/user.js';
import type { FirstVerificationFacts } from './first-verification/decision.js';
import {
  type BroughtTokens,
  type FactsRow,
  proofs,
  proofValues,
  readFacts,
  registrations,
} from './first-verification/facts.js';
import { releaseGuess, withGuess } from './release-guess.js';

export interface SignInCompletion {
  readonly guess: RightGuess;
  readonly session: NewSession;
  readonly tokens: BroughtTokens;
  /** The account to make for a number without one, or null to leave the code unused instead. */
  readonly newUser: { readonly id: string; readonly locale: string | null } | null;
  /** Whether the number goes to a new account although others were registered with it. They lose the number. */
  readonly anew: boolean;
}

export type SignInResult =
  | {
      readonly kind: 'signed_in';
      readonly session: NewSession;
      readonly user: User;
      readonly newMember: boolean;
      readonly code: UsedChallenge;
    }
  /** The number has no account and none may be made; the code stays good. */
  | { readonly kind: 'unknown_phone' }
  /** Accounts were registered with the number, and none has verified it. The code stays good, and the guess is counted. */
  | { readonly kind: 'registered'; readonly facts: FirstVerificationFacts }
  /** Another submission used the code in the meantime. */
  | { readonly kind: 'lost' };

/** What a right code does: it signs in. */
export class SignInRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Uses the code up and signs its user in. It leaves the code alone and says so where the number has no account and none
   * may be made, or where accounts were only registered with the number.
   */
  async signIn({ guess, session, tokens, newUser, anew }: SignInCompletion): Promise<SignInResult> {
    const values = {
      ...guessValues(guess),
      ...sessionValues(session),
      ...proofValues(tokens),
      newUserId: newUser?.id ?? null,
      newUserLocale: newUser?.locale ?? null,
      anew,
    };
    const [row] = await withGuess(this.#db, guess, () => signIn.run(this.#db, values));
    const facts = row ? readFacts(row) : null;
    if (facts) return { kind: 'registered', facts };
    if (row?.unknown && newUser === null) return this.leave(guess);
    const code = row && readUsedChallenge(guess.challengeId, row);
    if (!row?.person || !code) return { kind: 'lost' };
    return { kind: 'signed_in', session, user: readUser(row.person, row.city), newMember: row.unknown, code };
  }

  /** Gives the guess back and leaves the code as it is, because the number has no account that may be signed in. */
  async leave(guess: RightGuess): Promise<{ readonly kind: 'unknown_phone' | 'lost' }> {
    return { kind: (await releaseGuess(this.#db, guess)) ? 'unknown_phone' : 'lost' };
  }
}

interface SignInRow extends UsedChallengeRow, FactsRow {
  /** The account; null: the code was not used up. */
  readonly person: Record<string, unknown> | null;
  readonly city: Record<string, unknown> | null;
  /** The number had no verified account. */
  readonly unknown: boolean;
}

type SignInValues = ReturnType<typeof guessValues> &
  ReturnType<typeof sessionValues> &
  ReturnType<typeof proofValues> & {
    readonly newUserId: string | null;
    readonly newUserLocale: string | null;
    readonly anew: boolean;
  };

const [phoneNumber, now] = [parameter('destination', 'text'), parameter('now', 'timestamptz')];
const newUserId = parameter('newUserId', 'uuid');

/**
 * Uses a code up and signs in, for a number with a verified account, with none, or where a new one takes the number from
 * those that were registered with it. One statement, so that of fifty submissions of one code exactly one gets through,
 * and so that a crash leaves either all of it or a code that still works. All sign-ins of one number meet at the
 * challenge's row. Where the number was only registered, it is the look of the first verification: it writes nothing.
 *
 * Raw, because the builder cannot insert into several tables from what the parts before returned. `detached` is also for
 * an account that was registered at the very moment in which another one verified the number.
 */
const signIn = new Statement<SignInRow, SignInValues>(
  'verifyOtp: sign in',
  sql`
    WITH owner AS (SELECT * FROM users WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NOT NULL),
    ${registrations},
    registered AS (
      SELECT id, created_at FROM registrations
      WHERE NOT ${parameter('anew', 'boolean')} AND NOT EXISTS (SELECT 1 FROM owner) LIMIT 2
    ),
    wanted AS (
      SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM registered)
        AND (EXISTS (SELECT 1 FROM owner) OR ${newUserId} IS NOT NULL)
    ),
    consumed AS (${consumeChallenge(sql`EXISTS (SELECT 1 FROM wanted)`)}),
    returned AS (${settleGuess(sql`consumed`, sql`EXISTS (SELECT 1 FROM wanted)`)}),
    detached AS (
      UPDATE users SET phone_number = NULL, updated_at = ${now}
      WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NULL AND EXISTS (SELECT 1 FROM consumed)
    ),
    created AS (
      INSERT INTO users (id, phone_number, phone_verified_at, locale, last_used_at, created_at, updated_at)
      SELECT ${newUserId}, ${phoneNumber}, ${now}, ${parameter('newUserLocale', 'text')}, ${now}, ${now}, ${now}
      FROM consumed WHERE NOT EXISTS (SELECT 1 FROM owner)
      RETURNING *
    ),
    person AS (SELECT * FROM created UNION ALL SELECT owner.* FROM owner, consumed),
    session AS (${beginSession(sql`person`)}),
    device AS (${rememberDevice(sql`session`)}),
    surplus AS (${endSurplus(sql`device`)})
    SELECT to_jsonb(person) AS person, to_jsonb(cities) AS city, consumed.*, NOT EXISTS (SELECT 1 FROM owner) AS unknown,
      (SELECT jsonb_agg(registered) FROM registered) AS registered, proof.*
    FROM (SELECT 1) one LEFT JOIN consumed ON true LEFT JOIN person ON true
      LEFT JOIN cities ON cities.id = person.location_id
      LEFT JOIN (${proofs} WHERE EXISTS (SELECT 1 FROM registered)) proof ON true`,
);
