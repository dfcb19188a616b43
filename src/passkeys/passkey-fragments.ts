import { type SQL, sql } from 'drizzle-orm';
import { parameter } from '../database/statement.js';
import { addSeconds } from '../platform/clock.js';
import { type AnsweredChallenge, CHALLENGE_SECONDS, firstIdOf } from './challenges.js';
import type { PasskeyRow } from './passkey.table.js';

/** Parts of statements in other rooms. */

const now = parameter('now', 'timestamptz');
const passkeyId = parameter('passkeyId', 'uuid');
const newCounter = parameter('newCounter', 'bigint');
/** Seconds that the clocks of two processes may be apart. A spent challenge is kept for as long after its end. */
const CLOCKS_APART = 300;

/**
 * Whether the account `account` (the name of a row of `users`) has a passkey that counts as a proof of its owner: true. False: those
 * that count were copied, so they open nothing, and protect the account all the same. Null: it has none. One look at an index.
 */
export function countedPasskey(account: SQL): SQL {
  return sql`(
      SELECT bool_or(k.cloned_at IS NULL) FROM passkeys k
      WHERE k.user_id = ${account}.id AND (k.trusted_from IS NULL OR k.trusted_from <= ${now}))`;
}

/**
 * The passkeys of the users that `owners` (a subquery of ids) holds prove nothing for so many seconds: they were not shown when
 * it mattered, so their owner has probably lost them. They still sign in.
 */
export function doubtPasskeys(owners: SQL, seconds: number): SQL {
  return sql`
    UPDATE passkeys SET trusted_from = ${now} + make_interval(secs => ${sql.raw(String(seconds))})
    WHERE user_id IN (${owners}) AND (trusted_from IS NULL OR trusted_from <= ${now})`;
}

/** Whether the account with this id has a passkey at all: one that signs in, whether or not it counts as a proof yet. */
export function hasAnyPasskey(accountId: SQL): SQL {
  return sql`EXISTS (SELECT 1 FROM passkeys k WHERE k.user_id = ${accountId} AND k.cloned_at IS NULL)`;
}

/** Whether a counter went on. Authenticators without one say 0 for ever. */
const wentOn = sql`(counter < ${newCounter} OR counter = 0 AND ${newCounter} = 0)`;

/** A passkey by its id, where it is still that of the account (`owner` is a subquery of an id) and has not been copied. */
const stillOf = (owner: SQL) => sql`id = ${passkeyId} AND user_id = (${owner}) AND cloned_at IS NULL`;

const answered = parameter('challengeId', 'uuid');
/** A challenge that was answered stands in the row of the passkey. No other passkey can have answered it. */
const unspent = sql`${answered} <> ALL (spent_challenges)`;

/**
 * The part `used`: uses a passkey that answered rightly, and spends the challenge. `owner` is a subquery of the id of the account's
 * locked row. It has a row where the key is still the account's, its counter went on, and it has not answered the challenge
 * before. Of all who show the same answer at the same moment, one has a row.
 */
export function spendPasskey(owner: SQL): SQL {
  return sql`
    used AS (
      UPDATE passkeys SET counter = ${newCounter}, backed_up = ${parameter('backedUp', 'boolean')}, last_used_at = ${now},
        spent_challenges = array_append(ARRAY(
          SELECT c FROM unnest(spent_challenges) c WHERE c >= ${parameter('oldestKept', 'uuid')}
        ), ${answered})
      WHERE ${stillOf(owner)} AND ${wentOn} AND ${unspent} RETURNING id
    )`;
}

/**
 * The part `spent`, for a challenge that no passkey in the database has answered: spends it, if `when` (a table expression) has a
 * row. Of all who answer it at the same moment, one has a row.
 */
export function spendChallenge(when: SQL): SQL {
  return sql`
    spent AS (
      INSERT INTO spent_passkey_challenges (id, expires_at)
      SELECT ${parameter('challengeId', 'uuid')}, ${parameter('challengeExpiresAt', 'timestamptz')} FROM ${when}
      ON CONFLICT DO NOTHING RETURNING id
    )`;
}

/**
 * The part `cloned`: of a passkey whose counter went back, writes down that there are two copies of it. An old answer that is shown
 * again does not look like a copy: its challenge is spent.
 */
export function findCloned(owner: SQL): SQL {
  return sql`
    cloned AS (
      UPDATE passkeys SET cloned_at = ${now} WHERE ${stillOf(owner)} AND NOT ${wentOn} AND ${unspent}
      RETURNING id, user_id, name
    )`;
}

/** A passkey that answered a challenge, and what was said with it. */
export interface RightPasskey {
  readonly passkey: Pick<PasskeyRow, 'id'>;
  readonly challenge: Pick<AnsweredChallenge, 'id' | 'expiresAt'>;
  readonly counter: number;
  readonly backedUp: boolean;
}

/** Values for the parameters of `spendPasskey` and `findCloned`, besides `now`. */
export function passkeyValues({ passkey, challenge, counter, backedUp }: RightPasskey) {
  const oldestKept = firstIdOf(addSeconds(challenge.expiresAt, -CHALLENGE_SECONDS - CLOCKS_APART));
  return { passkeyId: passkey.id, challengeId: challenge.id, oldestKept, newCounter: counter, backedUp };
}

/** Whether a passkey, as it was read, has answered this very challenge before, and could have answered it with this counter. */
export function hasAnswered(
  { counter, clonedAt, spentChallenges }: PasskeyRow,
  { challenge, ...said }: Pick<RightPasskey, 'challenge' | 'counter'>,
): boolean {
  const goesOn = counter < said.counter || (counter === 0 && said.counter === 0);
  return clonedAt === null && goesOn && spentChallenges.includes(challenge.id);
}

/** Values for the parameters of `spendChallenge`. */
export function challengeValues({ id, expiresAt }: Pick<AnsweredChallenge, 'id' | 'expiresAt'>) {
  return { challengeId: id, challengeExpiresAt: expiresAt };
}
