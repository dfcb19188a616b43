import { type SQL, sql } from 'drizzle-orm';
import { parameter } from '../../database/statement.js';
import { knowsDevice } from '../../devices/device.repository.js';
import { countedPasskey } from '../../passkeys/passkey-fragments.js';
import type { ProofMethod } from '../../sessions/proofs.js';
import { unlocked } from '../../users/account-lock.js';
import type { User } from '../../users/user.js';
import type { Role } from '../../users/user.table.js';
import type { OpeningFacts } from './decision.js';

/** The columns of `openingFacts`. */
export interface OpeningRow {
  readonly role: Role;
  readonly last_used_at: string;
  readonly claimed_at: string | null;
  readonly has: ProofMethod[];
  readonly guarded: boolean;
  readonly device_known: boolean;
}

/**
 * What `decideOpening` asks of the accounts in `accounts` (the name of a table expression with the columns of `users`), one
 * row each. The device is the one whose token came along: its parameters are those of `tokenValues`.
 */
export function openingFacts(accounts: SQL): SQL {
  const account = sql`sleeper`;
  return sql`
    SELECT ${account}.role, ${account}.last_used_at, ${account}.claimed_at, ${proofsOf(account)} AS has,
      passkey.counted IS NOT NULL AS guarded, ${knowsDevice(account)} AS device_known
    FROM ${accounts} AS ${account} CROSS JOIN LATERAL (SELECT ${countedPasskey(account)} AS counted) passkey`;
}

/** @param user the account, as it was read with the row. */
export function readOpeningFacts(row: OpeningRow, user: User): OpeningFacts {
  const { lockedAt, lockedUntil, sessionEpoch, emailTrustedFrom, passwordTrustedFrom } = user;
  return {
    ...{ lockedAt, lockedUntil, sessionEpoch, emailTrustedFrom, passwordTrustedFrom },
    role: row.role,
    lastUsedAt: new Date(row.last_used_at),
    claimedAt: row.claimed_at === null ? null : new Date(row.claimed_at),
    has: row.has,
    guarded: row.guarded,
    deviceKnown: row.device_known,
  };
}

/**
 * Whether what was decided by still holds at the row `account` (the name of a row of `users`), for the statement that locks
 * this row and writes. When the account was last used is left out: it only moves on, and every sign-in moves it. How many
 * proofs it has is enough to tell whether one was added or taken away. The epoch tells whether it was locked. Passkeys are not
 * looked at again: one that is added at this very moment comes too late, as it would a moment later.
 */
export function sameOpening(account: SQL): SQL {
  return sql`
    ${sameProofs(account)} AND ${account}.claimed_at IS NOT DISTINCT FROM ${parameter('seenClaimedAt', 'timestamptz')}`;
}

/** The same where it does not matter who else had a code. */
export function sameProofs(account: SQL): SQL {
  return sql`${account}.role = ${parameter('seenRole', 'text')}
      AND num_nonnulls(${account}.phone_verified_at, ${account}.email_verified_at, ${account}.password_hash)
        = ${parameter('seenProofs', 'int')} AND ${account}.session_epoch = ${parameter('seenEpoch', 'int')}
      AND ${knowsDevice(account)} = ${parameter('seenDevice', 'boolean')}`;
}

/** The same for a proof that opens every account without a role. A new epoch changes nothing about it, but a lock does. */
export function sameRights(account: SQL): SQL {
  const role = parameter('seenRole', 'text');
  const device = parameter('seenDevice', 'boolean');
  const sameDevice = sql`(${role} = 'USER' OR ${knowsDevice(account)} = ${device})`;
  return sql`${account}.role = ${role} AND ${sameDevice} AND ${unlocked(account)}`;
}

/** Values for the parameters of `sameOpening` and `sameRights`, besides those of `tokenValues`. */
export function openingValues({ role, claimedAt, has, deviceKnown, sessionEpoch }: OpeningFacts) {
  const seen = { seenRole: role, seenClaimedAt: claimedAt, seenDevice: deviceKnown };
  return { ...seen, seenProofs: has.filter((method) => method !== 'PASSKEY').length, seenEpoch: sessionEpoch };
}

/** In the order in which an answer names them. `passkey` is a row with what `countedPasskey` says. */
function proofsOf(account: SQL): SQL {
  return sql`array_remove(ARRAY[CASE WHEN ${account}.phone_verified_at IS NOT NULL THEN 'PHONE_OTP' END,
      CASE WHEN ${account}.email_verified_at IS NOT NULL THEN 'EMAIL_OTP' END,
      CASE WHEN ${account}.password_hash IS NOT NULL THEN 'PASSWORD' END,
      CASE WHEN passkey.counted THEN 'PASSKEY' END], NULL)`;
}
