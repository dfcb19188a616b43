import { sql } from 'drizzle-orm';
import type { Origin } from '../../audit/origin.js';
import { originValues, recordEvent } from '../../audit/record-event.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { forgetYoungDevices } from '../../devices/device.repository.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import {
  consumeChallenge,
  guessValues,
  type RightGuess,
  settleGuess,
  type UsedChallengeRow,
} from '../../otp/challenge-use.js';
import { endSessions } from '../../sessions/session-fragments.js';
import { releaseGuess, withGuess } from '../../sign-in/release-guess.js';
import { nameTakenBy } from '../../sign-in/taken-name.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import { usernameUnlessReserved } from '../../users/user.table.js';

export interface EmailVerification {
  /** At a code that was sent to the address. */
  readonly guess: RightGuess;
  /** As it is written into the account. */
  readonly email: string;
  readonly userId: string;
  /** The session that asks, and the device that it is on. */
  readonly sessionId: string;
  readonly deviceId: string | null;
  /** The verified address that the account had when it was judged, in small letters; null: it had none. */
  readonly verifiedBefore: string | null;
  /** From when the address protects the account; null: at once. */
  readonly trustedFrom: Date | null;
  readonly notices: Parameters<typeof noticeValues>[0];
  readonly origin: Origin;
}

export type EmailVerificationResult =
  | { readonly kind: 'verified'; readonly user: User }
  /** Another account has verified the address. The code is used up. */
  | { readonly kind: 'taken' }
  /** Another submission used the code in the meantime. */
  | { readonly kind: 'lost' }
  /** The session that asks was ended meanwhile. */
  | { readonly kind: 'session_over' }
  /** Another call verified or replaced the account's address meanwhile. The code stays good. */
  | { readonly kind: 'changed' };

/** Another account may verify the address, or take the username, at the same moment. Then there is more to see. */
const MOST_TRIES = 3;

