import { sql } from 'drizzle-orm';
import type { Origin } from '../../audit/origin.js';
import { originValues, recordEvent } from '../../audit/record-event.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { keepDevices, NO_DEVICE } from '../../devices/device.repository.js';
import { SETTLED_AFTER } from '../../devices/settled.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import { endSessions } from '../../sessions/session-fragments.js';
import type { User } from '../../users/user.js';
import { codeAddress, killCodes, orAgain, passwordSealOf } from '../number-change-fragments.js';

/** A change that is to be taken back. */
export interface Reversal {
  readonly changeId: string;
  /** The account when it was decided. Every later change of the number has raised its epoch. */
  readonly user: Pick<User, 'id' | 'email' | 'emailVerifiedAt' | 'sessionEpoch'>;
  /** The number that the account gets back, if it is still free; null: it stays without one. */
  readonly phoneNumber: string | null;
  readonly notices: readonly PreparedNotice[];
  readonly now: Date;
  readonly origin: Origin;
}

export class RevertChangeRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Puts the old number back and ends all sessions. Null: the account was changed since the decision, or somebody took the
   * change back meanwhile. Whether another account has the number is judged again.
   */
  async revert({
    notices,
    user,
    origin,
    ...reversal
  }: Reversal): Promise<{ readonly phoneNumber: string | null } | null> {
    const seen = { userId: user.id, seenEpoch: user.sessionEpoch, codeAddress: codeAddress(user) };
    const values = { ...reversal, ...seen, ...originValues(origin), ...noticeValues(notices) };
    const [row] = await orAgain(() => revert.run(this.#db, values));
    return row ? { phoneNumber: row.phone_number } : null;
  }
}

type ReversalValues = Omit<Reversal, 'notices' | 'user' | 'origin'> & {
  readonly userId: string;
  readonly seenEpoch: number;
  readonly codeAddress: string | null;
} & ReturnType<typeof originValues> &
  ReturnType<typeof noticeValues>;

const [now, userId] = [parameter('now', 'timestamptz'), parameter('userId', 'uuid')];
const phoneNumber = parameter('phoneNumber', 'text');
const reverted = sql`SELECT id FROM reverted`;
const free = sql`NOT EXISTS (SELECT 1 FROM owner)`;
const addedEmail = sql`(u.email_verified_at >= change.changed_at OR u.email_trusted_from > trusted_at)`;

/** Added since, or one that proved nothing yet when the change was made. Passkeys that are in doubt (`doubtPasskeys`) are older. */
const addedPasskey = sql`(p.created_at >= change.changed_at
      OR p.trusted_from > trusted_at AND p.trusted_from <= p.created_at + make_interval(secs => ${sql.raw(String(SETTLED_AFTER))}))`;

/**
 * Whoever made the change may have gone on: later changes of the number are taken back with it, and a password, a passkey or an
 * email address that was set since the change goes. One that was set before goes, too, where it did not count at the change yet
 * (devices/settled.ts), unless the owner made the change. A later change that was made while this statement waited for the account is
 * not among the rows that it sees, so the epoch must be the one that was looked at. Rows are locked in the order of docs/decisions/0022, and the number itself last.
 * Raw, because the builder cannot write to several tables from what the parts before returned.
 */
const revert = new Statement<{ readonly phone_number: string | null }, ReversalValues>(
  'revertChange: write',
  sql`
    WITH account AS (SELECT id FROM users
      WHERE id = ${userId} AND session_epoch = ${parameter('seenEpoch', 'int')} FOR NO KEY UPDATE),
    change AS (
      SELECT c.changed_at, c.password_seal, c.new_phone_number,
        CASE WHEN NOT c.needs_other_proof THEN c.changed_at END AS trusted_at FROM number_changes c
      WHERE c.id = ${parameter('changeId', 'uuid')} AND c.user_id = (SELECT id FROM account)
        AND c.reverted_at IS NULL AND c.revertible_until > ${now}
      FOR UPDATE
    ),
    over AS (
      UPDATE number_changes SET reverted_at = ${now}
      WHERE user_id = (SELECT id FROM account) AND reverted_at IS NULL AND changed_at >= (SELECT changed_at FROM change)
    ),
    owner AS (
      SELECT 1 FROM users WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NOT NULL AND id <> ${userId}
    ),
    killed AS (${killCodes({
      destinations: [phoneNumber, sql`(SELECT new_phone_number FROM change)`, parameter('codeAddress', 'text')],
      when: sql`EXISTS (SELECT 1 FROM change)`,
    })}),
    reverted AS (
      UPDATE users u SET phone_number = CASE WHEN ${free} THEN ${phoneNumber} END,
        phone_verified_at = CASE WHEN ${free} AND ${phoneNumber} IS NOT NULL THEN ${now} END,
        password_hash = CASE WHEN ${passwordSealOf(sql`u`)} = change.password_seal
          AND (u.password_trusted_from > trusted_at) IS NOT TRUE THEN u.password_hash END,
        email = CASE WHEN ${addedEmail} THEN NULL ELSE u.email END,
        email_verified_at = CASE WHEN ${addedEmail} THEN NULL ELSE u.email_verified_at END,
        number_lost_at = CASE WHEN ${free} AND ${phoneNumber} IS NOT NULL THEN NULL ELSE ${now} END,
        claimed_at = NULL, deletion_due_at = NULL, updated_at = ${now}, session_epoch = u.session_epoch + 1
      FROM change WHERE u.id = (SELECT id FROM account) AND (SELECT count(*) FROM killed) >= 0
      RETURNING u.id, u.phone_number, u.session_epoch
    ),
    removed AS (DELETE FROM passkeys p USING reverted, change WHERE p.user_id = reverted.id AND ${addedPasskey}),
    detached AS (
      UPDATE users SET phone_number = NULL, updated_at = ${now}
      WHERE phone_number = (SELECT phone_number FROM reverted) AND phone_verified_at IS NULL AND id <> ${userId}
    ),
    ended AS (${endSessions(reverted, sql`NULL`)}),
    ${keepDevices(sql`reverted`, NO_DEVICE)},
    told AS (${queueNotices(sql`EXISTS (${reverted})`)}),
    event AS (${recordEvent(
      { kind: 'phone_change_reverted', by: 'ANONYMOUS', phoneNumber },
      sql`(SELECT NULL::uuid AS id, reverted.id AS user_id FROM reverted)`,
    )})
    SELECT phone_number FROM reverted`,
);
