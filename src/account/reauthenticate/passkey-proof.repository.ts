import { sql } from 'drizzle-orm';
import { originValues, recordEvent } from '../../audit/record-event.js';
import type { Database } from '../../database/database.js';
import { rowFromJson } from '../../database/rows.js';
import { parameter, Statement } from '../../database/statement.js';
import { passkeyValues, type RightPasskey, spendPasskey } from '../../passkeys/passkey-fragments.js';
import type { AskingSession } from '../../sessions/asking-session.js';
import { sameEpoch } from '../../sessions/session-fragments.js';
import { sessionTable } from '../../sessions/session.table.js';
import type { FreshProof, ProofResult } from './reauthenticate.repository.js';

export class PasskeyProofRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Spends the challenge, and writes the proof down in the session that asks. */
  async prove(right: RightPasskey, { proofs, origin, ...proof }: FreshProof): Promise<ProofResult> {
    const details = { methods: Object.keys(proofs) };
    const values = { ...proof, proofs, details, ...originValues(origin), ...passkeyValues(right) };
    const [row] = await prove.run(this.#db, values);
    if (!row?.lives) return { kind: 'session_over' };
    if (row.session === null) return { kind: 'lost' };
    return { kind: 'proved', session: rowFromJson(sessionTable, row.session), code: null };
  }
}

const now = parameter('now', 'timestamptz');
const sessionId = parameter('sessionId', 'uuid');

/**
 * The user's row is locked first, then the session's, then the passkey's. Raw, because the builder cannot write to several tables
 * from what the parts before returned.
 */
const prove = new Statement<
  { readonly lives: boolean; readonly session: Record<string, unknown> | null },
  AskingSession &
    Pick<FreshProof, 'proofs' | 'authenticationMethods'> & { readonly details: object } & ReturnType<
      typeof originValues
    > &
    ReturnType<typeof passkeyValues>
>(
  'reauthenticate: by a passkey',
  sql`
    WITH account AS (
      SELECT id, session_epoch FROM users WHERE id = ${parameter('userId', 'uuid')} FOR NO KEY UPDATE
    ),
    asking AS (
      SELECT s.id, s.epoch FROM sessions s
      WHERE s.id = ${sessionId} AND s.user_id = (SELECT id FROM account) AND s.ended_at IS NULL AND s.expires_at > ${now}
        AND ${sameEpoch(sql`s`)}
      FOR UPDATE
    ),
    owner AS (SELECT account.id FROM account JOIN asking ON asking.epoch >= account.session_epoch),
    ${spendPasskey(sql`SELECT id FROM owner`)},
    touched AS (
      UPDATE sessions SET authenticated_at = ${now}, proofs = sessions.proofs || ${parameter('proofs', 'jsonb')},
        authentication_methods = ${parameter('authenticationMethods', 'text[]')}
      FROM used WHERE sessions.id = ${sessionId} RETURNING sessions.*
    ),
    event AS (${recordEvent(
      { kind: 'reauthenticated', deviceId: sql`s.device_id`, details: parameter('details', 'jsonb') },
      sql`touched`,
    )})
    SELECT EXISTS (SELECT 1 FROM owner) AS lives, (SELECT to_jsonb(touched) FROM touched) AS session`,
);