export class VerifyEmailRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Uses the code up and makes the address the account's own. Accounts that only named the address lose it. Where it
   * replaces a verified one, all other sessions end, and devices that are not known for long are forgotten: whoever reads
   * the address before may have opened the account with it. Devices that are known for long stay known.
   */
  async verify(verification: EmailVerification): Promise<EmailVerificationResult> {
    const { guess } = verification;
    for (let tries = 1; ; tries += 1) {
      try {
        const [row] = await withGuess(this.#db, guess, () => verifyEmail.run(this.#db, valuesOf(verification)));
        if (row?.lives && !row.as_judged) await releaseGuess(this.#db, guess);
        return resultOf(row);
      } catch (error) {
        if (nameTakenBy(error) === null || tries === MOST_TRIES) throw error;
      }
    }
  }
}

function resultOf(row: VerificationRow | undefined): EmailVerificationResult {
  if (!row?.lives) return { kind: 'session_over' };
  if (!row.as_judged) return { kind: 'changed' };
  if (row.created_at === null) return { kind: 'lost' };
  if (!row.person) return { kind: 'taken' };
  return { kind: 'verified', user: readUser(row.person, row.city) };
}

function valuesOf({ guess, notices, origin, verifiedBefore, ...values }: EmailVerification) {
  const replaces = verifiedBefore !== null && verifiedBefore !== guess.destination;
  const provedAt = guess.now.toISOString();
  const shared = { ...guessValues(guess), ...originValues(origin), ...noticeValues(notices) };
  return { ...shared, ...values, verifiedBefore, replaces, provedAt };
}

interface VerificationRow extends UsedChallengeRow {
  readonly lives: boolean;
  readonly as_judged: boolean;
  readonly person: Record<string, unknown> | null;
  readonly city: Record<string, unknown> | null;
}

const [address, now] = [parameter('destination', 'text'), parameter('now', 'timestamptz')];
const [userId, sessionId] = [parameter('userId', 'uuid'), parameter('sessionId', 'uuid')];
const deviceId = parameter('deviceId', 'uuid');
const replaces = parameter('replaces', 'boolean');
const REPLACED = sql`SELECT id FROM replaced`;

/**
 * The rows of users are locked first, in the order of their ids: two accounts that name each other's address must not wait
 * for each other. `released` comes before `changed`, because the address is unique among accounts that have verified
 * something. Codes to a replaced address go, and what was sent there is the account's from now on: its erasure, which does not
 * know the address, finds it. Raw, because the builder cannot write to several tables from what the parts before returned.
 */
const verifyEmail = new Statement<VerificationRow, ReturnType<typeof valuesOf>>(
  'verifyEmail: verify',
  sql`
    WITH named AS (
      SELECT * FROM users WHERE id = ${userId} OR (lower(email) = ${address} AND email_verified_at IS NULL)
      ORDER BY id FOR NO KEY UPDATE
    ),
    account AS (SELECT * FROM named WHERE id = ${userId}),
    locked AS (
      SELECT epoch FROM sessions WHERE id = ${sessionId} AND user_id = (SELECT id FROM account) AND ended_at IS NULL
        AND expires_at > ${now} FOR UPDATE
    ),
    asking AS (SELECT 1 FROM locked, account WHERE epoch >= session_epoch),
    judged AS (
      SELECT 1 FROM account, asking WHERE (CASE WHEN email_verified_at IS NOT NULL THEN lower(email) END)
        IS NOT DISTINCT FROM ${parameter('verifiedBefore', 'text')}
    ),
    consumed AS (${consumeChallenge(sql`EXISTS (SELECT 1 FROM judged)`)}),
    returned AS (${settleGuess(sql`consumed`, sql`EXISTS (SELECT 1 FROM judged)`)}),
    free AS (
      SELECT 1 FROM consumed WHERE NOT EXISTS (
        SELECT 1 FROM users o WHERE lower(o.email) = ${address} AND o.email_verified_at IS NOT NULL AND o.id <> ${userId}
      )
    ),
    released AS (
      UPDATE users SET email = NULL, updated_at = ${now} FROM named
      WHERE users.id = named.id AND users.id <> ${userId} AND EXISTS (SELECT 1 FROM free)
      RETURNING 1
    ),
    changed AS (
      UPDATE users SET email = ${parameter('email', 'text')}, email_verified_at = ${now}, updated_at = ${now},
        email_trusted_from = ${parameter('trustedFrom', 'timestamptz')}, ${usernameUnlessReserved}
      WHERE id = ${userId} AND EXISTS (SELECT 1 FROM free) AND (SELECT count(*) FROM released) >= 0
      RETURNING *
    ),
    proved AS (
      UPDATE sessions SET proofs = proofs || jsonb_build_object('EMAIL_OTP', ${parameter('provedAt', 'text')})
      FROM changed WHERE sessions.id = ${sessionId}
    ),
    replaced AS (
      SELECT changed.id, lower(account.email) AS address, account.email_verified_at AS since FROM changed, account WHERE ${replaces}
    ),
    ended AS (${endSessions(REPLACED, sessionId)}),
    forgotten AS (${forgetYoungDevices(REPLACED, deviceId)}),
    dead_codes AS (DELETE FROM otp_challenges WHERE phone_number = ANY(ARRAY(SELECT address FROM replaced))),
    known_sends AS (
      UPDATE messages m SET user_id = replaced.id FROM replaced
      WHERE m.phone_number = ANY(ARRAY(SELECT address FROM replaced)) AND m.user_id IS NULL
        AND greatest(m.created_at, m.verified_at) >= replaced.since
    ),
    told AS (${queueNotices(sql`EXISTS (SELECT 1 FROM changed)`)}),
    event AS (${recordEvent(
      { kind: 'email_verified', deviceId, details: sql`jsonb_build_object('replaced', ${replaces})` },
      sql`(SELECT ${sessionId} AS id, id AS user_id FROM changed)`,
    )})
    SELECT EXISTS (SELECT 1 FROM asking) AS lives, EXISTS (SELECT 1 FROM judged) AS as_judged,
      to_jsonb(changed) AS person, to_jsonb(cities) AS city, consumed.*
    FROM (SELECT 1) one LEFT JOIN consumed ON true LEFT JOIN changed ON true
      LEFT JOIN cities ON cities.id = changed.location_id`,
);
