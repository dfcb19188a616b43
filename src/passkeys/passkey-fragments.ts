import { type SQL, sql } from 'drizzle-orm';
import { parameter } from '../database/statement.js';
import type { AnsweredChallenge } from './challenges.js';
import type { PasskeyRow } from './passkey.table.js';

/** Parts of statements in other rooms. */

const now = parameter('now', 'timestamptz');
const passkeyId = parameter('passkeyId', 'uuid');
const newCounter = parameter('newCounter', 'bigint');

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

/**
 * Uses a passkey that answered rightly, as the parts `passkey`, `spent` and `used`. `owner` is a subquery of the id of the account's
 * locked row. `passkey` has a row where the key is still the account's, and its counter went on; `used` has one where the
 * challenge was not spent before, too.
 */
export function spendPasskey(owner: SQL): SQL {
  return sql`
    passkey AS (
      SELECT id FROM passkeys
      WHERE id = ${passkeyId} AND user_id = (${owner}) AND cloned_at IS NULL AND ${wentOn}
      FOR UPDATE
    ),
    ${spendChallenge(sql`passkey`)},
    used AS (
      UPDATE passkeys SET counter = ${newCounter}, backed_up = ${parameter('backedUp', 'boolean')}, last_used_at = ${now}
      FROM spent WHERE passkeys.id = (SELECT id FROM passkey) RETURNING passkeys.id
    )`;
}

/**
 * The part `spent`: spends the challenge, if `when` (a table expression) has a row. Of all who answer it at the same moment, one has a row.
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
 * The part `cloned`: of a passkey whose counter went back, writes down that there are two copies of it. Its challenge must be
 * spent, so that an old answer, shown again, does not look like a copy.
 */
export function findCloned(owner: SQL): SQL {
  return sql`
    copied AS (
      SELECT id FROM passkeys
      WHERE id = ${passkeyId} AND user_id = (${owner}) AND cloned_at IS NULL AND NOT ${wentOn}
      FOR UPDATE
    ),
    ${spendChallenge(sql`copied`)},
    cloned AS (
      UPDATE passkeys SET cloned_at = ${now} FROM spent WHERE passkeys.id = (SELECT id FROM copied)
      RETURNING passkeys.id, passkeys.user_id, passkeys.name
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
  return { passkeyId: passkey.id, ...challengeValues(challenge), newCounter: counter, backedUp };
}

/** Values for the parameters of `spendChallenge`. */
export function challengeValues({ id, expiresAt }: Pick<AnsweredChallenge, 'id' | 'expiresAt'>) {
  return { challengeId: id, challengeExpiresAt: expiresAt };
}
