import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AuditEventRepository } from '../../src/audit/audit-event.repository.js';
import { openDatabase } from '../../src/database/database.js';
import { migrateDatabase } from '../../src/database/migrate.js';
import { tables } from '../../src/tables.js';
import { deleteAccount } from '../support/operations/leaving-operations.js';
import { signIn } from '../support/operations/operations.js';
import { EmptyDatabase, open } from '../support/postgres/empty-database.js';
import { runGrants } from '../support/postgres/grants.js';
import { startService, type TestServiceOptions } from '../support/service.js';

/** Somebody with the address of the database tries to change what the audit trail says. */

const NUMBER = '+9779800004801';
const DAY = 86_400_000;

let database: EmptyDatabase;
let owner: Role;
let app: Role;
beforeAll(async () => {
  database = await EmptyDatabase.make();
  ({ owner, app } = await install(database));
});
afterAll(() => database.drop());
beforeEach(() => database.admin.unsafe('SET session_replication_role = replica; DELETE FROM accounts.audit_events'));

type Role = Awaited<ReturnType<EmptyDatabase['role']>>;

/** The owner of a schema migrates, and the service has a role of its own. */
async function install(at: EmptyDatabase, { grantsFirst = true } = {}) {
  const [owner, app] = [await at.role('owner'), await at.role('app')];
  await at.admin.unsafe(`CREATE SCHEMA accounts AUTHORIZATION ${owner.name}`);
  for (const { name } of [owner, app]) await at.admin.unsafe(`ALTER ROLE ${name} SET search_path = accounts`);
  if (grantsFirst) await give({ owner, app });
  await migrateDatabase(owner.url, { tables });
  return { owner, app };
}

function give({ owner, app }: { owner: Role; app: Role }): Promise<void> {
  return runGrants(owner.url, { schema: 'accounts', role: app.name });
}

async function as<Result>(url: string, work: (sql: postgres.Sql) => Promise<Result>): Promise<Result> {
  const sql = open(url);
  return work(sql).finally(() => sql.end());
}

const at = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY).toISOString();

function write(sql: postgres.Sql, event: { daysAgo: number; userId?: string | undefined }) {
  return sql`INSERT INTO audit_events (at, kind, user_id) VALUES (${at(event.daysAgo)}, 'registered', ${event.userId ?? null})`;
}

async function agesOf(sql: postgres.Sql): Promise<number[]> {
  const rows = await sql<{ days: number }[]>`
    SELECT round(extract(epoch FROM now() - at) / 86400)::int AS days FROM audit_events ORDER BY at`;
  return rows.map(({ days }) => days);
}

const BY_HAND = [
  `UPDATE audit_events SET kind = 'signed_in'`,
  'DELETE FROM audit_events',
  'TRUNCATE audit_events',
  `INSERT INTO audit_events SELECT * FROM audit_events ON CONFLICT (id) DO UPDATE SET kind = 'signed_in'`,
  'SELECT 1 FROM audit_events FOR UPDATE',
];

describe('with the role of the service', () => {
  test.each(BY_HAND)('nobody can: %s', async (statement) => {
    await as(app.url, async (sql) => {
      await write(sql, { daysAgo: 0 });
      await expect(sql.unsafe(statement)).rejects.toThrow(/permission denied/);
      // Nor by the word that the functions use.
      await sql`SELECT set_config('phone_accounts.audit_events', 'open', false)`;
      await expect(sql.unsafe(statement)).rejects.toThrow(/permission denied/);
      expect(await agesOf(sql)).toEqual([0]);
    });
  });

  test('nor if the rights are given after the migrations, or once more', async () => {
    const later = await EmptyDatabase.make();
    try {
      const roles = await install(later, { grantsFirst: false });
      for (const _time of ['first', 'second']) {
        await give(roles);
        await as(roles.app.url, (sql) => expect(sql`DELETE FROM audit_events`).rejects.toThrow(/permission denied/));
        expect(await migrateDatabase(roles.app.url, { tables })).toEqual([]);
      }
    } finally {
      await later.drop();
    }
  });

  test('nobody can remove what is younger than a day, whatever they say', async () => {
    await as(app.url, async (sql) => {
      for (const daysAgo of [0, 0.9, 2]) await write(sql, { daysAgo });
      await sql`SELECT audit_events_remove(now() + interval '1 year', 1000)`;
      expect(await agesOf(sql)).toEqual([1, 0]);
    });
  });

  test('nobody can have an account forgotten that is there', async () => {
    await as(app.url, async (sql) => {
      const userId = randomUUID();
      await sql`INSERT INTO users (id, created_at, updated_at) VALUES (${userId}, now(), now())`;
      await write(sql, { daysAgo: 0, userId });
      await expect(sql`SELECT audit_events_forget(${userId}, '{}')`).rejects.toThrow(/only accounts that are gone/);
    });
  });

  test('nobody wipes out rows of accounts that are there by naming their numbers', async () => {
    await as(app.url, async (sql) => {
      const [living, other, gone] = [randomUUID(), randomUUID(), randomUUID()];
      await sql`INSERT INTO users (id, created_at, updated_at) VALUES (${other}, now(), now())`;
      await sql`INSERT INTO users (id, phone_number, phone_verified_at, created_at, updated_at)
        VALUES (${living}, '+9779800004811', now(), now(), now())`;
      const rows = [
        [living, '+9779800004811'],
        [null, '+9779800004811'],
        [other, '+9779800004812'],
        [null, '+9779800004812'],
        [gone, '+9779800004813'],
      ] as const;
      for (const [userId, phoneNumber] of rows)
        await sql`INSERT INTO audit_events (at, kind, user_id, phone_number)
          VALUES (now(), 'phone_verified', ${userId}, ${phoneNumber})`;
      const numbers = '{+9779800004811,+9779800004812}';
      const [forgotten] = await sql`SELECT audit_events_forget(${gone}, ${numbers}) AS count`;
      expect(forgotten).toEqual({ count: 2 });
      const left =
        await sql`SELECT user_id, phone_number FROM audit_events WHERE phone_number IS NOT NULL ORDER BY 2, 1`;
      expect(left.map((row) => [row['user_id'], row['phone_number']])).toEqual(rows.slice(0, 3).map((row) => [...row]));
    });
  });

  test('an administrator who leaves does not take along what they did to others', async () => {
    await as(app.url, async (sql) => {
      const [gone, other, session] = [randomUUID(), randomUUID(), randomUUID()];
      await sql`INSERT INTO audit_events (at, kind, user_id, actor_kind, actor_id, session_id, request_id, ip_address, user_agent)
        VALUES (now(), 'user_locked', ${other}, 'ADMINISTRATOR', ${gone}, ${session}, 'a request', '192.0.2.1', 'a browser')`;
      await sql`SELECT audit_events_forget(${gone}, '{}')`;
      const who = { user_id: other, actor_id: gone, session_id: session, request_id: 'a request' };
      expect(
        await sql`SELECT user_id, actor_id, session_id, request_id, ip_address, user_agent FROM audit_events`,
      ).toEqual([{ ...who, ip_address: null, user_agent: null }]);
    });
  });

  test('nobody can lead the functions to a table of their own', async () => {
    await as(app.url, async (sql) => {
      await write(sql, { daysAgo: 2 });
      await sql`CREATE TEMP TABLE audit_events AS SELECT * FROM accounts.audit_events`;
      await sql`SET search_path = pg_temp, accounts`;
      await sql`SELECT accounts.audit_events_remove(now(), 1000)`;
      expect(await sql`SELECT 1 FROM accounts.audit_events`).toHaveLength(0);
      expect(await sql`SELECT 1 FROM pg_temp.audit_events`).toHaveLength(1);
    });
  });
});

