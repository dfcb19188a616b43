import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImportRepository } from '../../src/import/import.repository.js';
import { ImportUsersService } from '../../src/import/import-users.service.js';
import type { ReportLine } from '../../src/import/report-file.js';
import { TestPhones } from '../../src/phone/test-phones.js';
import { systemRandom } from '../../src/platform/random.js';
import { form, obtainCode, register, signIn, verifyOtp } from '../support/operations/operations.js';
import { runCommand } from '../support/process/operator-command.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import { login } from '../support/operations/session-operations.js';

/** An operator takes the accounts of another system over. */

const BCRYPT = '$2b$05$jQdH8MgNg69hErXD06GngO7dAsmARXYVIOxL6XcpeeOOKPTaH1zwW';
const PASSWORD = 'Пароль nº 1 ﬁne';

let service: TestService;
let folder: string;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { DEFAULT_REGION: 'NP', OTP_RESEND_COOLDOWN: '1' } });
  folder = await mkdtemp(join(tmpdir(), 'phone-accounts-import-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await service.close();
});

/** A number that no other test has. */
function nextNumber(): string {
  serial += 1;
  return `+977980002${String(serial).padStart(4, '0')}`;
}

async function file(text: string): Promise<string> {
  serial += 1;
  const path = join(folder, `users-${serial}`);
  await writeFile(path, text);
  return path;
}

async function run(text: string, { dryRun = false, repository = new ImportRepository(service.db) } = {}) {
  const { clock } = service;
  const lines: ReportLine[] = [];
  const importing = new ImportUsersService({
    repository,
    phoneNumbers: { defaultRegion: 'NP', exampleCountry: 'NP', testPhones: new TestPhones(new Map(), null) },
    clock,
    random: systemRandom,
  });
  const summary = await importing.run({
    file: await file(text),
    dryRun,
    onProgress: () => undefined,
    report: async (told) => void lines.push(...told),
  });
  return { summary, lines };
}

