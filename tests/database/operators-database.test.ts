import { expect, test } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import { migrateDatabase } from '../../src/database/migrate.js';
import { StartupError } from '../../src/platform/startup-error.js';
import { ManualClock } from '../support/manual-clock.js';
import {
  form,
  guessWrongly,
  me,
  obtainCode,
  problemsOf,
  register,
  requestOtp,
  verifyOtp,
} from '../support/operations/operations.js';
import { makeOperatorsDatabase } from '../support/postgres/operators-database.js';
import { startService, type TestService } from '../support/service.js';
import { login, refresh, sessionsOf } from '../support/operations/session-operations.js';

/** Operators have set their databases up in their own ways, long before the service came. People sign in all the same. */

const PHONE = '+9779841234567';
/** Day and month can be mistaken for each other. */
const START = new Date('2026-03-04T05:06:07.089Z');

interface Database {
  readonly options?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Runs a test with a service on a database that an operator made. */
async function onDatabase<Result>(
  { options = `ENCODING 'UTF8'`, settings = {} }: Database,
  work: (service: TestService) => Promise<Result>,
): Promise<Result> {
  const { url, drop } = await makeOperatorsDatabase(options, settings);
  await migrateDatabase(url);
  const { db, close } = openDatabase(url, { maxConnections: 2 });
  const service = await startService({ database: { db, url, close }, clock: new ManualClock(START) });
  try {
    return await work(service);
  } finally {
    await service.close();
    await close();
    await drop();
  }
}

/** What a person is told who asks for codes, mistypes them, registers, is locked out and comes back. */
async function journey(service: TestService): Promise<unknown> {
  const told = [await requestOtp(service, { phoneNumber: PHONE }), await requestOtp(service, { phoneNumber: PHONE })];
  told.push(await guessWrongly(service, PHONE, 2));
  const signedIn = await verifyOtp(service, { phoneNumber: PHONE, otp: service.phone.code(PHONE) });
  told.push(signedIn, (await me(service, signedIn.tokens.accessToken)).body);
  told.push(await register(service, form({ username: "O'Brien\\".replace(/\W/g, '_') })));
  const guess = { identifier: 'mobile.user@example.com', password: 'wrong \\ password' };
  for (let times = 0; times < 8; times += 1) told.push(await login(service, guess));
  service.clock.advance(86_400);
  told.push(await login(service, { ...guess, password: 'SecurePassword123!' }));
  const refreshed = await refresh(service, signedIn.tokens.refreshToken);
  told.push(refreshed, await sessionsOf(service, refreshed.tokens.accessToken));
  await service.background.housekeeper.run();
  return JSON.parse(JSON.stringify(told, (key, value) => (/(^id|[tT]oken)$/.test(key) ? 'its own' : value)));
}

test('dates, intervals, numbers and quotes in other styles change no answer', async () => {
  const usual = await onDatabase({}, journey);
  const settings = [
    { DateStyle: 'German, DMY', TimeZone: 'Asia/Kathmandu', IntervalStyle: 'sql_standard' },
    { DateStyle: 'SQL, MDY', TimeZone: 'America/St_Johns', standard_conforming_strings: 'off', backslash_quote: 'off' },
    { DateStyle: 'Postgres, DMY', extra_float_digits: '-15', bytea_output: 'escape', client_encoding: 'LATIN1' },
    { transform_null_equals: 'on', array_nulls: 'off', default_transaction_isolation: 'read committed' },
  ];
  for (const each of settings) expect(await onDatabase({ settings: each }, journey)).toEqual(usual);
});

test.each<[Database, RegExp]>([
  [{ options: `ENCODING 'LATIN1' LOCALE 'C'` }, /has the encoding LATIN1, .* ENCODING 'UTF8'\.$/],
  [{ options: `ENCODING 'SQL_ASCII' LOCALE 'C'` }, /has the encoding SQL_ASCII, .* ENCODING 'UTF8'\.$/],
  [{ settings: { default_transaction_read_only: 'on' } }, /RESET default_transaction_read_only/],
])(
  'a database that cannot hold the accounts is named in one line: %j',
  async ({ options = '', settings = {} }: Database, line) => {
    const { url, drop } = await makeOperatorsDatabase(options, settings);
    const reason = await migrateDatabase(url).catch((error: unknown) => error);
    await drop();
    expect(reason).toBeInstanceOf(StartupError);
    expect(String(reason)).toMatch(line);
  },
);

/** Where the small letter of I has no dot, and the capital of i has one. */
const TURKISH = { options: `ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'tr' LOCALE 'C'` };

test('on a Turkish database INFO@… and info@… are one account, for the next registration and to sign in with', async () => {
  await onDatabase(TURKISH, async (service) => {
    const info = { email: 'INFO@example.com', username: 'ISIL_1' };
    // Only an account that has verified its number reserves its names.
    const verificationCode = await obtainCode(service, String(form().phoneNumber));
    expect(await register(service, form({ ...info, verificationCode }))).toMatchObject({
      __typename: 'RegisterSuccess',
      user: info,
    });
    const again = form({ email: 'info@example.com', username: 'isil_1', phoneNumber: '+9779800000001' });
    expect(Object.keys(problemsOf(await register(service, again)))).toEqual(['email', 'username']);
    for (const identifier of [
      'info@example.com',
      'Info@Example.com',
      'INFO@EXAMPLE.COM',
      'isil_1',
      'Isil_1',
      'ISIL_1',
    ]) {
      expect(await login(service, { identifier, password: 'SecurePassword123!' })).toMatchObject({
        __typename: 'LoginSuccess',
      });
    }
  });
});

test('on a Turkish database two people who register INFO@… and info@… at the same moment: one of them gets it', async () => {
  await onDatabase(TURKISH, async (service) => {
    const emails = ['INFO@example.com', 'info@example.com', 'Info@example.com', 'iNFO@example.com'];
    const forms = [];
    for (const [index, email] of emails.entries()) {
      const phoneNumber = `+977980000000${index}`;
      forms.push(form({ email, phoneNumber, verificationCode: await obtainCode(service, phoneNumber) }));
    }
    const answers = await Promise.all(forms.map((each) => register(service, each)));
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      ...emails.slice(1).map(() => 'InvalidInputError'),
      'RegisterSuccess',
    ]);
  });
});

test('on a Turkish database guesses at an account that nobody has are counted together in every spelling', async () => {
  await onDatabase(TURKISH, async (service) => {
    const spellings = ['INFO@example.com', 'info@example.com', 'Info@example.com'];
    const answers = [];
    for (const identifier of spellings) answers.push(await login(service, { identifier, password: 'a wrong guess' }));
    const [first, second, third] = answers.map(({ attemptsRemaining }) => attemptsRemaining);
    expect([second, third]).toEqual([first - 1, first - 2]);
  });
});

test('people sign in on a Turkish database as on any other', async () => {
  expect(await onDatabase(TURKISH, journey)).toEqual(await onDatabase({}, journey));
});
