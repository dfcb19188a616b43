import { sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { forgetDevices, knowsDevice, rememberDevice } from '../../devices/device.repository.js';
import {
  consumeChallenge,
  guessValues,
  type RightGuess,
  readUsedChallenge,
  settleGuess,
  type UsedChallenge,
  type UsedChallengeRow,
} from '../../otp/challenge-use.js';
import {
  type NewSession,
  askingUser,
  beginSession,
  endSessions,
  recordSignIn,
  sessionValues,
} from '../../sessions/session-fragments.js';
import { readUser } from '../../users/read-user.js';
import { unlocked } from '../../users/account-lock.js';
import { unlessReserved } from '../../users/unless-reserved.js';
import type { User } from '../../users/user.js';
import { nameTakenBy } from '../taken-name.js';
import { withGuess } from '../release-guess.js';
import { usedNow } from '../used-now.js';
import { type BroughtTokens, proofValues } from './facts.js';

export interface Verification {
  readonly guess: RightGuess;
  readonly session: NewSession;
  /** The registration that was decided for. */
  readonly userId: string;
}

export type VerificationResult =
  | {
      readonly kind: 'signed_in';
      readonly session: NewSession;
      readonly user: User;
      readonly newMember: false;
      readonly code: UsedChallenge;
    }
  /** Another submission used the code in the meantime. */
  | { readonly kind: 'lost' }
  /** What was decided does not hold any more. The code stays good. */
  | { readonly kind: 'changed' };

/**
 * Writes what was decided for a number that accounts were registered with and none has verified. Each way is one
 * statement, so that a crash leaves either all of it or a code that still works. It judges once more what another call may
 * have changed since the decision.
 */
export class FirstVerificationRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The caller wrote the registration: verifies its number, and takes nothing from it. */
  async keep(verification: Verification & { tokens: BroughtTokens }): Promise<VerificationResult> {
    const values = { ...valuesOf(verification), ...proofValues(verification.tokens) };
    return this.#write(verification, () => keep.run(this.#db, values));
  }

  /**
   * Verifies the number of its only registration, and takes from the account what somebody else could come back with, or
   * was trusted with: password, passkeys, email, sessions, devices and rights. Its language becomes that of the caller.
   */
  async takeOver(verification: Verification & { locale: string | null }): Promise<VerificationResult> {
    const values = { ...valuesOf(verification), locale: verification.locale };
    return this.#write(verification, () => takeOver.run(this.#db, values));
  }

  /** An account that has verified its number reserves its names. Two that do so at the same moment: one looks again. */
  async #write(verification: Verification, write: () => Promise<VerificationRow[]>): Promise<VerificationResult> {
    try {
      const [row] = await withGuess(this.#db, verification.guess, write);
      return resultOf(verification, row);
    } catch (error) {
      if (nameTakenBy(error)) return { kind: 'changed' };
      throw error;
    }
  }
}

function valuesOf({ guess, session, userId }: Verification) {
  return { ...guessValues(guess), ...sessionValues(session), registrationId: userId };
}

function resultOf({ guess, session }: Verification, row: VerificationRow | undefined): VerificationResult {
  if (!row?.holds) return { kind: 'changed' };
  const code = readUsedChallenge(guess.challengeId, row);
  if (!row.person || !code) return { kind: 'lost' };
  return { kind: 'signed_in', session, user: readUser(row.person, row.city), newMember: false, code };
}

interface VerificationRow extends UsedChallengeRow {
  /** Whether the decision still holds. */
  readonly holds: boolean;
  readonly person: Record<string, unknown> | null;
  readonly city: Record<string, unknown> | null;
}

type Values = ReturnType<typeof valuesOf>;

const [phoneNumber, now] = [parameter('destination', 'text'), parameter('now', 'timestamptz')];
const registrationId = parameter('registrationId', 'uuid');

