import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inParallel, me, obtainCode, verifyOtp, wrongCode } from '../support/operations/operations.js';
import { PgBouncer } from '../support/postgres/pg-bouncer.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { startService, type TestService } from '../support/service.js';

/** More than the pooler has sessions and the processes have connections, so that statements change sessions all the time. */
const PEOPLE = 48;
const WARN = 40;
const LIMITS = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
/** Few, so that clients hardly ever meet the same session twice. */
const FEW_SESSIONS = 'default_pool_size = 4';

let database: TestDatabase;
let pooler: PgBouncer;

beforeEach(async () => {
  database = await openTestDatabase();
});

afterEach(async () => {
  await pooler.stop();
  await database.close();
});

async function startServices(count: number, env: Readonly<Record<string, string>> = {}): Promise<TestService[]> {
  const first = await startService({ database, databaseUrl: pooler.url, env });
  const others = await inParallel(count - 1, () =>
    startService({ database, databaseUrl: pooler.url, env, clock: first.clock }),
  );
  return [first, ...others];
}

/** Each person asks one process for a code, mistypes it at the next, and signs in at a third. */
async function signEverybodyIn(services: readonly TestService[]): Promise<string[]> {
  const at = (index: number) => services[index % services.length] as TestService;
  const answers = await inParallel(PEOPLE, async (person) => {
    const phoneNumber = `+25567919${String(1000 + person)}`;
    const otp = await obtainCode(at(person), phoneNumber);
    const wrong = await verifyOtp(at(person + 1), { phoneNumber, otp: wrongCode(otp) });
    const right = await verifyOtp(at(person + 2), { phoneNumber, otp });
    const { body } = await me(at(person), right.tokens?.accessToken);
    return [wrong.__typename, right.__typename, body.data?.me.phoneNumber === phoneNumber].join(' ');
  });
  return [...new Set(answers)];
}

function warnings({ logs }: TestService): string {
  const lines = logs.map((line) => JSON.parse(line) as { level: number; msg: string });
  return lines.flatMap(({ level, msg }) => (level === WARN ? [msg] : [])).join('\n');
}

test.each<Record<string, string>>([{}, { DATABASE_PREPARE: 'off' }, { DATABASE_PREPARE: 'on' }])(
  '48 people sign in through a pooler in transaction mode, at three processes: each answer is right (%o)',
  async (env) => {
    pooler = await PgBouncer.start(database.url, [FEW_SESSIONS]);
    const services = await startServices(3, env);
    expect(await signEverybodyIn(services)).toEqual(['InvalidOtpError VerifyOtpSuccess true']);
    for (const service of services) {
      expect(warnings(service).includes('DATABASE_PREPARE')).toBe(!('DATABASE_PREPARE' in env));
      await service.close();
    }
  },
);

test('a pooler that refuses the time limits: one line names them and both ways to set them', async () => {
  pooler = await PgBouncer.start(database.url);
  const [service] = await startServices(1);
  const lines = warnings(service as TestService);
  for (const word of [...LIMITS, 'ignore_startup_parameters', 'ALTER ROLE "postgres" SET lock_timeout']) {
    expect(lines).toContain(word);
  }
  expect(lines.match(/lock_timeout = /g)).toHaveLength(1);
  await service?.close();
});

test('a role that has the time limits itself is told nothing', async () => {
  const [row] = await database.db.execute<{ name: string }>(sql`SELECT current_database() AS name`);
  for (const limit of LIMITS) await database.db.execute(sql.raw(`ALTER DATABASE ${row?.name} SET ${limit} = '5s'`));
  pooler = await PgBouncer.start(database.url, [`ignore_startup_parameters = ${LIMITS.join(',')}`]);
  const [service] = await startServices(1);
  expect(warnings(service as TestService)).not.toContain('lock_timeout');
  await service?.close();
});

test('a pooler that takes few clients: a process works with the connections that it gets', async () => {
  pooler = await PgBouncer.start(database.url, ['max_client_conn = 3']);
  const [service] = await startServices(1);
  expect(await signEverybodyIn([service as TestService])).toEqual(['InvalidOtpError VerifyOtpSuccess true']);
  await service?.close();
});
