import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { freePort } from '../support/process/free-port.js';
import { bundledServer, living } from '../support/process/process-folder.js';
import { ProcessPlace } from '../support/process/process-place.js';
import type { Ending } from '../support/process/process-service.js';
import { refusalOf } from '../support/process/start-steps.js';
import { openTestDatabase } from '../support/postgres/test-database.js';

const SECRET = 'a secret for tests that is long enough for them';
const PRODUCTION = {
  NODE_ENV: 'production',
  APP_SECRET: SECRET,
  PUBLIC_URL: 'https://accounts.example.com',
  DATABASE_URL: 'bundled',
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_PHONE_NUMBER: '+15005550006',
};

/** What a start prints that fails, beside the reason: at most that it makes a database. */
const SILENT = /^(Making a database in \S+, once …\n)?$/;

let place: ProcessPlace;

beforeEach(async () => {
  place = await ProcessPlace.make();
});

afterEach(() => place.end());

async function startInVain(env: Record<string, string>): Promise<Ending> {
  const service = await place.start({ env });
  return service.ended;
}

/** What it told on standard error: as text, or in production in one line of JSON. */
function told({ stderr }: Ending, isMachine: boolean): string {
  if (!isMachine) return stderr;
  const [line = '', ...others] = stderr.split('\n');
  const { level, time, msg, ...more } = JSON.parse(line);
  expect({ level, time, others, more }).toEqual({ level: 60, time: expect.any(String), others: [''], more: {} });
  return `${msg}\n`;
}

/** The problems that it told, one line each. */
function problemsOf(ending: Ending, { isMachine = false } = {}): string[] {
  const { code, stdout } = ending;
  const [first, ...lines] = told(ending, isMachine).trimEnd().split('\n');
  expect({ code, stdout, first }).toEqual({
    code: 1,
    stdout: '',
    first: 'phone-accounts cannot start: these settings need attention',
  });
  return lines.map((line) => line.replace('  - ', ''));
}

/** The one line that it told. */
function reasonOf({ code, stdout, stderr }: Ending): string {
  const [, reason] = /^phone-accounts cannot start: ([^\n]*)\n$/.exec(stderr) ?? [];
  expect({ code, stdout, reason }).toEqual({
    code: 1,
    stdout: expect.stringMatching(SILENT),
    reason: expect.any(String),
  });
  return reason ?? stderr;
}

async function openDatabase(): Promise<string> {
  const database = await openTestDatabase();
  onTestFinished(() => database.close());
  return database.url;
}

async function listen(server: Server, port = 0): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

