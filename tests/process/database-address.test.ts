import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestOtp, verifyOtp } from '../support/operations/operations.js';
import { forward } from '../support/postgres/forwarder.js';
import { TlsServer } from '../support/postgres/tls-server.js';
import { ProcessPlace } from '../support/process/process-place.js';
import { refusalOf, startOn } from '../support/process/start-steps.js';
import { TEST_SECRET } from '../support/service.js';
import { issue, makeAuthority } from '../support/self-signed.js';

/** Operators give the service the address of their PostgreSQL, with or without TLS, and sign in through it. */

const authority = makeAuthority('The authority');
let folder: string;
let place: ProcessPlace;
/** Takes TLS only. Its certificate is for the name and the IPv4 address. */
let secured: TlsServer;
/** Has no TLS. */
let plain: TlsServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phone-accounts-address-'));
  await writeFile(join(folder, 'authority.pem'), authority.cert);
  await writeFile(join(folder, 'stranger.pem'), makeAuthority('Another authority').cert);
  place = await ProcessPlace.make();
  const certificate = issue({ name: 'database', hosts: ['db.example.com', '127.0.0.1', '::1'] }, authority);
  [secured, plain] = await Promise.all([
    TlsServer.start({ certificate, access: 'hostssl' }),
    TlsServer.start({ access: 'host' }),
  ]);
});
afterAll(async () => {
  await place.end();
  await Promise.all([secured.stop(), plain.stop()]);
  await rm(folder, { recursive: true });
});

const ROOT = () => `sslrootcert=${join(folder, 'authority.pem')}`;

function addressOf(server: TlsServer, { host = '127.0.0.1', words = '', password = 'secret' } = {}): string {
  return `postgres://app:${password}@${host}:${server.port}/accounts?${words}`;
}

let serial = 10;

async function signIn(url: string): Promise<void> {
  const service = await startOn(url);
  serial += 1;
  const phoneNumber = `+97798412345${serial}`;
  await requestOtp(service, { phoneNumber });
  const otp = service.phone.code(phoneNumber);
  expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  await service.close();
}

/** One line. */
async function reasonFor(url: string, env: Record<string, string> = {}): Promise<string> {
  const reason = await refusalOf({ ...env, DATABASE_URL: url });
  expect(reason).not.toContain('secret');
  expect(reason).not.toContain('\n');
  return reason;
}

