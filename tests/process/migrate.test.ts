import { afterEach, beforeEach, expect, test } from 'vitest';
import { me, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { withWord } from '../support/postgres/database-url.js';
import { EmptyDatabase, open } from '../support/postgres/empty-database.js';
import { runGrants } from '../support/postgres/grants.js';
import { runCommand } from '../support/process/operator-command.js';
import { ProcessPlace } from '../support/process/process-place.js';
import { TEST_SECRET } from '../support/service.js';

/** `npm run migrate`, `MIGRATE` and `DATABASE_MIGRATION_URL`, as an operator uses them. */

const PHONE_NUMBER = '+255679190720';

let place: ProcessPlace;
let database: EmptyDatabase;

beforeEach(async () => {
  [database, place] = await Promise.all([EmptyDatabase.make(), ProcessPlace.make()]);
});

afterEach(async () => {
  await place.end();
  await database.drop();
});

function migrate(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  return runCommand({ name: 'migrate', args, env });
}

/** The line in which a start says why it fails. */
async function refusal(env: Readonly<Record<string, string>>): Promise<string> {
  const service = await place.start({ env: { APP_SECRET: TEST_SECRET, ...env } });
  const { code, stderr } = await service.ended;
  expect(code).toBe(1);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  return stderr;
}

test('the owner runs npm run migrate, and the service runs with a role that changes no table', async () => {
  const [owner, app] = [await database.role('owner'), await database.role('app')];
  await database.admin.unsafe(`GRANT CREATE ON SCHEMA public TO ${owner.name}`);
  const env = { DATABASE_URL: app.url, MIGRATE: 'check' };

  expect(await refusal(env)).toMatch(
    / MIGRATE=check, and this is to be migrated: 0000_initial, .* Run npm run migrate /,
  );
  const first = await migrate({ DATABASE_URL: app.url, DATABASE_MIGRATION_URL: owner.url });
  const again = await migrate({ DATABASE_URL: owner.url });
  expect(await refusal({ ...env, MIGRATE: 'off' })).toMatch(/ may not read and write .* \(docs\/grants\.sql\)\./);
  await runGrants(owner.url, { schema: 'public', role: app.name });

  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toMatch(/^Migrated:\n {2}0000_initial\n/);
  expect(again).toEqual({ code: 0, stdout: 'Nothing to migrate.\n', stderr: '' });
  const service = await place.startReady({ env: { ...env, APP_SECRET: TEST_SECRET } });
  await requestOtp(service.client, { phoneNumber: PHONE_NUMBER });
  const otp = await service.printedCode(PHONE_NUMBER);
  const signedIn = await verifyOtp(service.client, { phoneNumber: PHONE_NUMBER, otp });
  const { body } = await me(service.client, signedIn.tokens.accessToken);
  expect(body.data.me).toMatchObject({ phoneNumber: PHONE_NUMBER });
  // The shipped cities are there, too.
  expect(await database.admin`SELECT FROM cities LIMIT 1`).toHaveLength(1);
  expect(await service.stop()).toMatchObject({ code: 0, stderr: '' });
});

test('with DATABASE_MIGRATION_URL, the service migrates as the owner and then uses its own role', async () => {
  const [owner, app] = [await database.role('owner'), await database.role('app')];
  await database.admin.unsafe(`GRANT CREATE ON SCHEMA public TO ${owner.name}`);
  const asOwner = open(owner.url);
  const rights = 'SELECT, INSERT, UPDATE, DELETE';
  await asOwner.unsafe(`ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ${rights} ON TABLES TO ${app.name}`);
  await asOwner.end();

  await place.startReady({
    env: { DATABASE_URL: app.url, DATABASE_MIGRATION_URL: owner.url, APP_SECRET: TEST_SECRET },
  });

  const owners = await database.admin`SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'`;
  expect(owners).toEqual([{ tableowner: owner.name }]);
});

test('an address for migrations that leads to another schema is refused', async () => {
  const owner = await database.role('owner');
  await database.admin.unsafe(`CREATE SCHEMA accounts AUTHORIZATION ${owner.name}`);
  const env = { DATABASE_URL: database.url, DATABASE_MIGRATION_URL: withWord(owner.url, 'schema', 'accounts') };

  expect(await refusal(env)).toContain(
    `DATABASE_MIGRATION_URL leads to the schema accounts of ${database.name}, and DATABASE_URL to the schema public of`,
  );
});

test('a start that waits for a migration of others says so in the log', async () => {
  const holder = open(withWord(database.url, 'application_name', 'somebody'));
  await holder.begin(async (sql) => {
    await sql`SELECT pg_advisory_xact_lock(7264118, hashtext(current_schema()))`;
    const service = await place.start({ env: { DATABASE_URL: database.url, APP_SECRET: TEST_SECRET } });
    for (let tries = 0; tries < 200 && !service.stdout.includes('somebody'); tries++) await sql`SELECT pg_sleep(0.05)`;
    expect(service.stdout).toMatch(/migrations wait for a lock that is held by process \d+ \(somebody, /);
  });
  await holder.end();
});

test('npm run migrate explains a mistake', async () => {
  const { code, stderr } = await migrate({ DATABASE_URL: database.url }, ['--dry-run']);

  expect(code).toBe(1);
  expect(stderr).toMatch(/^phone-accounts: this command takes no arguments and no options\.\nUsage: npm run migrate\n/);
});
