import { and, eq, sql } from 'drizzle-orm';
import type { Origin } from '../../audit/origin.js';
import { originValues, recordEvent } from '../../audit/record-event.js';
import { onFirstUse } from '../../database/on-first-use.js';
import type { Database } from '../../database/database.js';
import { rowFromJson } from '../../database/rows.js';
import { parameter } from '../../database/statement.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import { type PasskeyRow, passkeyTable } from '../../passkeys/passkey.table.js';
import { type AskingSession, lockAskingSession } from '../../sessions/asking-session.js';

export interface PasskeyChange extends AskingSession {
  readonly passkeyId: string;
  readonly origin: Origin;
}

export type ChangeResult =
  | { readonly kind: 'changed'; readonly passkey: PasskeyRow }
  /** The account has no such passkey. */
  | { readonly kind: 'not_found' }
  | { readonly kind: 'session_over' };

/** What people do with passkeys that they have. */
export class OwnPasskeyRepository {
  readonly #db: Database;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#db = db;
    this.#statements = prepareStatements(this.#db);
  }

  async rename({ origin, ...change }: PasskeyChange, name: string): Promise<ChangeResult> {
    return readResult(await this.#statements.rename.execute({ ...change, ...originValues(origin), name }));
  }

  async remove({ origin, ...change }: PasskeyChange, notices: readonly PreparedNotice[]): Promise<ChangeResult> {
    const values = { ...change, ...originValues(origin), ...noticeValues(notices) };
    return readResult(await this.#statements.remove.execute(values));
  }
}

interface ChangeRow {
  readonly lives: boolean;
  readonly passkey: Record<string, unknown> | null;
}

function readResult([row]: readonly ChangeRow[]): ChangeResult {
  if (!row?.lives) return { kind: 'session_over' };
  if (row.passkey === null) return { kind: 'not_found' };
  return { kind: 'changed', passkey: rowFromJson(passkeyTable, row.passkey) };
}

/** The builder has no SELECT without a table. */
const ONE_ROW = sql`(VALUES (1)) AS one_row`;

const answer = {
  lives: sql<boolean>`EXISTS (SELECT 1 FROM asking)`,
  passkey: sql<Record<string, unknown> | null>`(SELECT to_jsonb(changed) FROM changed)`,
};

/** The passkey, if the session that asks lives and the account has it. */
const own = and(
  eq(passkeyTable.id, parameter('passkeyId', 'uuid')),
  sql`${passkeyTable.userId} = (SELECT asking.user_id FROM asking JOIN account ON asking.epoch >= account.session_epoch)`,
);

/** Locked, so that of two passkeys which are removed at the same moment one stays. Raw, because it is asked after the account is locked. */
const OTHER = sql`
  SELECT p.id FROM passkeys p
  WHERE p.user_id = (SELECT id FROM account) AND p.id <> ${parameter('passkeyId', 'uuid')} AND p.cloned_at IS NULL
  LIMIT 1 FOR UPDATE`;

/** Whether the account opens without the passkey (removal-decision.ts). One that was copied opens nothing anyway. */
const opensWithout = sql`(EXISTS (
      SELECT 1 FROM account WHERE num_nonnulls(phone_verified_at, email_verified_at, password_hash) > CASE role WHEN 'USER' THEN 0 ELSE 1 END
    ) OR EXISTS (SELECT 1 FROM other) OR ${passkeyTable.clonedAt} IS NOT NULL)`;

function prepareStatements(db: Database) {
  return onFirstUse({
    rename: () => {
      const { account, asking } = lockAskingSession(db);
      const name = parameter('name', 'text');
      const changed = db.$with('changed').as(db.update(passkeyTable).set({ name }).where(own).returning());
      const event = recordChange(db, 'passkey_renamed');
      return db.with(account, asking, changed, event).select(answer).from(ONE_ROW).prepare('passkeys: rename');
    },
    remove: () => {
      const { account, asking } = lockAskingSession(db);
      const other = db.$with('other', {}).as(OTHER);
      const changed = db.$with('changed').as(db.delete(passkeyTable).where(and(own, opensWithout)).returning());
      const event = recordChange(db, 'passkey_removed');
      const told = db.$with('told', {}).as(queueNotices(sql`EXISTS (SELECT 1 FROM changed)`));
      return db
        .with(account, asking, other, changed, event, told)
        .select(answer)
        .from(ONE_ROW)
        .prepare('passkeys: remove');
    },
  });
}

function recordChange(db: Database, kind: 'passkey_renamed' | 'passkey_removed') {
  const details = sql`(SELECT jsonb_build_object('passkeyId', id, 'name', name) FROM changed)`;
  const event = { kind, deviceId: sql`s.device_id`, details };
  return db.$with('event', {}).as(recordEvent(event, sql`(SELECT asking.* FROM asking, changed)`));
}
