import { type SQL, sql } from 'drizzle-orm';
import { parameter } from '../../database/statement.js';
import { addSeconds } from '../../platform/clock.js';
import type { ShownProofs } from '../../sessions/session.service.js';
import type { User } from '../../users/user.js';
import { CONTINUATION_SECONDS } from './continuation-token.js';
import type { Opening } from './decision.js';

/** Parts of statements that keep what was shown until one more proof comes. */

export interface NewContinuation {
  readonly id: string;
  /** The number whose code was shown; null: none was. */
  readonly phoneNumber: string | null;
  readonly shown: ShownProofs;
  readonly decision: Extract<Opening, { readonly kind: 'further_proof' }>;
  /** The hash of the password that is set when the account opens; null: none is. */
  readonly newPasswordHash: string | null;
  readonly now: Date;
}

const now = parameter('now', 'timestamptz');

/**
 * Writes a continuation down for the one account that `accounts` (a table expression with `id` and `session_epoch`) holds.
 * Returns its `id`.
 */
export function beginContinuation(accounts: SQL): SQL {
  return sql`
    INSERT INTO sign_in_continuations (id, user_id, epoch, phone_number, shown, authentication_methods, new_account_allowed,
      new_password_hash, created_at, expires_at)
    SELECT ${parameter('continuationId', 'uuid')}, waiting.id, waiting.session_epoch, ${parameter('shownNumber', 'text')},
      ${parameter('shownProofs', 'text[]')}, ${parameter('shownMethods', 'text[]')}, ${parameter('newAccountAllowed', 'boolean')},
      ${parameter('newPasswordHash', 'text')}, ${now}, ${parameter('continuationExpiresAt', 'timestamptz')}
    FROM ${accounts} AS waiting RETURNING id`;
}

/**
 * Notes that somebody had a right code of an account that sleeps, and when that was first since the account was last used. `account` is the id of a locked row; `when` says that the code was used up.
 */
export function claimAccount(account: SQL, when: SQL): SQL {
  return sql`
    UPDATE users SET claimed_at = CASE WHEN claimed_at > last_used_at THEN claimed_at ELSE ${now} END
    WHERE id = ${account} AND ${parameter('claims', 'boolean')} AND ${when}`;
}

/** Values for the parameters of both, besides `now`. */
export function continuationValues({ id, phoneNumber, shown, decision, newPasswordHash, now: begun }: NewContinuation) {
  return {
    continuationId: id,
    shownNumber: phoneNumber,
    shownProofs: shown.proofs,
    shownMethods: shown.methods,
    newAccountAllowed: decision.newAccountAllowed,
    newPasswordHash,
    continuationExpiresAt: addSeconds(begun, CONTINUATION_SECONDS),
    claims: decision.claims,
  };
}

/** A continuation that waits, as far as statements judge it again. */
export interface HeldContinuation {
  readonly id: string;
  readonly user: Pick<User, 'id'>;
  readonly epoch: number;
  readonly phoneNumber: string | null;
}

/**
 * The parts `account` and `closed`: the account whose sign-in waits, if `stillHas` holds, and the continuation, which is used
 * now, if it still waits. Their rows are locked in this order, before all others. An account whose sessions were ended
 * together since has another epoch: what was shown then is worth nothing (docs/decisions/0022).
 */
export function closeContinuation(stillHas: SQL): SQL {
  return sql`
    account AS (
      SELECT * FROM users
      WHERE id = ${parameter('userId', 'uuid')} AND session_epoch <= ${parameter('heldEpoch', 'int')} AND ${stillHas}
      FOR NO KEY UPDATE
    ),
    closed AS (
      UPDATE sign_in_continuations SET used_at = ${now}
      WHERE id = ${parameter('heldId', 'uuid')} AND used_at IS NULL AND expires_at > ${now} AND EXISTS (SELECT 1 FROM account)
      RETURNING new_password_hash, new_account_allowed
    )`;
}

/** Values for the parameters of `closeContinuation`, besides `now`, and the number whose code was shown. */
export function heldValues({ id, user, epoch: heldEpoch, phoneNumber }: HeldContinuation) {
  return { heldId: id, userId: user.id, heldEpoch, heldNumber: phoneNumber };
}