/** By a process of its own, as an operator starts it. */
async function signInByProcess(url: string, env: Record<string, string> = {}): Promise<void> {
  const service = await place.startReady({ env: { DATABASE_URL: url, APP_SECRET: TEST_SECRET, ...env } });
  serial += 1;
  const phoneNumber = `+97798412345${serial}`;
  await requestOtp(service.client, { phoneNumber });
  const otp = await service.printedCode(phoneNumber);
  expect(await verifyOtp(service.client, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  await service.stop();
}

/** What a process of its own prints that is refused. */
async function printedReasonFor(url: string, env: Record<string, string> = {}): Promise<string> {
  const service = await place.start({ env: { DATABASE_URL: url, ...env } });
  const { code, stdout, stderr } = await service.ended;
  expect(code).toBe(1);
  expect(stdout + stderr).not.toContain('secret');
  expect(stderr).toMatch(/^phone-accounts cannot start: [^\n]+\n$/);
  return stderr;
}

describe('a server that takes TLS only', () => {
  test.each([
    ['says nothing about TLS', '', '127.0.0.1'],
    ['wants TLS', 'sslmode=require', '127.0.0.1'],
    ['starts with TLS at once', 'sslmode=require&sslnegotiation=direct', '127.0.0.1'],
  ])('somebody who %s signs in', async (_who, words, host) => {
    await signIn(addressOf(secured, { words, host }));
  });

  test('a process that checks the certificate signs in, and one that is given another name says why not', async () => {
    await signInByProcess(addressOf(secured, { words: `sslmode=verify-full&${ROOT()}` }));
    const printed = await printedReasonFor(
      addressOf(secured, { host: 'localhost', words: `sslmode=verify-full&${ROOT()}` }),
    );
    expect(printed).toContain('To mend it, use a host that the certificate is for');
  });

  test('somebody who checks the certificate signs in by an address that it has', async () => {
    await signIn(addressOf(secured, { words: `sslmode=verify-full&${ROOT()}` }));
    await signIn(
      `postgres://app:secret@db.example.com.invalid,127.0.0.1:${secured.port}/accounts?sslmode=verify-full&${ROOT()}`,
    );
    const ipv6 = await forward({ host: '::1' }, secured.port);
    const url = `postgres://app:secret@[::1]:${ipv6.port}/accounts?sslmode=verify-full&${ROOT()}`;
    await signIn(url).finally(() => ipv6.close());
  });

  test('somebody who checks the authority signs in by any name', async () => {
    await signIn(addressOf(secured, { host: 'localhost', words: `sslmode=verify-ca&${ROOT()}` }));
  });

  test('another name, a strange authority, a missing one and no TLS are refused with the mend', async () => {
    const strange = `sslrootcert=${join(folder, 'stranger.pem')}`;
    const reasons = await Promise.all([
      reasonFor(addressOf(secured, { host: 'localhost', words: `sslmode=verify-full&${ROOT()}` })),
      reasonFor(addressOf(secured, { words: `sslmode=verify-full&${strange}` })),
      reasonFor(addressOf(secured, { words: `sslmode=verify-ca&${strange}` })),
      reasonFor(addressOf(secured, { words: `sslmode=require&${strange}` })),
      reasonFor(addressOf(secured, { words: 'sslmode=verify-full' })),
      reasonFor(addressOf(secured, { words: 'sslmode=disable' })),
      reasonFor(addressOf(secured), { PGSSLMODE: 'disable' }),
      reasonFor(addressOf(secured), { PGSSLMODE: 'verify-full' }),
    ]);
    const [otherName, ...others] = reasons;
    expect(otherName).toMatch(/Host: localhost.* is not in .*\. To mend it, use a host that the certificate is for/);
    for (const reason of [...others.slice(0, 4), others[6]]) expect(reason).toMatch(/certificate.*with sslrootcert/);
    for (const reason of others.slice(4, 6)) expect(reason).toMatch(/no encryption.*use sslmode=require/);
  });
});

describe('a server that knows users by their certificates', () => {
  let server: TlsServer;
  const users = makeAuthority('The authority of users');

  beforeAll(async () => {
    const certificate = issue({ name: 'database', hosts: ['127.0.0.1'] }, authority);
    server = await TlsServer.start({ certificate, access: 'hostssl', userAuthority: users });
    const { cert, key, privateKey } = issue({ name: 'app', hosts: [] }, users);
    const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'opens it' } as const;
    await Promise.all([
      writeFile(join(folder, 'app.crt'), cert),
      writeFile(join(folder, 'app.key'), key),
      writeFile(join(folder, 'locked.key'), privateKey.export(locked)),
      writeFile(join(folder, 'stranger.crt'), issue({ name: 'app', hosts: [] }, authority).cert),
    ]);
  });
  afterAll(() => server.stop());

  const words = (key: string) => `sslmode=require&sslcert=${join(folder, 'app.crt')}&sslkey=${join(folder, key)}`;
  const at = (query: string) => `postgres://app@127.0.0.1:${server.port}/accounts?${query}`;

  test('somebody shows one and signs in, also if its key is locked', async () => {
    await signIn(at(words('app.key')));
    await signIn(at(`${words('locked.key')}&sslpassword=opens%20it`));
  });

  test('without one, or with a key that does not open, the start says why', async () => {
    expect(await reasonFor(at('sslmode=require'))).toMatch(/certificate/);
    expect(await reasonFor(at(words('locked.key')))).toMatch(/DATABASE_URL has sslkey, .* check sslpassword\.$/);
    expect(await reasonFor(at(`${words('locked.key')}&sslpassword=wrong`))).toMatch(/check sslpassword/);
    expect(await reasonFor(at(`${words('app.key')}`.replace('app.crt', 'stranger.crt')))).toMatch(
      /sslcert and sslkey that do not belong together/,
    );
  });
});

describe('a server without TLS', () => {
  test('somebody who says nothing about TLS signs in', async () => {
    await signIn(addressOf(plain));
  });

  test('somebody who wants TLS is not connected without', async () => {
    const strict = ['sslmode=require', 'sslmode=verify-full', 'sslmode=require&sslnegotiation=direct'];
    const reasons = await Promise.all(strict.map((words) => reasonFor(addressOf(plain, { words }))));
    for (const reason of reasons) expect(reason).toMatch(/^[^\n]*if the server has no TLS, use sslmode=disable\.$/);
  });

  test('somebody who reaches it by a Unix socket signs in, and by a wrong folder is told so', async () => {
    const path = join(folder, `.s.PGSQL.${plain.port}`);
    const socket = await forward({ path }, plain.port);
    const words = `port=${plain.port}&sslmode=verify-full`;
    await signIn(`postgres://app:secret@${encodeURIComponent(folder)}/accounts?${words}`);
    await signIn(`postgres:///accounts?host=${folder}&user=app&password=secret&${words}`).finally(() => socket.close());
    const missing = await reasonFor('postgres://app:secret@/accounts?host=/var/run/no-such-folder');
    expect(missing).toMatch(/no-such-folder\/\.s\.PGSQL\.5432.* check the folder and the port of the Unix socket/);
  });
});

test('what psql would read from the environment decides nothing', async () => {
  const env = {
    PGHOST: 'no-such-host.invalid',
    PGPORT: '1',
    PGUSER: 'nobody',
    PGPASSWORD: 'wrong',
    PGDATABASE: 'missing',
    PGOPTIONS: '-c search_path=missing',
    PGTARGETSESSIONATTRS: 'standby',
    PGCONNECT_TIMEOUT: '0',
    PGMAX_LIFETIME: '0',
    PGSSLROOTCERT: '/missing.pem',
  };
  await signInByProcess(addressOf(plain), env);
  // Without a password in the URL none is sent.
  const reason = await printedReasonFor(`postgres://app@127.0.0.1:${plain.port}/accounts`, { PGPASSWORD: 'secret' });
  expect(reason).toMatch(/password authentication failed|empty password/);
});
