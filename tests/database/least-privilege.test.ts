import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrateDatabase } from '../../src/database/migrate.js';
import { tables } from '../../src/tables.js';
import { EmptyDatabase, open } from '../support/postgres/empty-database.js';
import { me, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { runGrants } from '../support/postgres/grants.js';
import { startService } from '../support/service.js';

/** Roles with few rights: the owner of a schema migrates, and the service may only read and write rows. */

const PHONE_NUMBER = '+255679190720';

let database: EmptyDatabase;

beforeEach(async () => {
  database = await EmptyDatabase.make();
});

afterEach(() => database.drop());

/** An owner with a schema but without the right to make one, and the role of the service. */
async function makeRoles(schema = 'accounts') {
  const [owner, app] = [await database.role('owner'), await database.role('app')];
  await database.admin.unsafe(`CREATE SCHEMA ${schema} AUTHORIZATION ${owner.name}`);
  for (const { name } of [owner, app]) await database.admin.unsafe(`ALTER ROLE ${name} SET search_path = ${schema}`);
  return { owner, app, schema };
}

function startOn(url: string, options: Parameters<typeof migrateDatabase>[1] = {}) {
  return migrateDatabase(url, { tables, ...options });
}

test('an owner of a schema migrates, and people sign in at a service that may only read and write rows', async () => {
  const { owner, app, schema } = await makeRoles();
  await runGrants(owner.url, { schema, role: app.name });

  expect(await startOn(owner.url)).toContain('0000_initial');
  expect(await startOn(app.url)).toEqual([]);
  const service = await startService({ databaseUrl: app.url });
  try {
    await requestOtp(service, { phoneNumber: PHONE_NUMBER });
    const otp = service.phone.code(PHONE_NUMBER);
    const signedIn = await verifyOtp(service, { phoneNumber: PHONE_NUMBER, otp });
    const { body } = await me(service, signedIn.tokens.accessToken);
    expect(body.data.me).toMatchObject({ phoneNumber: PHONE_NUMBER });
    await service.background.housekeeper.run();
    expect(service.logs.filter((line) => /"level":[56]0/.test(line))).toEqual([]);
  } finally {
    await service.close();
  }

  expect(await database.tablesIn('public')).toEqual([]);
  expect(await database.tablesIn('drizzle')).toEqual([]);
  const session = open(app.url);
  await expect(session`CREATE TABLE mine (id int)`).rejects.toThrow(/permission denied/);
  await session.end();
});

test('the grants may also be given after the first migration', async () => {
  const { owner, app, schema } = await makeRoles();
  await startOn(owner.url);
  await runGrants(owner.url, { schema, role: app.name });

  expect(await startOn(app.url)).toEqual([]);
});

test('with the address of the owner for migrations, one start does both', async () => {
  const { owner, app, schema } = await makeRoles();
  await runGrants(owner.url, { schema, role: app.name });

  expect(await startOn(app.url, { migrationTarget: owner.url })).toContain('0000_initial');
  expect(await startOn(app.url, { migrationTarget: owner.url })).toEqual([]);
});

test('a start whose role may not use the schema says what to grant', async () => {
  const { owner, app } = await makeRoles();
  await startOn(owner.url);

  await expect(startOn(app.url)).rejects.toThrow(/may use none|may not use it.*GRANT USAGE ON SCHEMA/);
});

test('a start whose role may not read the tables says what to grant', async () => {
  const { owner, app, schema } = await makeRoles();
  await startOn(owner.url);
  await database.admin.unsafe(`GRANT USAGE ON SCHEMA ${schema} TO ${app.name}`);

  const grant = new RegExp(`GRANT SELECT ON ALL TABLES IN SCHEMA "accounts" TO "${app.name}"`);
  await expect(startOn(app.url)).rejects.toThrow(grant);
  await expect(startOn(app.url, { mode: 'off' })).rejects.toThrow(
    new RegExp(
      `^The role ${app.name} may not read and write audit_events, audit_failures, .* and \\d+ more: ` +
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "accounts" TO "${app.name}"; ` +
        `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "accounts" TO "${app.name}" \\(docs/grants\\.sql\\)\\.$`,
    ),
  );
});

test('a start whose role may not migrate says so, and what to do', async () => {
  const { owner, app, schema } = await makeRoles();
  await runGrants(owner.url, { schema, role: app.name });

  const problem = await startOn(app.url).catch((error: Error) => error.message);

  expect(problem).toContain(`The role ${app.name} may not run the migrations 0000_initial, `);
  expect(problem).toContain('permission denied for schema accounts');
  expect(problem).toContain(`GRANT USAGE, CREATE ON SCHEMA "accounts" TO "${app.name}"; or let the owner`);
  expect(await database.tablesIn(schema)).toEqual([]);
});

test('a role that may not connect is told so in one line', async () => {
  const { app } = await makeRoles();
  await database.admin.unsafe(`REVOKE CONNECT ON DATABASE ${database.name} FROM PUBLIC`);

  await expect(startOn(app.url)).rejects.toThrow(
    /^Cannot use the database at .*: permission denied for database .*GRANT CONNECT ON DATABASE .* TO/,
  );
});
