import { sql } from 'drizzle-orm';
import { folded } from '../database/columns.js';
import type { Database } from '../database/database.js';
import { rowFromJson } from '../database/rows.js';
import { parameter, Statement } from '../database/statement.js';
import { recordEvents } from '../events/record-events.js';
import { reservesNames, type UserRow, userTable } from '../users/user.table.js';
import type { ImportedAccount } from './account-form.js';
import type { OwnAccount, RowFacts } from './decision.js';
import { isUnused } from './last-used.js';

/** An account to write: a new one, or one that an import made before. */
export interface AccountWrite {
  readonly id: string;
  readonly account: ImportedAccount;
}

export interface BatchWrite {
  readonly inserts: readonly AccountWrite[];
  readonly updates: readonly AccountWrite[];
  readonly now: Date;
}

export class ImportRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** What the database knows about the rows of a batch, in their order. */
  async look(rows: readonly ImportedAccount[]): Promise<RowFacts[]> {
    const found = await look.run(this.#db, { rows: rows.map(columnsOf) });
    return found.map(({ own, number_owner: numberOwner, email_owner: emailOwner, username_owner: usernameOwner }) => {
      return { own: own && readOwn(rowFromJson(userTable, own)), numberOwner, emailOwner, usernameOwner };
    });
  }

  /**
   * Writes a batch, in one statement: so of a batch there is all or nothing, whenever the process is killed. Returns the ids of
   * the accounts that were written. Missing are those whose names somebody took meanwhile, and those that were used meanwhile.
   * @throws on a conflict between an update and what somebody took meanwhile; then nothing is written
   */
  async write({ inserts, updates, now }: BatchWrite): Promise<ReadonlySet<string>> {
    const written = await write.run(this.#db, { inserts: inserts.map(toJson), updates: updates.map(toJson), now });
    return new Set(written.map(({ id }) => id));
  }
}

function toJson({ id, account }: AccountWrite) {
  return { id, ...columnsOf(account) };
}

/** By the names of `columns`. */
function columnsOf(account: ImportedAccount) {
  return {
    external_id: account.externalId,
    phone_number: account.phoneNumber,
    phone_verified: account.phoneVerified,
    email: account.email,
    email_verified: account.emailVerified,
    username: account.username,
    first_name: account.firstName,
    last_name: account.lastName,
    password_hash: account.passwordHash,
    last_used_at: account.lastUsedAt,
  };
}

function readOwn(row: UserRow): OwnAccount {
  const { id, externalId, phoneNumber, email, username, firstName, lastName, passwordHash } = row;
  const { importedAt, lastUsedAt, updatedAt } = row;
  // An import writes both from one clock. An earlier one is from a process whose clock is behind.
  const isUnchanged = updatedAt.getTime() === importedAt?.getTime() && row.lockedAt === null;
  const isOfImport = lastUsedAt.getTime() === importedAt?.getTime();
  return {
    ...{ id, externalId, phoneNumber, email, username, firstName, lastName, passwordHash },
    phoneVerified: row.phoneVerifiedAt !== null,
    emailVerified: row.emailVerifiedAt !== null,
    lastUsedAt: isOfImport ? null : lastUsedAt.toISOString(),
    used: !isUnchanged || importedAt === null || !isUnused({ lastUsedAt, importedAt }),
  };
}

const columns = sql`external_id text, phone_number text, phone_verified boolean, email text, email_verified boolean,
  username text, first_name text, last_name text, password_hash text, last_used_at timestamptz`;

const reserving = reservesNames({
  phoneVerifiedAt: sql`u.phone_verified_at`,
  emailVerifiedAt: sql`u.email_verified_at`,
});

interface FactsRow {
  readonly own: Record<string, unknown> | null;
  readonly number_owner: string | null;
  readonly email_owner: string | null;
  readonly username_owner: string | null;
}

const withoutId = sql`u.external_id IS NULL AND u.imported_at IS NOT NULL`;

/**
 * A row with an id is known by it, and another one by its first name (keyOf in decision.ts), which must be the first one of
 * the account, too: otherwise a row with an address only would replace somebody who has a number. Raw, because the builder cannot
 * read rows from a parameter. Each part finds its account by an index of its own.
 */
const look = new Statement<FactsRow, { readonly rows: object }>(
  'users:import: look',
  sql`
    SELECT to_jsonb(own) AS own,
      (SELECT u.id FROM users u WHERE u.phone_number = g.phone_number AND u.phone_verified_at IS NOT NULL) AS number_owner,
      (SELECT u.id FROM users u WHERE lower(u.email) = ${folded(sql`g.email`)} AND ${reserving}) AS email_owner,
      (SELECT u.id FROM users u WHERE lower(u.username) = ${folded(sql`g.username`)} AND ${reserving}) AS username_owner
    FROM ROWS FROM (jsonb_to_recordset(${parameter('rows', 'jsonb')}) AS (${columns})) WITH ORDINALITY
      AS g(external_id, phone_number, phone_verified, email, email_verified, username, first_name, last_name, password_hash,
        last_used_at, place)
    LEFT JOIN LATERAL (
      SELECT * FROM users u WHERE u.external_id = g.external_id
      UNION ALL
      SELECT * FROM users u WHERE g.external_id IS NULL AND u.phone_number = g.phone_number AND ${withoutId}
      UNION ALL
      SELECT * FROM users u
      WHERE g.external_id IS NULL AND g.phone_number IS NULL AND lower(u.email) = ${folded(sql`g.email`)}
        AND u.phone_number IS NULL AND ${withoutId}
      UNION ALL
      SELECT * FROM users u
      WHERE g.external_id IS NULL AND g.phone_number IS NULL AND g.email IS NULL
        AND lower(u.username) = ${folded(sql`g.username`)}
        AND u.phone_number IS NULL AND u.email IS NULL AND ${withoutId}
      LIMIT 1
    ) own ON true
    ORDER BY g.place`,
);

const now = parameter('now', 'timestamptz');
/** `isUnused` (last-used.ts). */
const unused = sql`(users.last_used_at = users.imported_at OR users.last_used_at <= users.imported_at - interval '1 hour')`;
const verifiedAt = (flag: string) => sql`CASE WHEN ${sql.raw(flag)} THEN ${now} END`;

/** A number that a row has verified is lost to the accounts that have not, as at a sign-in (docs/decisions/0003). */
const write = new Statement<
  { readonly id: string },
  { readonly inserts: object; readonly updates: object; readonly now: Date }
>(
  'users:import: write',
  sql`
    WITH created AS (
      INSERT INTO users (id, external_id, phone_number, phone_verified_at, email, email_verified_at, username, first_name,
        last_name, password_hash, imported_at, last_used_at, created_at, updated_at)
      SELECT id, external_id, phone_number, ${verifiedAt('phone_verified')}, email, ${verifiedAt('email_verified')}, username,
        first_name, last_name, password_hash, ${now}, coalesce(last_used_at, ${now}), ${now}, ${now}
      FROM jsonb_to_recordset(${parameter('inserts', 'jsonb')}) AS g(id uuid, ${columns})
      ON CONFLICT DO NOTHING
      RETURNING id, phone_number, phone_verified_at
    ),
    changed AS (
      UPDATE users SET external_id = g.external_id, phone_number = g.phone_number,
        phone_verified_at = ${verifiedAt('g.phone_verified')}, email = g.email,
        email_verified_at = ${verifiedAt('g.email_verified')}, username = g.username, first_name = g.first_name,
        last_name = g.last_name, password_hash = g.password_hash, imported_at = ${now},
        last_used_at = coalesce(g.last_used_at, CASE WHEN users.last_used_at < users.imported_at THEN users.last_used_at END, ${now}),
        updated_at = ${now}
      FROM jsonb_to_recordset(${parameter('updates', 'jsonb')}) AS g(id uuid, ${columns})
      WHERE users.id = g.id AND ${unused} AND users.updated_at = users.imported_at AND users.locked_at IS NULL
      RETURNING users.id, users.phone_number, users.phone_verified_at
    ),
    written AS (SELECT * FROM created UNION ALL SELECT * FROM changed),
    detached AS (
      UPDATE users SET phone_number = NULL, updated_at = ${now}
      FROM written
      WHERE written.phone_verified_at IS NOT NULL AND users.phone_number = written.phone_number
        AND users.phone_verified_at IS NULL AND users.id NOT IN (SELECT id FROM changed)
    ),
    told_created AS (${recordEvents('user.created', sql`created`, now)}),
    told_updated AS (${recordEvents('user.updated', sql`changed`, now)})
    SELECT id FROM written`,
);