/** What both statements do after `chosen`, the part that finds the registration if the decision still holds. */
const useUp = sql`
    consumed AS (${consumeChallenge(sql`EXISTS (SELECT 1 FROM chosen)`)}),
    returned AS (${settleGuess(sql`consumed`, sql`EXISTS (SELECT 1 FROM chosen)`)}),
    detached AS (
      UPDATE users SET phone_number = NULL, updated_at = ${now}
      WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NULL AND id <> ${registrationId}
        AND EXISTS (SELECT 1 FROM consumed)
    )`;

const answer = sql`
    SELECT true AS holds, row_to_json(verified) AS person, row_to_json(cities) AS city, consumed.*
    FROM chosen LEFT JOIN consumed ON true LEFT JOIN verified ON true
      LEFT JOIN cities ON cities.id = verified.location_id`;

/**
 * An account that is locked at this very moment is not verified: the code is used up, and the answer is that of a wrong one.
 * The next sign-in ends the surplus of sessions. Raw, as the next one is, because the builder cannot write to several tables
 * from what the parts before returned.
 */
const keep = new Statement<VerificationRow, Values & ReturnType<typeof proofValues>>(
  'verifyOtp: keep the registration',
  sql`
    WITH chosen AS (
      SELECT 1 FROM users r WHERE r.id = ${registrationId} AND r.phone_number = ${phoneNumber} AND r.phone_verified_at IS NULL
        AND (r.id = (${askingUser}) OR ${knowsDevice(sql`r`)})
        AND NOT EXISTS (SELECT 1 FROM users v WHERE v.phone_number = ${phoneNumber} AND v.phone_verified_at IS NOT NULL)
    ),
    ${useUp},
    verified AS (
      UPDATE users SET phone_verified_at = ${now}, updated_at = ${now}, ${usedNow}, ${unlessReserved('email')}, ${unlessReserved('username')}
      WHERE id = ${registrationId} AND EXISTS (SELECT 1 FROM consumed) AND ${unlocked(sql`users`)}
      RETURNING *
    ),
    session AS (${beginSession(sql`verified`)}),
    device AS (${rememberDevice(sql`session`)}),
    event AS (${recordSignIn(sql`session`, ['phone_verified'], phoneNumber)})
    ${answer}`,
);

/** Read from what the update of the account returned: so the account's row is locked before its sessions and devices. */
const takenOver = sql`SELECT id FROM verified`;

/** The account's other sessions all end, so there is no surplus. */
const takeOver = new Statement<VerificationRow, Values & { readonly locale: string | null }>(
  'verifyOtp: take the registration over',
  sql`
    WITH chosen AS (
      SELECT 1 FROM users u
      WHERE u.id = ${registrationId} AND u.phone_number = ${phoneNumber} AND u.phone_verified_at IS NULL
        AND u.email_verified_at IS NULL AND NOT EXISTS (SELECT 1 FROM users o WHERE o.phone_number = ${phoneNumber} AND o.id <> u.id)
    ),
    ${useUp},
    verified AS (
      UPDATE users SET phone_verified_at = ${now}, updated_at = ${now}, ${usedNow}, locale = ${parameter('locale', 'text')},
        ${unlessReserved('username')}, password_hash = NULL, email = NULL, email_verified_at = NULL, role = 'USER', marketplace_access = false,
        business_type = NULL, shop_id = NULL, b2b_verified = false, session_epoch = session_epoch + 1
      WHERE id = ${registrationId} AND EXISTS (SELECT 1 FROM consumed) AND ${unlocked(sql`users`)}
      RETURNING *
    ),
    ended AS (${endSessions(takenOver, sql`NULL`)}),
    disowned AS (DELETE FROM passkeys WHERE user_id IN (${takenOver})),
    forgotten AS (${forgetDevices(takenOver, parameter('deviceId', 'uuid'))}),
    session AS (${beginSession(sql`verified`)}),
    device AS (${rememberDevice(sql`session`)}),
    event AS (${recordSignIn(sql`session`, ['phone_verified'], phoneNumber)})
    ${answer}`,
);