function ndjson(...rows: object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

async function imported(...rows: object[]) {
  return run(ndjson(...rows));
}

async function account(externalId: string) {
  const [row] = await service.db.execute(sql`SELECT * FROM users WHERE external_id = ${externalId}`);
  return row;
}

async function allUsers() {
  return service.db.execute(sql`SELECT * FROM users ORDER BY id`);
}

/** What the report says of a row: `field CODE`. Accounts that nobody can sign in to have a test of their own. */
function problems(lines: readonly ReportLine[]) {
  return lines.flatMap(({ outcome, problems: all }) => {
    const told = all.filter(({ code }) => code !== 'NO_WAY_IN').map(({ field, code }) => `${field} ${code}`);
    return told.length > 0 ? [[outcome, ...told]] : [];
  });
}

describe('people from the other system', () => {
  test('sign in with their number and a code, and with their password, to the account with their old id', async () => {
    const phoneNumber = nextNumber();
    const row = { externalId: 'auth0|1', phoneNumber: phoneNumber.slice(4), phoneVerified: true, username: 'asha.1' };
    const profile = { email: 'Asha.1@Example.com', emailVerified: true, firstName: 'Asha', lastName: 'Rai' };
    const { summary, lines } = await imported({ ...row, ...profile, passwordHash: BCRYPT });
    expect(summary).toMatchObject({ rows: 1, imported: 1, verified: 1, onlyRegistered: 0, refused: 0 });
    expect(lines).toEqual([]);
    const stored = await account('auth0|1');
    expect(await signIn(service, phoneNumber)).toMatchObject({
      user: { id: stored?.['id'], phoneNumber, ...profile, username: 'asha.1', hasPassword: true },
      newMember: false,
    });
    for (const identifier of [phoneNumber, 'asha.1@example.com', 'ASHA.1']) {
      const answer = await login(service, { identifier, password: PASSWORD });
      expect(answer).toMatchObject({ __typename: 'LoginSuccess', user: { id: stored?.['id'] } });
    }
  });

  test('who only registered there verify their number here, and are kept for longer than a week', async () => {
    const phoneNumber = nextNumber();
    const row = { externalId: 'registered', phoneNumber, phoneVerified: false, username: 'registered' };
    const { summary, lines } = await imported({ ...row, passwordHash: BCRYPT });
    expect(summary).toMatchObject({ verified: 0, onlyRegistered: 1, withoutWayIn: 0 });
    expect(lines).toEqual([]);
    service.clock.advance(8 * 86_400);
    await service.background.housekeeper.run();
    const stored = await account('registered');
    expect(stored).toMatchObject({ phone_number: phoneNumber, phone_verified_at: null });
    const { tokens } = await login(service, { identifier: 'registered', password: PASSWORD });
    const otp = await obtainCode(service, phoneNumber);
    const verified = await verifyOtp(service, { phoneNumber, otp }, { token: tokens.accessToken });
    expect(verified).toMatchObject({ user: { id: stored?.['id'], phoneVerified: true, hasPassword: true } });
  });

  test('whose number is unverified keep their account by a code within an hour, without its password', async () => {
    const phoneNumber = nextNumber();
    await imported({ externalId: 'within', phoneNumber, username: 'within', passwordHash: BCRYPT });
    service.clock.advance(3500);
    const stored = await account('within');
    expect(await signIn(service, phoneNumber)).toMatchObject({
      user: { id: stored?.['id'], username: 'within', hasPassword: false },
      newMember: false,
    });
  });

  test('whose number is unverified get another account by a code alone, after an hour', async () => {
    const phoneNumber = nextNumber();
    await imported({ externalId: 'later', phoneNumber, username: 'later', passwordHash: BCRYPT });
    service.clock.advance(3700);
    const stored = await account('later');
    const { user, newMember } = await signIn(service, phoneNumber);
    expect(newMember).toBe(true);
    expect(user.id).not.toBe(stored?.['id']);
    expect(await account('later')).toMatchObject({ phone_number: null, username: 'later' });
  });

  test('an account that nobody can sign in to is counted and named, by a dry run, too', async () => {
    const [one, two, three, four, five] = [0, 1, 2, 3, 4].map(nextNumber);
    const text = ndjson(
      { externalId: 'shut-1', phoneNumber: one },
      { externalId: 'open-1', phoneNumber: two, phoneVerified: true },
      { externalId: 'open-2', phoneNumber: three, email: 'open-2@example.com', emailVerified: true },
      { externalId: 'open-3', phoneNumber: four, email: 'open-3@example.com', passwordHash: BCRYPT },
      { externalId: 'shut-2', phoneNumber: five, passwordHash: BCRYPT },
      { externalId: 'shut-3', email: 'shut-3@example.com', firstName: 'Asha' },
    );
    for (const dryRun of [true, false]) {
      const { summary, lines } = await run(text, { dryRun });
      expect(summary).toMatchObject({ imported: 6, withoutWayIn: 3, linesWithoutWayIn: [1, 5, 6], reported: 3 });
      expect(lines).toMatchObject(
        ['shut-1', 'shut-2', 'shut-3'].map((externalId) => {
          return { externalId, outcome: 'imported', problems: [{ field: 'row', code: 'NO_WAY_IN' }] };
        }),
      );
    }
  });

  test.each([
    ['with spaces and dashes', '98000-29001', '+9779800029001'],
    ['dialled abroad', '00977 9800029002', '+9779800029002'],
    ['of another country', '+1 (202) 555-0143', '+12025550143'],
    ['as a number without quotes', 9_800_029_003, '+9779800029003'],
    ['in Devanagari digits', '९८०००२९००४', '+9779800029004'],
  ])('have their numbers in E.164: %s', async (name, phoneNumber, repaired) => {
    await imported({ externalId: name, phoneNumber });
    expect(await account(name)).toMatchObject({ phone_number: repaired });
  });

  test('come from a CSV file with quotes, line breaks and a hash in parts', async () => {
    const hash = JSON.stringify({
      algorithm: 'pbkdf2-sha256',
      hash: 'MDEyMzQ1Njc4OWFiY2RlZg==',
      salt: 'AA==',
      iterations: 9,
    });
    const cell = `"${hash.replaceAll('"', '""')}"`;
    const text = `\ufeffexternalId,firstName,lastName,username,passwordHash\r\n7,"O""Brien, A",Li,csv.7,${cell}\r\n8,"two\nlines",,csv.8,\r\n\r\n9,a,b\r\n`;
    const { summary, lines } = await run(text);
    expect(summary).toMatchObject({ rows: 3, imported: 2, refused: 1 });
    expect(problems(lines)).toEqual([
      ['imported', 'firstName INVALID_FORMAT'],
      ['refused', 'row UNREADABLE'],
    ]);
    expect(lines.map(({ externalId }) => externalId)).toEqual(['8', undefined]);
    expect(await account('7')).toMatchObject({ first_name: 'O"Brien, A', password_hash: `imported:${hash}` });
  });
});

describe('an import again', () => {
  const rows = () => [
    { externalId: `again-${serial}`, phoneNumber: nextNumber(), phoneVerified: true, firstName: 'Before' },
    { phoneNumber: nextNumber(), phoneVerified: true },
    { phoneNumber: nextNumber() },
    { email: `again.${serial}@example.com`, emailVerified: true },
    { email: `again.too.${serial}@example.com` },
    { username: `again.${serial}`, passwordHash: BCRYPT },
  ];

  test('changes nothing', async () => {
    const given = rows();
    await imported(...given);
    const before = await allUsers();
    service.clock.advance(60);
    const { summary, lines } = await imported(...given);
    expect(problems(lines)).toEqual([]);
    expect(summary).toMatchObject({ rows: 6, imported: 0, updated: 0, unchanged: 6, refused: 0 });
    expect(await allUsers()).toEqual(before);
  });

  test('brings accounts up to date that nobody has used yet', async () => {
    const [first, ...others] = rows();
    await imported(...others, first ?? {});
    service.clock.advance(60);
    const { summary } = await imported({ ...first, firstName: 'After', passwordHash: BCRYPT });
    expect(summary).toMatchObject({ imported: 0, updated: 1 });
    const stored = await account(first?.externalId ?? '');
    expect(stored).toMatchObject({ first_name: 'After', password_hash: `imported:${BCRYPT}` });
  });

  test.each([
    ['signed in', async (phoneNumber: string) => void (await signIn(service, phoneNumber))],
    [
      'was locked',
      async (phoneNumber: string) =>
        void (await service.db.execute(sql`UPDATE users SET locked_at = now() WHERE phone_number = ${phoneNumber}`)),
    ],
    [
      'was changed by a process whose clock is behind',
      async (phoneNumber: string) =>
        void (await service.db.execute(sql`
          UPDATE users SET updated_at = imported_at - interval '1 second' WHERE phone_number = ${phoneNumber}`)),
    ],
  ])('leaves an account alone that %s since', async (_name, use) => {
    const row = { externalId: `used-${serial}`, phoneNumber: nextNumber(), phoneVerified: true, firstName: 'Before' };
    await imported(row);
    service.clock.advance(60);
    await use(row.phoneNumber);
    const before = await account(row.externalId);
    const { summary, lines } = await imported({ ...row, firstName: 'After', passwordHash: BCRYPT });
    expect(summary).toMatchObject({ updated: 0, left: 1 });
    expect(problems(lines)).toEqual([['left', 'row USED_SINCE']]);
    expect(await account(row.externalId)).toEqual(before);
  });

  test('with rows without an id, whose other names are the same, makes none of them to another', async () => {
    serial += 1;
    const [email, username] = [`shared.${serial}@example.com`, `shared.${serial}`];
    const given = [{ phoneNumber: nextNumber(), email, username }, { email, username }, { username }];
    for (const row of given) expect((await imported(row)).summary).toMatchObject({ imported: 1 });
    const before = await allUsers();
    service.clock.advance(60);
    expect((await imported(...given)).summary).toMatchObject({ imported: 0, updated: 0, unchanged: 3 });
    expect(await allUsers()).toEqual(before);
  });

  test('after a try says the same as the try', async () => {
    const number = nextNumber();
    const given = [
      { externalId: 'try-1', phoneNumber: number, phoneVerified: true },
      { externalId: 'try-2', phoneNumber: number, phoneVerified: true },
      { externalId: 'try-3', phoneNumber: number, email: 'try3@example.com' },
      { externalId: 'try-1', username: 'try.1' },
    ];
    const before = await allUsers();
    const tried = await run(ndjson(...given), { dryRun: true });
    expect(await allUsers()).toEqual(before);
    const real = await imported(...given);
    expect(tried).toEqual(real);
    expect(problems(real.lines)).toEqual([
      ['refused', 'phoneNumber TAKEN'],
      ['imported', 'phoneNumber TAKEN'],
      ['refused', 'row DUPLICATE'],
    ]);
  });
});

describe('nobody loses an account to an import', () => {
  test('a number that somebody has verified here stays theirs', async () => {
    const phoneNumber = nextNumber();
    const owner = await signIn(service, phoneNumber);
    const { summary, lines } = await imported(
      { externalId: 'thief-1', phoneNumber, phoneVerified: true, passwordHash: BCRYPT },
      { externalId: 'thief-2', phoneNumber, username: 'thief.2', passwordHash: BCRYPT },
      { phoneNumber, passwordHash: BCRYPT },
    );
    expect(summary).toMatchObject({ imported: 1, refused: 2 });
    expect(problems(lines)).toEqual([
      ['refused', 'phoneNumber TAKEN'],
      ['imported', 'phoneNumber TAKEN'],
      ['refused', 'phoneNumber TAKEN'],
    ]);
    expect(await account('thief-2')).toMatchObject({ phone_number: null });
    service.clock.advance(60);
    expect(await signIn(service, phoneNumber)).toMatchObject({ user: { id: owner.user.id, hasPassword: false } });
  });

  test('nor do an email address and a username', async () => {
    const verificationCode = await obtainCode(service, '+9779800028001');
    const names = { email: 'owner@example.com', username: 'owner.1' };
    await register(service, form({ phoneNumber: '+9779800028001', ...names, verificationCode }));
    const row = { email: 'OWNER@example.com', emailVerified: true, username: 'OWNER.1', passwordHash: BCRYPT };
    const { lines } = await imported(
      { externalId: 'names-1', phoneNumber: nextNumber(), ...row },
      { externalId: 'names-2', ...row },
      row,
    );
    expect(problems(lines)).toEqual([
      ['imported', 'email TAKEN', 'username TAKEN'],
      ['refused', 'email TAKEN', 'username TAKEN', 'row NO_IDENTIFIER'],
      ['refused', 'email TAKEN', 'username TAKEN'],
    ]);
    expect(await account('names-1')).toMatchObject({ email: null, email_verified_at: null, username: null });
    expect(await login(service, { identifier: 'owner@example.com', password: PASSWORD })).toMatchObject({
      __typename: 'InvalidCredentialsError',
    });
  });

  test('a stranger who registered a number first keeps it from nobody who had verified it in the other system', async () => {
    const phoneNumber = nextNumber();
    await register(service, form({ phoneNumber, email: 'stranger@example.com', username: 'stranger.1' }));
    const { summary } = await imported({ externalId: 'rightful', phoneNumber, phoneVerified: true });
    expect(summary).toMatchObject({ imported: 1 });
    const holders = await service.db.execute(sql`SELECT external_id FROM users WHERE phone_number = ${phoneNumber}`);
    expect(holders.map((holder) => holder['external_id'])).toEqual(['rightful']);
    expect(await signIn(service, phoneNumber)).toMatchObject({ user: { hasPassword: false } });
  });

  test('no row gives itself a role, and nothing that is not true is true', async () => {
    const row = { role: 'ADMIN', marketplaceAccess: true, phoneVerified: 'perhaps' };
    const { summary, lines } = await imported({ externalId: 'climber', phoneNumber: nextNumber(), ...row });
    expect([...summary.unknownFields]).toEqual(['role', 'marketplaceAccess']);
    expect(problems(lines)).toEqual([['imported', 'phoneVerified INVALID_FORMAT']]);
    expect(await account('climber')).toMatchObject({
      role: 'USER',
      marketplace_access: false,
      phone_verified_at: null,
    });
  });
});

test('two imports at the same moment make every account once', async () => {
  const rows = Array.from({ length: 400 }, (_, index) => ({
    externalId: `twin-${index}`,
    phoneNumber: nextNumber(),
    phoneVerified: true,
  }));
  const [one, other] = await Promise.all([imported(...rows), imported(...rows.toReversed())]);
  expect((one?.summary.imported ?? 0) + (other?.summary.imported ?? 0)).toBe(400);
  expect(await service.db.execute(sql`SELECT 1 FROM users WHERE external_id LIKE 'twin-%'`)).toHaveLength(400);
});

test('a fail-over in the middle loses nothing and makes nothing twice', async () => {
  /** The server writes, and its answer is lost. Then it is away for a moment. */
  class LosesAnswers extends ImportRepository {
    #lost = 0;

    override async write(...batch: Parameters<ImportRepository['write']>) {
      const written = await super.write(...batch);
      this.#lost += 1;
      if (this.#lost <= 2) throw Object.assign(new Error('lost'), { code: 'ECONNRESET' });
      return written;
    }
  }
  const rows = [1, 2, 3].map((id) => ({ externalId: `lost-${id}`, phoneNumber: nextNumber(), phoneVerified: true }));
  const { summary } = await run(ndjson(...rows), { repository: new LosesAnswers(service.db) });
  expect(summary).toMatchObject({ rows: 3, imported: 0, unchanged: 3, refused: 0 });
  expect(await service.db.execute(sql`SELECT 1 FROM users WHERE external_id LIKE 'lost-%'`)).toHaveLength(3);
});

test('other services are told of new and changed accounts, if they want events', async () => {
  const row = { externalId: 'told', phoneNumber: nextNumber() };
  const changed = { ...row, firstName: 'Asha' };
  await service.db.execute(sql`
    INSERT INTO event_stream (wanted_until) VALUES (now() + interval '1 hour')
    ON CONFLICT ("only") DO UPDATE SET wanted_until = excluded.wanted_until`);
  await imported(row);
  await imported(row);
  service.clock.advance(60);
  await imported(changed);
  service.clock.advance(60);
  // It takes the number from the first, which has not verified it.
  await imported({ externalId: 'told-2', phoneNumber: row.phoneNumber, phoneVerified: true });
  const events = await service.db.execute(sql`
    SELECT kind FROM events WHERE user_id = (SELECT id FROM users WHERE external_id = 'told') ORDER BY seq`);
  expect(events.map(({ kind }) => kind)).toEqual(['user.created', 'user.updated', 'user.updated']);
});

test('every row that is wrong is told, by its line and id, without what it holds', async () => {
  const text = `${ndjson({ externalId: 'wrong', phoneNumber: '12', email: 'no address', username: '12345', passwordHash: '5f4dcc3b' })}not JSON
{"externalId":"\\u0000","username":"null.1"}
{"externalId":"hash","phoneNumber":"${nextNumber()}","passwordHash":"$2b$31$jQdH8MgNg69hErXD06GngO7dAsmARXYVIOxL6XcpeeOOKPTaH1zwW"}
{"externalId":"list","username":["a"],"phoneNumber":{}}
`;
  const { summary, lines } = await run(text);
  expect(summary).toMatchObject({ rows: 5, imported: 1, refused: 4, withoutPassword: 1, reported: 5 });
  expect(lines.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
  expect(problems(lines)).toEqual([
    [
      'refused',
      ...['phoneNumber TOO_SHORT', 'email INVALID_FORMAT', 'username INVALID_FORMAT', 'passwordHash UNKNOWN_HASH'],
      'row NO_IDENTIFIER',
    ],
    ['refused', 'row UNREADABLE'],
    ['refused', 'externalId INVALID_FORMAT'],
    ['imported', 'passwordHash COSTLY_HASH'],
    ['refused', 'phoneNumber INVALID_FORMAT', 'username INVALID_FORMAT', 'row NO_IDENTIFIER'],
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/no address|12345|5f4dcc3b/);
});

test('ids that JSON cannot read exactly are no ids', async () => {
  const [one, other] = [nextNumber(), nextNumber()];
  const { lines } = await run(`{"externalId":9007199254740992,"phoneNumber":"${one}"}
{"externalId":9007199254740993,"phoneNumber":"${other}"}
{"externalId":9007199254740991,"phoneNumber":"${other}"}
`);
  expect(problems(lines)).toEqual([
    ['refused', 'externalId INVALID_FORMAT'],
    ['refused', 'externalId INVALID_FORMAT'],
  ]);
  expect(lines[0]?.problems[0]?.message).toContain('in quotes');
  expect(await account('9007199254740991')).toMatchObject({ phone_number: other });
});

describe('npm run users:import', () => {
  const env = () => ({ DATABASE_URL: service.database.url, APP_SECRET: TEST_SECRET });

  test('imports, tells what it did, and leaves a report and an event of the audit trail', async () => {
    const path = await file(
      ndjson({ externalId: 'c-1', phoneNumber: '0171 1234567' }, { externalId: 'c-2', phoneNumber: 'x' }),
    );
    const { code, stdout, stderr } = await runCommand({
      name: 'users-import',
      args: [path, '--region', 'de'],
      env: env(),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('2 rows:\n  1 imported: 0 with a verified number, 1 only registered');
    expect(stdout).toContain('Warning: no one can sign in to 1 of these accounts (lines 1).\n');
    expect(stdout).toContain(`2 rows with problems: ${path}.report.ndjson`);
    const report = (await readFile(`${path}.report.ndjson`, 'utf8')).trimEnd().split('\n');
    expect(report.map((line) => JSON.parse(line))).toMatchObject([
      { line: 1, externalId: 'c-1' },
      { line: 2, externalId: 'c-2' },
    ]);
    expect(await account('c-1')).toMatchObject({ phone_number: '+491711234567' });
    const events = await service.db.execute(sql`SELECT * FROM audit_events WHERE kind = 'users_imported'`);
    expect(events).toMatchObject([{ actor_kind: 'COMMAND', user_id: null, details: { imported: 1, refused: 1 } }]);
  });

  test('explains what was typed wrongly', async () => {
    const typed: readonly [args: string[], told: string][] = [
      [['a', 'b'], 'name one file'],
      [['--regon', 'NP'], 'there is no such option'],
      [['a', '--region', 'Nepal'], '--region must be a two-letter country code'],
      [['/nowhere/users.csv'], 'its folder must exist and be writable'],
      [[await file('[{"externalId":"1"}]')], 'Write one object a line (NDJSON): jq -c'],
    ];
    for (const [args, told] of typed) {
      const { code, stderr } = await runCommand({ name: 'users-import', args, env: env() });
      expect(stderr).toContain(told);
      expect(code).toBe(1);
    }
  });
});

test.each([
  ['1,+9779800000000\n', 'begins with no header'],
  ['externalId;phoneNumber;firstName\n1;+9779800000000;"Asha"\n', 'has semicolons between its cells'],
  ['"externalId"\t"phoneNumber"\n1\t+9779800000000\n', 'has tabs between its cells'],
  ['externalId,phone_number\n1,+9779800000000\n', 'has a field "phone_number". Call it phoneNumber'],
  ['externalId,Phone\n1,+9779800000000\n', 'has a field "Phone". Call it phoneNumber'],
  ['externalId,phoneNumer\n1,+9779800000000\n', 'has a field "phoneNumer". Call it phoneNumber'],
  ['{"externalId":"1","password_hash":"x"}\n', 'has a field "password_hash". Call it passwordHash'],
  ['externalId,email\n1,"open\n', /is no CSV file \(RFC 4180\).*check the quotes/],
  ['externalId,email\n1,"a"b\n', /is no CSV file \(RFC 4180\).*check the quotes/],
])('a file that is no table is explained: %j', async (text, told) => {
  await expect(run(text)).rejects.toThrow(told);
});

test.each(['surname', 'internalId', 'passwordSalt', 'detail', 'listedAt', 'firstUsedAt'])(
  'a field %s is another thing than a field with a similar name, and passed over',
  async (name) => {
    const { summary } = await run(`externalId,phoneNumber,${name}\n1-${name},${nextNumber()},12\n`);
    expect(summary).toMatchObject({ rows: 1, imported: 1 });
    expect([...summary.unknownFields]).toEqual([name]);
  },
);

test('a later row that leaves out an empty field ends no import that has begun', async () => {
  const [first, second] = [nextNumber(), nextNumber()];
  const { summary } = await run(
    `${JSON.stringify({ externalId: 'n-1', phoneNumber: first, phone: '12' })}\n${JSON.stringify({ externalId: 'n-2', phone: '13', email: `n${second.slice(1)}@example.com` })}\n`,
  );
  expect(summary).toMatchObject({ rows: 2, imported: 2 });
});

test('a field with a similar name is passed over where the known field is there, too', async () => {
  const phoneNumber = nextNumber();
  const { summary } = await run(`externalId,phoneNumber,phone,city\n1,${phoneNumber},12,Pokhara\n`);
  expect(summary).toMatchObject({ rows: 1, imported: 1 });
  expect([...summary.unknownFields]).toEqual(['phone', 'city']);
});

test('an empty file has no rows', async () => {
  expect((await run('')).summary).toMatchObject({ rows: 0, reported: 0 });
});
