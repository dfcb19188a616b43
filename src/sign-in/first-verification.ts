import { sql } from 'drizzle-orm';
import { lockBudget, returnUsedOrLate } from '../budgets/guess-budget.repository.js';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { forgetDevices, rememberDevice } from '../devices/device.repository.js';
import {
  consumeChallenge,
  guessValues,
  type RightGuess,
  readUsedChallenge,
  type UsedChallenge,
  type UsedChallengeRow,
} from '../otp/challenge-use.js';
import type { AccessTokenClaims } from '../sessions/access-token.js';
import {
  askingUser,
  askingValues,
  beginSession,
  endSurplus,
  endSessions,
  type NewSession,
  sessionValues,
} from '../sessions/session-fragments.js';
import { readUser } from '../users/read-user.js';
import type { User } from '../users/user.js';

/**
 * Uses a code up and signs in, for a number that accounts were registered with and none has verified. Null where another
 * submission used the code in the meantime.
 *
 * The user who verifies a number owns its account (docs/decisions/0003). If they are not signed in as that account, then
 * everything goes that the person who registered it could come back with, or was trusted with: password, email, sessions,
 * devices and rights.
 */
export async function verifyFirst(
  db: Database,
  { guess, session, signedInAs }: FirstVerification,
): Promise<{ user: User; code: UsedChallenge } | null> {
  const [row] = await firstVerification.run(db, {
    ...guessValues(guess),
    ...sessionValues(session),
    ...askingValues(signedInAs),
  });
  const code = row && readUsedChallenge(guess.challengeId, row);
  return row?.person && code ? { user: readUser(row.person, row.city), code } : null;
}

interface FirstVerification {
  readonly guess: RightGuess;
  readonly session: NewSession;
  /** The access token that came with the call, if it is valid. Only a living session counts. */
  readonly signedInAs: AccessTokenClaims | null;
}

interface FirstVerificationRow extends UsedChallengeRow {
  readonly person: Record<string, unknown> | null;
  readonly city: Record<string, unknown> | null;
}

type FirstVerificationValues = ReturnType<typeof guessValues> &
  ReturnType<typeof sessionValues> &
  ReturnType<typeof askingValues>;

const [phoneNumber, now] = [parameter('phoneNumber', 'text'), parameter('now', 'timestamptz')];
/** Read from what the update of the account returned: so the account's row is locked before its sessions and devices. */
const takenOver = sql`SELECT id FROM verified WHERE stranger`;

/** Raw, because the builder cannot write to several tables from what the parts before returned. */
const firstVerification = new Statement<FirstVerificationRow, FirstVerificationValues>(
  'verifyOtp: verify first',
  sql`
    WITH asking AS (${askingUser}),
    owner AS (
      SELECT id, id NOT IN (SELECT user_id FROM asking) AS stranger FROM users
      WHERE phone_number = ${phoneNumber}
        AND NOT EXISTS (SELECT 1 FROM users v WHERE v.phone_number = ${phoneNumber} AND v.phone_verified_at IS NOT NULL)
      ORDER BY stranger, created_at DESC, id LIMIT 1
    ),
    budget AS (${lockBudget}),
    consumed AS (${consumeChallenge(sql`EXISTS (SELECT 1 FROM budget) AND EXISTS (SELECT 1 FROM owner)`)}),
    returned AS (${returnUsedOrLate(sql`EXISTS (SELECT 1 FROM consumed)`, sql`EXISTS (SELECT 1 FROM budget)`)}),
    detached AS (
      UPDATE users SET phone_number = NULL, updated_at = ${now}
      WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NULL AND id <> (SELECT id FROM owner)
        AND EXISTS (SELECT 1 FROM consumed)
    ),
    verified AS (
      UPDATE users u SET phone_verified_at = ${now}, updated_at = ${now},
        password_hash = CASE WHEN o.stranger THEN NULL ELSE u.password_hash END,
        email = CASE WHEN o.stranger THEN NULL ELSE u.email END,
        email_verified_at = CASE WHEN o.stranger THEN NULL ELSE u.email_verified_at END,
        role = CASE WHEN o.stranger THEN 'USER' ELSE u.role END,
        marketplace_access = u.marketplace_access AND NOT o.stranger,
        business_type = CASE WHEN o.stranger THEN NULL ELSE u.business_type END,
        shop_id = CASE WHEN o.stranger THEN NULL ELSE u.shop_id END,
        b2b_verified = u.b2b_verified AND NOT o.stranger,
        session_epoch = u.session_epoch + o.stranger::int
      FROM owner o WHERE u.id = o.id AND EXISTS (SELECT 1 FROM consumed)
      RETURNING u.*, o.stranger
    ),
    ended AS (${endSessions(takenOver, sql`NULL`)}),
    forgotten AS (${forgetDevices(takenOver, parameter('deviceId', 'uuid'))}),
    session AS (${beginSession(sql`verified`)}),
    device AS (${rememberDevice(sql`session`)}),
    surplus AS (${endSurplus(sql`device`)})
    SELECT to_jsonb(verified) AS person, to_jsonb(cities) AS city, consumed.*
    FROM consumed CROSS JOIN verified LEFT JOIN cities ON cities.id = verified.location_id`,
);