describe('somebody who sets things wrongly', () => {
  test('reads every problem at once, and nothing was opened', async () => {
    const ending = await startInVain({
      PORT: '70000',
      NODE_ENV: 'producton',
      DATABASE_URL: 'mysql://localhost/accounts',
      APP_SECRET: 'short',
      OTP_TTL: '10 minutes',
      DEFAULT_REGION: 'Nepal',
      UNKNOWN_PHONE: 'maybe',
      CORS_ORIGINS: 'https://app.example.com/login',
      TEST_PHONES: '+15005550006=12345',
      SMS_PROVIDER: 'twilio',
      BREACHED_PASSWORDS_FILE: '/no/such/list',
    });

    const names = problemsOf(ending).map((problem) => problem.split(' ', 1)[0]);
    expect(names.sort()).toEqual(
      ['APP_SECRET', 'CORS_ORIGINS', 'DATABASE_URL', 'DEFAULT_REGION', 'NODE_ENV', 'OTP_TTL', 'PORT', 'Set']
        .concat(['TEST_PHONES', 'TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'UNKNOWN_PHONE', 'BREACHED_PASSWORDS_FILE:'])
        .sort(),
    );
    expect(await readdir(place.folder)).toEqual([]);
  });

  test('is told the names that are misspelt beside the settings that are missing for it', async () => {
    const { DATABASE_URL: _missing, ...others } = PRODUCTION;
    await writeFile(join(place.folder, '.env'), 'NODE_ENV=development\nNODE_ENV=production\n');

    const problems = problemsOf(await startInVain({ ...others, DATABSE_URL: 'postgres://db/accounts' }), {
      isMachine: true,
    });

    expect(problems).toEqual([
      expect.stringMatching(/^DATABASE_URL is required in production\./),
      expect.stringContaining('NODE_ENV is set in line 1 and in line 2'),
      'DATABSE_URL in the environment is no setting. Did you mean DATABASE_URL?',
    ]);
    expect(await readdir(place.folder)).toEqual(['.env']);
  });

  test('is told about a list of breached passwords that cannot be read, before a database is opened', async () => {
    const problems = problemsOf(await startInVain({ BREACHED_PASSWORDS_FILE: 'missing.txt' }));
    expect(problems).toEqual(['BREACHED_PASSWORDS_FILE: missing.txt cannot be read (ENOENT).']);
    expect(await readdir(place.folder)).toEqual([]);
  });

  test('is told about an env file that cannot be read', async () => {
    await mkdir(join(place.folder, '.env'));

    expect(problemsOf(await startInVain({}))).toEqual([
      expect.stringMatching(/^The file \.env cannot be read \(.+\)\./),
    ]);
  });

  test('is told in one line that the folder for data cannot be used', async () => {
    const file = join(place.folder, 'file');
    await writeFile(file, '');

    expect(reasonOf(await startInVain({ DATA_DIR: file }))).toContain(file);
  });
});

describe('production refuses', () => {
  /** The problems that a start prints. A process of its own for each would take hundreds of times the processor time. */
  function refusals(env: Record<string, string>): readonly string[] {
    const reading = readConfig({ ...PRODUCTION, ...env });
    return reading.kind === 'problems' ? reading.problems : [];
  }

  test('a missing, a short and the development secret, whatever else is in order', async () => {
    const development = await place.startReady({ env: { DATABASE_URL: await openDatabase() } });
    await development.stop();
    const secret = await readFile(join(place.folder, 'data', 'app-secret'), 'utf8');

    const told = [
      problemsOf(await startInVain({ ...PRODUCTION, APP_SECRET: '' }), { isMachine: true }),
      refusals({ APP_SECRET: 'x'.repeat(31) }),
      problemsOf(await startInVain({ ...PRODUCTION, APP_SECRET: secret }), { isMachine: true }),
      refusals({ APP_SECRET_PREVIOUS: `${secret}\n` }),
    ];

    const remedy = 'Make one with: openssl rand -base64 48';
    expect(told).toEqual([
      [`APP_SECRET is required in production. ${remedy}`],
      [`APP_SECRET must have at least 32 bytes. ${remedy}`],
      [`APP_SECRET is a development secret, which production refuses. ${remedy}`],
      [`APP_SECRET_PREVIOUS is a development secret, which production refuses. ${remedy}`],
    ]);
    expect(JSON.stringify(told)).not.toContain(secret.trim());
  });

  test('texts in the terminal', () => {
    const told = [refusals({ SMS_PROVIDER: '' }), refusals({ SMS_PROVIDER: 'console' })];

    for (const problems of told)
      expect(problems).toEqual([expect.stringMatching(/^SMS_PROVIDER must be set to twilio/)]);
  });

  test('fixed codes without an end date', () => {
    expect(refusals({ TEST_PHONES: '+15005550006=123456' })).toEqual([
      expect.stringMatching(/^TEST_PHONES needs TEST_PHONES_UNTIL in production/),
    ]);
  });
});

describe('somebody who starts it on a port that is taken', () => {
  test('is told so in one line, and the database that came with it is stopped again', async () => {
    const port = await listen(createServer());

    const ending = await startInVain({ PORT: String(port) });

    expect(reasonOf(ending)).toBe(`Port ${port} is taken. Stop what uses it, or set PORT to another one.`);
    expect(await readdir(join(place.folder, 'data'))).toContain('postgres');
    expect(await bundledServer(place.folder)).toEqual([]);
  });

  test('does not take the database away from the one that runs there already', async () => {
    await place.setUp();
    const env = { PORT: String(await freePort()) };
    const first = await place.startReady({ env });
    const server = await bundledServer(place.folder);

    const [ending, second] = await Promise.all([startInVain(env), place.startReady()]);
    const reason = reasonOf(ending);
    expect(reason).toContain(`Port ${env.PORT} is taken.`);
    expect(reason).toMatch(/Another phone-accounts process uses the same folder for data, \S*\/data\.$/);
    expect(second.stdout).toContain(
      `uses the same folder for data, ${join(place.folder, 'data')}: both share its accounts`,
    );
    expect(first.stdout).not.toContain('uses the same folder');
    await second.stop();
    expect(await bundledServer(place.folder)).toEqual(expect.arrayContaining(server.slice(0, 1)));
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    await first.stop();
    expect(await living(server)).toEqual([]);
  });
});

describe('somebody with a wrong DATABASE_URL is told in one line what is wrong, without the password', () => {
  const PASSWORD = 'not-for-any-log';

  async function reasonFor(change: (url: URL) => void): Promise<string> {
    const url = new URL(inject('serverUrl'));
    url.password = PASSWORD;
    change(url);
    const reason = await refusalOf({ DATABASE_URL: url.href });
    expect(reason).not.toContain(PASSWORD);
    return reason;
  }

  test('another port, host, user, password or database', async () => {
    const { host } = new URL(inject('serverUrl'));
    const port = String(await freePort());
    const reasons = await Promise.all([
      reasonFor((url) => {
        url.port = port;
      }),
      reasonFor((url) => {
        url.hostname = 'no-such-host.invalid';
      }),
      reasonFor((url) => {
        url.username = 'stranger';
      }),
      reasonFor((url) => {
        url.password = new URL(inject('serverUrl')).password;
        url.pathname = '/missing';
      }),
    ]);

    const [wrongPort, wrongHost, wrongUser, wrongDatabase] = reasons;
    expect(wrongPort).toMatch(`Cannot use the database at 127.0.0.1:${port}/postgres (DATABASE_URL): `);
    expect(wrongPort).toContain('ECONNREFUSED');
    expect(wrongHost).toMatch(/no-such-host\.invalid.*(ENOTFOUND|EAI_AGAIN)/);
    expect(wrongUser).toMatch(/stranger/);
    expect(wrongDatabase).toMatch(`Cannot use the database at ${host}/missing (DATABASE_URL): `);
    expect(wrongDatabase).toContain('database "missing" does not exist');

    const stranger = new URL(inject('serverUrl'));
    [stranger.username, stranger.password] = ['stranger', PASSWORD];
    const ending = await startInVain({ DATABASE_URL: stranger.href });
    expect(reasonOf(ending)).toBe(wrongUser);
    expect(ending.stdout + ending.stderr).not.toContain(PASSWORD);
  });

  test('something there that is not PostgreSQL', async () => {
    const web = await listen(createHttpServer((_request, response) => response.end('hello')));
    const rude = await listen(createServer((socket) => socket.end()));
    const silent = await listen(createServer());

    const reasons = await Promise.all(
      [web, rude, silent].map((port) =>
        reasonFor((url) => {
          url.port = String(port);
        }),
      ),
    );

    for (const reason of reasons) expect(reason).toMatch(/^Cannot use the database at 127\.0\.0\.1:\d+\/postgres /);
  });
});

test('somebody who lost APP_SECRET is told in one line what the database needs', async () => {
  const databaseUrl = await openDatabase();
  const first = await place.startReady({ env: { DATABASE_URL: databaseUrl, APP_SECRET: SECRET } });
  await first.stop();

  const ending = await startInVain({ DATABASE_URL: databaseUrl, APP_SECRET: `${SECRET}, but another one` });

  expect(reasonOf(ending)).toMatch(/^APP_SECRET is not the one this database was used with/);
});
