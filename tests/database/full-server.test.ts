import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import { SERVICE_LIMITS } from '../../src/database/pool/time-limits.js';
import { inParallel, obtainCode, REQUEST_OTP, signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await openTestDatabase();
});

afterEach(() => database.close());

async function withService(use: (service: TestService) => Promise<void>, databaseUrl = database.url): Promise<void> {
  const service = await startService({ database, databaseUrl });
  await use(service).finally(() => service.close());
}

test('every connection has time limits of the server, and none where work may take long', async () => {
  const settings = sql`SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
    current_setting('idle_in_transaction_session_timeout') AS idle`;
  const limited = openDatabase(database.url, { maxConnections: 1, limits: SERVICE_LIMITS });
  const unlimited = openDatabase(database.url, { maxConnections: 1 });
  const found = await Promise.all([limited, unlimited].map(async ({ db }) => (await db.execute(settings))[0]));
  await Promise.all([limited.close(), unlimited.close()]);
  expect(found).toEqual([
    { statement: '4s', lock: '250ms', idle: '10s' },
    { statement: '0', lock: '0', idle: '0' },
  ]);
});

test('a statement that runs for too long is ended on the server, and its connection goes on', async () => {
  const limits = { ...SERVICE_LIMITS, statement: 200 };
  const { db, close } = openDatabase(database.url, { maxConnections: 1, limits });
  const pid = async () => (await db.execute<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`))[0]?.pid;
  const before = await pid();
  await expect(db.execute(sql`SELECT pg_sleep(10)`)).rejects.toMatchObject({ cause: { code: '57014' } });
  expect(await pid()).toBe(before);
  await close();
});

describe('a role that may have 8 connections', () => {
  const role = `limited_${randomUUID().slice(0, 8)}`;

  beforeEach(async () => {
    await database.db.execute(sql.raw(`CREATE ROLE ${role} LOGIN PASSWORD 'secret' CONNECTION LIMIT 8`));
    await database.db.execute(
      sql.raw(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`),
    );
    await database.db.execute(sql.raw(`GRANT MAINTAIN ON signing_keys TO ${role}`)).catch(() => undefined);
  });

  afterEach(async () => {
    await database.db.execute(sql.raw(`DROP OWNED BY ${role}`));
    await database.db.execute(sql.raw(`DROP ROLE ${role}`));
  });

  test('serves 45 requests at once: one connection too few is no outage', async () => {
    const url = new URL(database.url);
    Object.assign(url, { username: role, password: 'secret' });
    await withService(async (service) => {
      await inParallel(45, (person) => signIn(service, `+25567919${String(1000 + person)}`));
    }, url.href);
  });

  test('and has none left waits for the first that becomes free', async () => {
    const url = new URL(database.url);
    Object.assign(url, { username: role, password: 'secret' });
    const others = openDatabase(url.href, { maxConnections: 8 });
    const busy = inParallel(8, () => others.db.execute(sql`SELECT pg_sleep(1)`)).finally(() => others.close());
    const late = openDatabase(url.href, { maxConnections: 5 });
    const answers = await inParallel(20, () => late.db.execute(sql`SELECT 1 AS one`));
    expect(answers.map(([row]) => row)).toEqual(answers.map(() => ({ one: 1 })));
    await busy;
    await late.close();
  });
});

/** Whatever is written to this table fails with the code, from the first time to the last of `times`. */
async function failing(code: string, times: number): Promise<void> {
  await database.db.execute(
    sql.raw(`
    CREATE SEQUENCE tries;
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('tries') <= ${times} THEN RAISE EXCEPTION 'no' USING ERRCODE = '${code}'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER fail BEFORE INSERT ON otp_challenges FOR EACH ROW EXECUTE FUNCTION fail()`),
  );
}

async function tries(): Promise<number> {
  const [row] = await database.db.execute<{ tries: string }>(sql`SELECT last_value AS tries FROM tries`);
  return Number(row?.tries);
}

const full = { disk: '53100', memory: '53200', 'statement timeout': '57014', 'read-only server': '25006' };

test.each(Object.entries(full))(
  '%s: the answer says that the service is unavailable, and when to try again',
  async (_, code) => {
    await failing(code, 1_000);
    await withService(async (service) => {
      const answer = await service.graphql(REQUEST_OTP, { input: { phoneNumber: '+255679190720' } });
      expect(answer.body.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await tries()).toBe(1);
    });
  },
);

const undone = { 'serialization failure': '40001', deadlock: '40P01', 'lock timeout': '55P03' };

test.each(Object.entries(undone))('%s: nothing was done, so it begins again, but not for ever', async (_, code) => {
  await failing(code, 5);
  await withService(async (service) => {
    await obtainCode(service, '+255679190720');
    expect(await tries()).toBe(6);
    await database.db.execute(sql`ALTER SEQUENCE tries RESTART MINVALUE -1000000 START -1000000`);
    await database.db.execute(sql`SELECT setval('tries', -1000)`);
    const answer = await service.graphql(REQUEST_OTP, { input: { phoneNumber: '+255679190721' } });
    expect([answer.body.errors?.[0]?.extensions.code, answer.status]).toEqual(['SERVICE_UNAVAILABLE', 503]);
    expect(await tries()).toBe(-1000 + 20);
  });
});

test.each(['repeatable read', 'serializable'])('%s by default: 40 sign-ins at once, none fails', async (isolation) => {
  const [row] = await database.db.execute<{ name: string }>(sql`SELECT current_database() AS name`);
  await database.db.execute(sql.raw(`ALTER DATABASE ${row?.name} SET default_transaction_isolation = '${isolation}'`));
  await withService(async (service) => {
    for (const round of [1, 2, 3]) {
      await inParallel(40, (person) => signIn(service, `+25567919${round}${String(100 + person)}`));
    }
  });
});
