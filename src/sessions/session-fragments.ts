import { type SQL, sql } from 'drizzle-orm';
import type { AuditKind } from '../audit/audit-event.table.js';
import type { Origin } from '../audit/origin.js';
import { recordEvent } from '../audit/record-event.js';
import { NO_ID } from '../database/no-id.js';
import { parameter } from '../database/statement.js';
import type { AccessTokenClaims } from './access-token.js';
import type { ProofMethod, StoredProofs } from './proofs.js';

/** Parts of statements that begin or end sessions together with something else, in other rooms too. */

/** A session about to begin. Only the statement that writes it knows whose session it is. */
export interface NewSession extends Origin {
  readonly id: string;
  /** RFC 8176 values. */
  readonly authenticationMethods: readonly string[];
  readonly proofs: StoredProofs;
  /** The device that it is begun on. */
  readonly deviceId: string;
  /** Since when the account knows that device; null: it does not. */
  readonly deviceKnownSince: Date | null;
  readonly now: Date;
  readonly expiresAt: Date;
  /** Living sessions that the user has at most, this one included. */
  readonly mostSessions: number;
}

const now = parameter('now', 'timestamptz');
const deviceId = parameter('deviceId', 'uuid');

/**
 * Begins a session for the one user that `users` (a table expression with `id` and `session_epoch`) holds, or none if
 * it is empty. The epoch is the one that the statement read together with what verified the user. So a session that
 * rests on a password which is taken away at this moment is over from the start. Returns `id, user_id, epoch`.
 */
export function beginSession(users: SQL): SQL {
  return sql`
    INSERT INTO sessions (id, user_id, generation, epoch, authenticated_at, authentication_methods, proofs, device_id,
      device_known_since, ip_address, user_agent, rotated_at, created_at, last_used_at, expires_at)
    SELECT ${parameter('sessionId', 'uuid')}, owner.id, 1, owner.session_epoch, ${now},
      ${parameter('authenticationMethods', 'text[]')}, ${parameter('proofs', 'jsonb')}, ${deviceId},
      ${parameter('deviceKnownSince', 'timestamptz')}, ${parameter('ipAddress', 'text')}, ${parameter('userAgent', 'text')}, ${now}, ${now}, ${now},
      ${parameter('sessionExpiresAt', 'timestamptz')}
    FROM ${users} AS owner
    RETURNING id, user_id, epoch`;
}

/**
 * Ends the longest unused sessions of a user who has too many with the one that begins. `remembered` is the table
 * expression that remembered the device: this comes last. It waits for no row: it skips a session that another statement
 * has locked. So it cannot wait in a circle with a statement that ends several sessions and forgets devices. Sign-ins at
 * the very same moment do not see each other's sessions. The next sign-in ends what they and the skipped leave over.
 */
export function endSurplus(remembered: SQL): SQL {
  // The surplus is found without a lock. A lock there would also take every session that stays.
  return sql`
    UPDATE sessions SET ended_at = ${now}
    WHERE id IN (
      SELECT s.id FROM sessions s
      WHERE s.id IN (
        SELECT l.id FROM sessions l
        WHERE l.user_id = (SELECT user_id FROM ${remembered}) AND l.ended_at IS NULL AND l.expires_at > ${now}
          AND ${sameEpoch(sql`l`)}
        ORDER BY l.last_used_at DESC, l.id DESC OFFSET ${parameter('mostSessions', 'int')} - 1
      ) FOR UPDATE SKIP LOCKED
    ) RETURNING id`;
}

/** How many living sessions a user (a row of that name) has: an expression. */
export function livingSessions(user: SQL): SQL {
  return sql`(
      SELECT count(*)::int FROM sessions l
      WHERE l.user_id = ${user}.id AND l.ended_at IS NULL AND l.expires_at > ${now} AND l.epoch >= ${user}.session_epoch)`;
}

/** How a session began, besides its methods. */
interface SignInDetails {
  /** What opened the account beside what was shown before. */
  readonly furtherProof?: ProofMethod;
  /** Whether the account had slept and was left to whoever has its number. */
  readonly claimedBack?: true;
}

/** Values for the parameters of `beginSession`, `recordSignIn` and `endSurplus` (and of `rememberDevice`). */
export function sessionValues({ id, expiresAt, ...session }: NewSession, how: SignInDetails = {}) {
  const signInDetails = { methods: session.authenticationMethods, ...how };
  return { sessionId: id, sessionExpiresAt: expiresAt, signInDetails, ...session };
}

const signInDetails = parameter('signInDetails', 'jsonb');
const deviceWasKnown = sql`${parameter('deviceKnownSince', 'timestamptz')} IS NOT NULL`;

/**
 * The event of the session that `begun` (the part of `beginSession`) holds. `also` is what else happened with it: events
 * that are the same otherwise. `phoneNumber` is the number that was verified.
 */
export function recordSignIn(begun: SQL, also: readonly AuditKind[] = [], phoneNumber?: SQL): SQL {
  const same = { deviceId, deviceKnown: deviceWasKnown, details: signInDetails, ...(phoneNumber && { phoneNumber }) };
  if (also.length === 0) return recordEvent({ kind: 'signed_in', ...same }, begun);
  const kinds = sql.raw(`'{${[...also, 'signed_in'].join(',')}}'::text[]`);
  return recordEvent({ kind: sql`s.kind`, ...same }, sql`(SELECT b.*, kind FROM ${begun} b, unnest(${kinds}) kind)`);
}

/** The same with one event for each session that `surplus` (the part of `endSurplus`) ended. */
export function recordSignInAndSurplus(begun: SQL, surplus: SQL): SQL {
  const events = sql`
      SELECT 'signed_in' AS kind, ${signInDetails} AS details
      UNION ALL SELECT 'sessions_ended', jsonb_build_object('sessionId', id, 'sessions', 1) FROM ${surplus}`;
  const event = { kind: sql`s.kind`, deviceKnown: deviceWasKnown, details: sql`s.details`, deviceId };
  return recordEvent(event, sql`(SELECT * FROM ${begun}, (${events}) e)`);
}

/** The user of the access token that came with the call, if its session lives: one row `user_id`, or none. */
export const askingUser = sql`
  SELECT s.user_id FROM sessions s
  WHERE s.id = ${parameter('askingSessionId', 'uuid')} AND s.user_id = ${parameter('askingUserId', 'uuid')}
    AND s.ended_at IS NULL AND s.expires_at > ${now} AND ${sameEpoch(sql`s`)}`;

/** Values for the parameters of `askingUser`. */
export function askingValues(token: AccessTokenClaims | null) {
  return { askingSessionId: token?.sessionId ?? NO_ID, askingUserId: token?.userId ?? NO_ID };
}

/**
 * Whether a session (a row of that name) began after its user's sessions were last ended together. "Not behind" and not
 * "equal": a statement that waited for the session's row finds it new, and the user's row as it was before.
 */
export function sameEpoch(session: SQL): SQL {
  return sql`${session}.epoch >= (SELECT u.session_epoch FROM users u WHERE u.id = ${session}.user_id)`;
}

/**
 * Ends every session of the users that `users` (a subquery of ids) holds, but for `except` (an expression). It cannot see
 * sessions that begin at this very moment. The statement also raises the user's `session_epoch`, which ends those.
 */
export function endSessions(users: SQL, except: SQL): SQL {
  return sql`
    UPDATE sessions SET ended_at = ${now}
    WHERE ended_at IS NULL AND user_id IN (${users}) AND id IS DISTINCT FROM (${except})::uuid`;
}
