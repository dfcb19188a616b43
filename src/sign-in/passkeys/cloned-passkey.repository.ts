import { sql } from 'drizzle-orm';
import type { Origin } from '../../audit/origin.js';
import { originValues, recordEvent } from '../../audit/record-event.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { keepDevices, NO_DEVICE } from '../../devices/device.repository.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import { findCloned, passkeyValues, type RightPasskey } from '../../passkeys/passkey-fragments.js';
import { endSessions } from '../../sessions/session-fragments.js';

export interface ClonedPasskey extends RightPasskey {
  readonly user: { readonly id: string };
  readonly notices: readonly PreparedNotice[];
  readonly origin: Origin;
  readonly now: Date;
}

export class ClonedPasskeyRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Where the counter of a passkey went back: locks the passkey, ends every session, and tells the owner, in one statement.
   * False: it did not go back, or that was found out before.
   */
  async record({ user, notices, origin, now, ...right }: ClonedPasskey): Promise<boolean> {
    const values = { userId: user.id, now, ...passkeyValues(right), ...originValues(origin), ...noticeValues(notices) };
    const [row] = await record.run(this.#db, values);
    return row !== undefined;
  }
}

const owner = sql`SELECT id FROM account`;
const changed = sql`SELECT id FROM changed`;

/**
 * The user's row is locked first. The epoch ends the sessions that begin at this very moment, too (docs/decisions/0022). Raw,
 * because the builder cannot write to several tables from what the parts before returned.
 */
const record = new Statement<
  { readonly id: string },
  { readonly userId: string; readonly now: Date } & Omit<ReturnType<typeof passkeyValues>, 'backedUp'> &
    ReturnType<typeof originValues> &
    ReturnType<typeof noticeValues>
>(
  'passkeys: cloned',
  sql`
    WITH account AS (SELECT id FROM users WHERE id = ${parameter('userId', 'uuid')} FOR NO KEY UPDATE),
    ${findCloned(owner)},
    changed AS (
      UPDATE users SET session_epoch = session_epoch + 1, updated_at = ${parameter('now', 'timestamptz')}
      FROM cloned WHERE users.id = cloned.user_id RETURNING users.id, users.session_epoch
    ),
    ended AS (${endSessions(changed, sql`NULL`)}),
    ${keepDevices(sql`changed`, NO_DEVICE)},
    event AS (${recordEvent(
      {
        ...{ kind: 'passkey_cloned', by: 'ANONYMOUS' },
        details: sql`(SELECT jsonb_build_object('passkeyId', id, 'name', name) FROM cloned)`,
      },
      sql`(SELECT NULL::uuid AS id, id AS user_id FROM changed)`,
    )}),
    told AS (${queueNotices(sql`EXISTS (SELECT 1 FROM changed)`)})
    SELECT id FROM changed`,
);
