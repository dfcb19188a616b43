import { type SQL, sql } from 'drizzle-orm';
import { recordAct } from '../../audit/record-event.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { forgetDevices } from '../../devices/device.repository.js';
import { endSessions } from '../../sessions/session-fragments.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import {
  actValues,
  type ActWrite,
  actWrite,
  allowed,
  type DecidedAct,
  type JudgedRow,
  judged,
} from './act-fragments.js';
import type { ReadUpdate, UpdatedColumns } from './update-form.js';

export class UpdateUserRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The unique index decides who was first with a username. */
  async update(
    act: DecidedAct,
    { columns, fields }: ReadUpdate,
  ): Promise<ActWrite<{ user: User; hasChanged: boolean }>> {
    const { role } = columns;
    const changesRole = role !== act.seenRole;
    const hasChanged = changesRole || fields.length > 0;
    const details = { fields, roles: { from: act.seenRole, to: role } };
    const values = { ...actValues(act), ...columns, fields, changesRole, details };
    const [row] = await update.run(this.#db, values);
    return actWrite(row, row?.person ? { user: readUser(row.person, row.city), hasChanged } : null);
  }
}

interface UpdateRow extends JudgedRow {
  readonly person: Record<string, unknown> | null;
  readonly city: Record<string, unknown> | null;
}

type Values = ReturnType<typeof actValues> &
  UpdatedColumns & { readonly fields: readonly string[]; readonly changesRole: boolean; readonly details: object };

const [role, changesRole] = [parameter('role', 'text'), parameter('changesRole', 'boolean')];
const [fields, details] = [parameter('fields', 'text[]'), parameter('details', 'jsonb')];
const now = parameter('now', 'timestamptz');

/** Columns that are not among the fields stay as they are at the locked row. */
function changed(column: string, path: string, value: SQL): SQL {
  return sql`${sql.raw(column)} = CASE WHEN ${sql.raw(`'${path}'`)} = ANY(${fields}) THEN ${value} ELSE users.${sql.raw(column)} END`;
}

const columns = sql.join(
  [
    changed('first_name', 'firstName', parameter('firstName', 'text')),
    changed('last_name', 'lastName', parameter('lastName', 'text')),
    changed('username', 'username', parameter('username', 'text')),
    changed('locale', 'locale', parameter('locale', 'text')),
    changed('location_id', 'locationId', parameter('locationId', 'int')),
    changed('marketplace_access', 'marketplace.hasAccess', parameter('marketplaceAccess', 'boolean')),
    changed('business_type', 'marketplace.businessType', parameter('businessType', 'text')),
    changed('shop_id', 'marketplace.shopId', parameter('shopId', 'text')),
    changed('b2b_verified', 'marketplace.b2bVerified', parameter('b2bVerified', 'boolean')),
  ],
  sql`,
        `,
);

/** An account with a role has a verified number and one proof more. */
const mayHaveRole = sql`(NOT ${changesRole} OR ${role} = 'USER'
        OR phone_verified_at IS NOT NULL AND num_nonnulls(email_verified_at, password_hash) > 0)`;

/**
 * Tokens say the role, so a new one ends all sessions. Devices that opened the account by one proof are forgotten: who gets a
 * role begins with two. Raw, because the builder cannot write to several tables from what the parts before returned.
 */
const update = new Statement<UpdateRow, Values>(
  'updateUser: update',
  sql`
    WITH ${judged},
    updated AS (
      UPDATE users SET ${columns}, role = ${role},
        updated_at = CASE WHEN ${changesRole} OR cardinality(${fields}) > 0 THEN ${now} ELSE users.updated_at END,
        session_epoch = users.session_epoch + CASE WHEN ${changesRole} THEN 1 ELSE 0 END
      WHERE id = (SELECT id FROM account WHERE ${mayHaveRole})
      RETURNING users.*
    ),
    promoted AS (SELECT id FROM updated WHERE ${changesRole}),
    ended AS (${endSessions(sql`SELECT id FROM promoted`, sql`NULL`)} RETURNING expires_at),
    forgotten AS (${forgetDevices(sql`SELECT id FROM promoted`, sql`NULL`)}),
    role_event AS (${recordAct({ kind: 'role_changed', details: sql`${details} -> 'roles'` }, sql`promoted`)}),
    end_event AS (${recordAct(
      {
        kind: 'sessions_ended',
        details: sql`jsonb_build_object('sessions', (SELECT count(*) FROM ended WHERE expires_at > ${now}))`,
      },
      sql`(SELECT id FROM promoted WHERE EXISTS (SELECT 1 FROM ended))`,
    )}),
    event AS (${recordAct(
      { kind: 'user_updated', details: sql`${details} - 'roles'` },
      sql`(SELECT id FROM updated WHERE NOT ${changesRole} OR cardinality(${fields}) > 0)`,
    )})
    SELECT ${allowed}, to_jsonb(updated) AS person, to_jsonb(cities) AS city
    FROM (SELECT 1) one LEFT JOIN updated ON true LEFT JOIN cities ON cities.id = updated.location_id`,
);
