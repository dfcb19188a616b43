import { sql } from 'drizzle-orm';
import { parameter } from '../../database/statement.js';
import { knownDevice, tokenValues } from '../../devices/device.repository.js';
import type { DeviceTokenSubject } from '../../devices/device-token.js';
import type { AccessTokenClaims } from '../../sessions/access-token.js';
import { askingUser, askingValues } from '../../sessions/session-fragments.js';
import type { LockColumns } from '../../users/account-lock.js';
import type { FirstVerificationFacts } from './decision.js';

/** What came with a code and may show that the caller wrote a registration. */
export interface BroughtTokens {
  /** What the access token says, if it is valid. Only a living session counts. */
  readonly access: AccessTokenClaims | null;
  /** What the device token says, if it is ours. Only a device that the registration knows counts. */
  readonly device: DeviceTokenSubject | null;
}

/** Values for the parameters of `proofs`. */
export function proofValues({ access, device }: BroughtTokens) {
  return { ...askingValues(access), ...tokenValues(device) };
}

/**
 * The accounts that were registered with a number and have not verified it, as a part named `registrations`. It is not
 * materialized: there may be many, and who asks for one of them by its id must not read them all.
 */
export const registrations = sql`
    registrations AS NOT MATERIALIZED (
      SELECT * FROM users
      WHERE phone_number = ${parameter('destination', 'text')} AND phone_verified_at IS NULL
    )`;

/** One row `(signed_in_as, known_to)`: those of the `registrations` that the tokens speak for, or null. */
export const proofs = sql`
  SELECT (SELECT r.id FROM (${askingUser}) asking JOIN registrations r ON r.id = asking.user_id) AS signed_in_as,
    CASE WHEN EXISTS (${knownDevice(sql`registrations`)}) THEN ${parameter('tokenUserId', 'uuid')} END AS known_to`;

interface LockRow {
  readonly locked_at: string | null;
  readonly locked_until: string | null;
}

interface RegisteredRow extends LockRow {
  readonly id: string;
  readonly created_at: string;
  readonly email_verified_at: string | null;
}

/** The lock is that of the registration that the tokens speak for. */
export interface FactsRow extends LockRow {
  /** Two at most; null: there is none, or a verified account has the number. */
  readonly registered: readonly RegisteredRow[] | null;
  readonly signed_in_as: string | null;
  readonly known_to: string | null;
}

/** Null: the number is verified, or no account was registered with it. */
export function readFacts({ registered, signed_in_as, known_to, ...written }: FactsRow): FirstVerificationFacts | null {
  if (registered === null) return null;
  const registrations = registered.map(({ id, created_at, email_verified_at, ...lock }) => {
    const verified = { createdAt: new Date(created_at), emailVerified: email_verified_at !== null };
    return { id, ...verified, ...readLock(lock) };
  });
  return { registrations, signedInAs: signed_in_as, knownTo: known_to, written: readLock(written) };
}

function readLock({ locked_at, locked_until }: LockRow): LockColumns {
  const date = (text: string | null) => (text === null ? null : new Date(text));
  return { lockedAt: date(locked_at), lockedUntil: date(locked_until) };
}