describe('with the role that owns the tables', () => {
  test.each(BY_HAND.slice(0, 4))('a statement in passing does not: %s', async (statement) => {
    await as(owner.url, async (sql) => {
      await write(sql, { daysAgo: 0 });
      await expect(sql.unsafe(statement)).rejects.toThrow('The audit trail is append-only');
      expect(await agesOf(sql)).toEqual([0]);
    });
  });

  test('nor after the functions have done their work in the same transaction', async () => {
    await as(owner.url, async (sql) => {
      await write(sql, { daysAgo: 2 });
      const both = sql.begin(async (transaction) => {
        await transaction`SELECT audit_events_remove(now(), 1000), audit_events_forget(${randomUUID()}, '{}')`;
        await transaction`DELETE FROM audit_events`;
      });
      await expect(both).rejects.toThrow('The audit trail is append-only');
    });
  });
});

test('a role without rights has no events removed', async () => {
  const stranger = await database.role('stranger');
  await database.admin.unsafe(`GRANT USAGE ON SCHEMA accounts TO ${stranger.name}`);
  await as(stranger.url, async (sql) => {
    await expect(sql`SELECT accounts.audit_events_remove(now(), 1)`).rejects.toThrow(/permission denied/);
    await expect(sql`SELECT accounts.audit_events_forget(${randomUUID()}, '{}')`).rejects.toThrow(/permission denied/);
  });
});

test('a start whose role may not call the functions says what to grant', async () => {
  await as(owner.url, (sql) => sql.unsafe(`REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA accounts FROM ${app.name}`));
  await expect(migrateDatabase(app.url, { tables })).rejects.toThrow(
    /may not read and write audit_events: .*GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "accounts"/,
  );
  await give({ owner, app });
});

test('the service itself removes what is older than AUDIT_RETENTION days, in parts, and forgets who leaves', async () => {
  const options: TestServiceOptions = { databaseUrl: app.url };
  const service = await startService(options);
  const { db, close } = openDatabase(app.url, { maxConnections: 1 });
  try {
    await as(app.url, async (sql) => {
      for (const daysAgo of [400, 399, 398, 10]) await write(sql, { daysAgo });
      const trail = new AuditEventRepository(db, 365);
      expect(await trail.removeOver(new Date(), 2)).toBe(2);
      expect(await trail.removeOver(new Date(), 2)).toBe(1);
      const { user, tokens } = await signIn(service, NUMBER);
      await write(sql, { daysAgo: 1, userId: user.id });
      expect(await deleteAccount(service, tokens.accessToken)).toMatchObject({ __typename: 'DeleteAccountSuccess' });
      expect(await sql`SELECT 1 FROM audit_events WHERE user_id = ${user.id}`).toHaveLength(0);
      expect(await sql`SELECT 1 FROM audit_events WHERE kind = 'account_deleted'`).toHaveLength(1);
      await service.background.housekeeper.run();
      expect(service.logs.filter((line) => /"level":[56]0/.test(line))).toEqual([]);
    });
  } finally {
    await close();
    await service.close();
  }
});
