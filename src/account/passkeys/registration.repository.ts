import { sql } from 'drizzle-orm';
import type { Origin } from '../../audit/origin.js';
import { originValues, recordEvent } from '../../audit/record-event.js';
import { limits } from '../../budgets/limits/limits.js';
import type { Database } from '../../database/database.js';
import { rowFromJson } from '../../database/rows.js';
import { parameter, Statement } from '../../database/statement.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import type { NewPasskey } from '../../passkeys/ceremonies.js';
import type { AnsweredChallenge } from '../../passkeys/challenges.js';
import { challengeValues, spendChallenge } from '../../passkeys/passkey-fragments.js';
import { type PasskeyRow, passkeyTable } from '../../passkeys/passkey.table.js';
import type { AskingSession } from '../../sessions/asking-session.js';
import { sameEpoch } from '../../sessions/session-fragments.js';

/** Passkeys that an account may have. */
export const MOST_PASSKEYS = limits.passkeysPerAccount.size.fixed;

export interface AddedPasskey extends AskingSession {
  readonly challenge: AnsweredChallenge;
  readonly added: NewPasskey & Pick<PasskeyRow, 'id' | 'name' | 'trustedFrom'>;
  readonly deviceId: string | null;
  readonly notices: readonly PreparedNotice[];
  readonly origin: Origin;
}

export type AddResult =
  | { readonly kind: 'added'; readonly passkey: PasskeyRow }
  | { readonly kind: 'session_over' }
  /** The account has as many passkeys as it may have. */
  | { readonly kind: 'full' }
  /** Some account has this passkey. */
  | { readonly kind: 'taken' }
  /** The challenge was answered before. */
  | { readonly kind: 'spent' };

export class PasskeyRegistrationRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Spends the challenge and adds the passkey, if the session that asks still lives. */
  async add({ challenge, added, notices, origin, ...asking }: AddedPasskey): Promise<AddResult> {
    const { id: passkeyId, ...columns } = added;
    const values = { ...asking, passkeyId, ...columns, userHandle: challenge.userHandle, most: MOST_PASSKEYS };
    const [row] = await add.run(this.#db, {
      ...{ ...values, ...challengeValues(challenge) },
      ...{ ...originValues(origin), ...noticeValues(notices) },
    });
    if (!row?.lives) return { kind: 'session_over' };
    if (row.passkey) return { kind: 'added', passkey: rowFromJson(passkeyTable, row.passkey) };
    if (row.taken) return { kind: 'taken' };
    return { kind: row.full ? 'full' : 'spent' };
  }
}

interface AddRow {
  readonly lives: boolean;
  readonly taken: boolean;
  readonly full: boolean;
  readonly passkey: Record<string, unknown> | null;
}

type AddValues = AskingSession &
  Omit<NewPasskey, never> &
  ReturnType<typeof challengeValues> &
  ReturnType<typeof originValues> &
  ReturnType<typeof noticeValues> & {
    readonly passkeyId: string;
    readonly userHandle: string;
    readonly name: string;
    readonly trustedFrom: Date | null;
    readonly deviceId: string | null;
    readonly most: number;
  };

const [now, userId] = [parameter('now', 'timestamptz'), parameter('userId', 'uuid')];
const [sessionId, credentialId] = [parameter('sessionId', 'uuid'), parameter('credentialId', 'text')];

/**
 * The user's row is locked first, then the session's. Two registrations at the same moment can choose the same slot: then one of them
 * adds nothing, and is begun again. Raw, because the builder cannot write to several tables from what the parts before
 * returned.
 */
const add = new Statement<AddRow, AddValues>(
  'passkeys: add',
  sql`
    WITH account AS (SELECT id, session_epoch FROM users WHERE id = ${userId} FOR NO KEY UPDATE),
    asking AS (
      SELECT s.id, s.user_id FROM sessions s
      WHERE s.id = ${sessionId} AND s.user_id = (SELECT id FROM account) AND s.ended_at IS NULL
        AND s.expires_at > ${now} AND ${sameEpoch(sql`s`)} AND s.epoch >= (SELECT session_epoch FROM account)
      FOR UPDATE
    ),
    free AS (
      SELECT asking.user_id, min(place) AS slot FROM asking, generate_series(1, ${parameter('most', 'int')}) place
      WHERE NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.user_id = asking.user_id AND k.slot = place)
        AND NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.credential_id = ${credentialId})
      GROUP BY asking.user_id
    ),
    ${spendChallenge(sql`free`)},
    added AS (
      INSERT INTO passkeys (id, user_id, slot, credential_id, user_handle, public_key, counter, transports, backup_eligible,
        backed_up, aaguid, name, trusted_from, created_at)
      SELECT ${parameter('passkeyId', 'uuid')}, free.user_id, free.slot, ${credentialId}, ${parameter('userHandle', 'text')},
        ${parameter('publicKey', 'text')}, ${parameter('counter', 'bigint')}, ${parameter('transports', 'text[]')},
        ${parameter('backupEligible', 'boolean')}, ${parameter('backedUp', 'boolean')}, ${parameter('aaguid', 'uuid')},
        ${parameter('name', 'text')}, ${parameter('trustedFrom', 'timestamptz')}, ${now}
      FROM free, spent ON CONFLICT DO NOTHING RETURNING *
    ),
    event AS (${recordEvent(
      {
        ...{ kind: 'passkey_added', deviceId: parameter('deviceId', 'uuid') },
        details: sql`(SELECT jsonb_build_object('passkeyId', id, 'name', name) FROM added)`,
      },
      sql`(SELECT ${sessionId} AS id, user_id FROM added)`,
    )}),
    told AS (${queueNotices(sql`EXISTS (SELECT 1 FROM added)`)})
    SELECT EXISTS (SELECT 1 FROM asking) AS lives, (SELECT to_jsonb(added) FROM added) AS passkey,
      EXISTS (SELECT 1 FROM passkeys k WHERE k.credential_id = ${credentialId}) AS taken,
      NOT EXISTS (SELECT 1 FROM free) AS full`,
);
