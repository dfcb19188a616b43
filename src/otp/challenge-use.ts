import { type SQL, sql } from 'drizzle-orm';
import { returnUsedOrLate } from '../budgets/guess-budget.repository.js';
import { limits } from '../budgets/limits/limits.js';
import { parameter } from '../database/statement.js';
import type { KnownDevice } from '../devices/device.repository.js';
import type { ChallengePurpose } from './otp-purpose.js';

/** Parts of statements that use a code up, or give it back, together with something else. */

/** A right guess, claimed before, that is about to be used. */
export interface RightGuess {
  readonly destination: string;
  readonly purpose: ChallengePurpose;
  readonly challengeId: string;
  /** The device that it came from, where the number's account knows it. */
  readonly knownDevice: KnownDevice | null;
  /** What it was counted against. */
  readonly budget: string;
  /** Whether it came with a request token of this challenge. */
  readonly withToken: boolean;
  /** The send whose request token had its first guess with it: it is not counted at the number. Null: it is. */
  readonly firstOf: number | null;
  /** How the code was sent last; null: nothing is sent to a test number. */
  readonly channel: string | null;
  readonly now: Date;
  /** The lock that the claim of this guess set, to be lifted with the guess; null: it set none. */
  readonly ownLock: Date | null;
}

/** A challenge that was used up. */
export interface UsedChallenge {
  readonly challengeId: string;
  /** When its code was first sent, and the counters of the pumping guard that the send was counted under. */
  readonly createdAt: Date;
  readonly countedUnder: readonly string[];
}

/** The columns of a used challenge, as `consumeChallenge` returns them. */
export interface UsedChallengeRow {
  readonly created_at: string | null;
  readonly counted_under: string[] | null;
}

const now = parameter('now', 'timestamptz');

const thisChallenge = sql`
  phone_number = ${parameter('destination', 'text')} AND purpose = ${parameter('purpose', 'text')}
    AND challenge_id = ${parameter('challengeId', 'uuid')} AND consumed_at IS NULL`;

/** One attempt fewer, of those that the guess was counted with. */
const oneAttemptLess = sql`
  attempts = attempts - ${parameter('ofStrangers', 'int')}, device_attempts = device_attempts - ${parameter('ofDevices', 'int')},
    token_attempts = token_attempts - ${parameter('ofTokens', 'int')},
    first_guesses = array_remove(first_guesses, ${parameter('firstOf', 'int')})`;

/**
 * Uses a challenge up where `when` holds, and returns one row. No row means that another submission used it first, that
 * it is no longer alive, or that `when` did not hold. However many submit the same code, one gets the row.
 */
export function consumeChallenge(when: SQL): SQL {
  return sql`
    UPDATE otp_challenges SET consumed_at = ${now}, ${oneAttemptLess}
    WHERE ${thisChallenge} AND expires_at > ${now} AND ${when}
    RETURNING created_at, counted_under`;
}

/** Gives back the attempt of a right guess that was not used, so that the code stays good. One row where it did. */
export function returnAttempt(when: SQL): SQL {
  return sql`UPDATE otp_challenges SET ${oneAttemptLess} WHERE ${thisChallenge} AND ${when} RETURNING challenge_id`;
}

/** Attempts that one code gives back. */
const MOST_GIVEN_BACK = sql.raw(String(limits.guessesGivenBack.size.fixed));

/**
 * The same three times for each code. Later attempts stay counted. So no client gets more guesses by locking rows on
 * purpose, or asks on and on with one code which email addresses and usernames are taken.
 */
export function returnAttemptWithin(when: SQL): SQL {
  return sql`
    UPDATE otp_challenges SET ${oneAttemptLess}, given_back = given_back + 1
    WHERE ${thisChallenge} AND given_back < ${MOST_GIVEN_BACK} AND ${when} RETURNING challenge_id`;
}

/**
 * Gives a right guess back at its number. It was used where `used` (the part that updates the challenge) has a row, and late
 * where it has none.
 */
export function settleGuess(used: SQL, when: SQL): SQL {
  return returnUsedOrLate(sql`EXISTS (SELECT 1 FROM ${used})`, when);
}

/** Values for the parameters of `consumeChallenge`, `settleGuess`, and both ways to give an attempt back. */
export function guessValues(guess: RightGuess) {
  const { destination, purpose, challengeId, knownDevice, budget, withToken, firstOf, now, ownLock } = guess;
  const asDevice = knownDevice !== null;
  return {
    ...{ destination, purpose, challengeId, now, ownLock, firstOf },
    // The first guess with a request token was not counted at the number, so it changes nothing there.
    budget: firstOf === null ? budget : null,
    ofStrangers: Number(!asDevice && !withToken),
    ofDevices: Number(asDevice),
    ofTokens: Number(!asDevice && withToken),
  };
}

/** Null: the statement used no challenge up. */
export function readUsedChallenge(challengeId: string, row: UsedChallengeRow): UsedChallenge | null {
  if (row.created_at === null || row.counted_under === null) return null;
  return { challengeId, createdAt: new Date(row.created_at), countedUnder: row.counted_under };
}

/** Makes every code under way for the numbers and addresses that `destinations` (a subquery) holds worthless. */
export function killChallenges(destinations: SQL): SQL {
  return sql`
    UPDATE otp_challenges SET consumed_at = ${now} WHERE consumed_at IS NULL AND phone_number IN (${destinations})`;
}

/** What the accounts in `accounts` (a table expression with the columns of `users`) have verified, for `killChallenges`. */
export function destinationsOf(accounts: SQL): SQL {
  return sql`
    SELECT phone_number FROM ${accounts} WHERE phone_verified_at IS NOT NULL
    UNION ALL SELECT lower(email) FROM ${accounts} WHERE email_verified_at IS NOT NULL`;
}
