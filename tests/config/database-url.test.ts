import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import type { ConnectionTarget } from '../../src/database/connection-target/connection-target.js';
import { shownTarget } from '../../src/database/connection-target/connection-target.js';
import { selfSigned } from '../support/self-signed.js';

/** The address of a database, as operators copy it from psql, from Prisma or from the page of a hosted database. */

const PASSWORD = 'not-for-any-log';

const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(url: string, env: Record<string, string> = {}) {
  return readConfig({ NODE_ENV: 'development', DATABASE_URL: url, ...env });
}

function targetOf(url: string, env: Record<string, string> = {}): ConnectionTarget {
  const reading = read(url, env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  const { target } = reading.config.database;
  if (target === null) throw new Error('the bundled PostgreSQL');
  return target;
}

function problemsOf(url: string, env: Record<string, string> = {}): readonly string[] {
  const reading = read(url, env);
  const problems = reading.kind === 'problems' ? reading.problems : [];
  expect(problems.join()).not.toContain(PASSWORD);
  return problems;
}

function warningsOf(url: string, env: Record<string, string> = {}): readonly string[] {
  const reading = read(url, env);
  if (reading.kind === 'problems') throw new Error(reading.problems.join('\n'));
  return reading.warnings;
}

const URL_WITH = (words: string) => `postgres://app:secret@db.example.com/accounts?${words}`;

describe('an address is read as psql reads it', () => {
  test('user, password, host, port and database, with what is left out', () => {
    const full = 'postgresql://app%40x:p%25%2F%23@db.example.com:6432/my%20accounts';
    expect(targetOf(full)).toMatchObject({
      user: 'app@x',
      password: 'p%/#',
      hosts: [{ host: 'db.example.com', port: 6432 }],
      database: 'my accounts',
    });
    expect(targetOf('postgres://app@db')).toMatchObject({
      password: null,
      hosts: [{ host: 'db', port: 5432 }],
      database: 'app',
      tls: 'prefer',
      targetSessionAttrs: 'any',
    });
    // psql takes these as they are.
    expect(targetOf('postgres://app:pa#ss:w+rd@db/accounts')).toMatchObject({ password: 'pa#ss:w+rd' });
    expect(targetOf('postgres://db/accounts?user=app&password=p@ss+')).toMatchObject({
      user: 'app',
      password: 'p@ss+',
    });
  });

  test('several hosts, IPv6 addresses and Unix sockets', () => {
    const several = targetOf('postgres://app@one:6001,[::1]:6002,three/db');
    expect(several.hosts).toEqual([
      { host: 'one', port: 6001 },
      { host: '::1', port: 6002 },
      { host: 'three', port: 5432 },
    ]);
    expect(several.targetSessionAttrs).toBe('read-write');
    expect(shownTarget(several)).toBe('one:6001,[::1]:6002,three:5432/db');
    expect(targetOf('postgres://app@/db?host=one,two&port=6001,6002').hosts.map(({ port }) => port)).toEqual([
      6001, 6002,
    ]);
    const socket = { hosts: [{ host: '/var/run/postgresql', port: 5432 }], database: 'db', tls: null };
    for (const url of [
      'postgres://app@%2Fvar%2Frun%2Fpostgresql/db',
      'postgres:///db?host=/var/run/postgresql&user=app',
      'postgres://app:x@localhost/db?host=/var/run/postgresql',
    ]) {
      expect(targetOf(url)).toMatchObject(socket);
      expect(shownTarget(targetOf(url))).toBe('/var/run/postgresql/.s.PGSQL.5432, database db');
    }
    // Cloud SQL.
    expect(targetOf('postgres://app:x@/db?host=/cloudsql/project:region:instance').hosts).toEqual([
      { host: '/cloudsql/project:region:instance', port: 5432 },
    ]);
  });

  test('how TLS is checked', () => {
    const tls = (words: string, env = {}) => targetOf(URL_WITH(words), env).tls;
    expect(tls('sslmode=disable')).toBeNull();
    expect(tls('sslmode=allow')).toBe('prefer');
    expect(tls('sslmode=require')).toEqual({ rejectUnauthorized: false });
    expect(tls('ssl=true')).toEqual({ rejectUnauthorized: false });
    for (const words of ['sslmode=verify-full', 'sslrootcert=system']) {
      expect(tls(words)).toEqual({ rejectUnauthorized: true, checkServerIdentity: expect.any(Function) });
    }
    const file = certificateFile();
    const checked = { rejectUnauthorized: true, ca: expect.stringContaining('BEGIN CERTIFICATE') };
    for (const mode of ['verify-ca', 'verify-full', 'require']) {
      expect(tls(`sslmode=${mode}&sslrootcert=${file}`)).toMatchObject(checked);
    }
    expect(tls('', { PGSSLMODE: 'require' })).toEqual({ rejectUnauthorized: false });
    expect(tls('sslmode=disable', { PGSSLMODE: 'require' })).toBeNull();
    expect(tls('sslmode=require&ssl_min_protocol_version=TLSv1.3')).toMatchObject({ minVersion: 'TLSv1.3' });
    expect(targetOf(URL_WITH('sslmode=require&sslnegotiation=direct')).directTls).toBe(true);
  });

  test('time limits, names, options and the schema', () => {
    expect(targetOf(URL_WITH('connect_timeout=7&keepalives_idle=30&application_name=my+app'))).toMatchObject({
      connectTimeoutSeconds: 7,
      keepAliveSeconds: 30,
      parameters: { application_name: 'my+app' },
    });
    expect(targetOf(URL_WITH('schema=other'))).toMatchObject({ schema: 'other' });
    const options = (text: string) => targetOf(URL_WITH(`options=${encodeURIComponent(text)}`));
    expect(options('-csearch_path=other')).toMatchObject({ schema: 'other' });
    expect(options('-c geqo=off -c search_path="Other",public --jit=off')).toMatchObject({
      schema: 'Other',
      parameters: { options: '-c geqo=off --jit=off' },
    });
    expect(options('-c search_path=Other,\\ public').schema).toBe('other');
    expect(options('endpoint=ep-cool-1').parameters).toMatchObject({ options: 'endpoint=ep-cool-1' });
    expect(targetOf(URL_WITH('keepalives=0&keepalives_idle=30')).keepAliveSeconds).toBe(0);
    expect(targetOf(URL_WITH('ssl=true&sslmode=require')).tls).toEqual({ rejectUnauthorized: false });
    expect(targetOf(URL_WITH('target_session_attrs=primary')).targetSessionAttrs).toBe('primary');
  });
});

describe('what cannot be heeded is named in one line with the mend', () => {
  test.each([
    ['mysql://db/accounts', /^DATABASE_URL must be a URL such as postgres:.*, or bundled\.$/],
    ['host=db dbname=accounts', /^DATABASE_URL must be a URL such as postgres:/],
    [`postgres://app:${PASSWORD}%@db/accounts`, /has a raw % in the password: write it as %25\.$/],
    [`postgres://app:${PASSWORD}%E9@db/accounts`, /has a %-code in the password/],
    [`postgres://app:${PASSWORD}@x@db/accounts`, /has a raw @ in the user or the password: write it as %40/],
    [`postgres://app:${PASSWORD}/x@db/accounts`, /has a raw \/ .* write it as %2F/],
    [`postgres://app:1/${PASSWORD}?x@db/accounts`, /has a raw \/ .* write it as %2F/],
    [`postgres://app:${PASSWORD}?x@db/accounts`, /has a raw \? .* write it as %3F/],
    [`postgres://app:${PASSWORD}/accounts`, /has a port that is no number from 1 to 65535/],
    ['postgres://app@db:65536/accounts', /has a port that is no number from 1 to 65535/],
    ['postgres://app@::1/accounts', /write it in brackets, as in \[::1\]:5432/],
    ['postgres://app@[::1::]:5432/accounts', /write it in brackets/],
    ['postgres://app@/accounts', /names no host: .*Unix socket/],
    ['postgres:///var/run/postgresql/accounts', /names no host: .*Unix socket/],
    ['postgres://app@one,two/db?port=1,2,3', /has 2 hosts and 3 ports/],
    [`postgres://app@/db?host=/${'x'.repeat(100)}`, /path is longer than 107 bytes/],
    [URL_WITH('sslmode=no-verify'), /has sslmode=no-verify: it must be one of disable, .*verify-full\.$/],
    [URL_WITH('sslmod=require'), /has sslmod, which is no word of a connection URL/],
    [URL_WITH('SSLMode=require'), /has SSLMode, .* or write sslmode/],
    [URL_WITH('currentSchema=other'), /or write schema/],
    [URL_WITH('sslmode=require&sslmode=disable'), /has sslmode twice/],
    [URL_WITH('sslmode'), /without a value/],
    [URL_WITH('sslmode='), /has sslmode without a value: write one/],
    [URL_WITH('sslmode=require&sslrootcert='), /has sslrootcert without a value/],
    [URL_WITH('ssl=true&sslmode=disable'), /ssl=true and sslmode=disable, which contradict each other/],
    [URL_WITH('ssl=false&sslmode=require'), /ssl=false and sslmode=require, which contradict/],
    [URL_WITH('keepalives=off'), /keepalives=off: it must be one of 1, 0/],
    [URL_WITH('sslmode=verify-full&sslrootcert=/missing.pem'), /sslrootcert, whose file \/missing\.pem .*\(ENOENT\)/],
    [URL_WITH('sslmode=verify-ca'), /sslmode=verify-ca, .* sslrootcert, or write sslmode=verify-full/],
    [URL_WITH('sslmode=verify-ca&sslrootcert=system'), /write sslmode=verify-full/],
    [URL_WITH('sslnegotiation=direct'), /sslnegotiation, which needs sslmode=require/],
    [URL_WITH('target_session_attrs=standby'), /target_session_attrs=standby: it must be one of any/],
    [URL_WITH('gssencmode=require'), /gssencmode, which asks for Kerberos/],
    [URL_WITH('client_encoding=LATIN1'), /client_encoding, which must be UTF8/],
    [URL_WITH('connect_timeout=soon'), /connect_timeout=soon: it must be a whole number/],
    [URL_WITH('schema=one&options=-csearch_path%3Dtwo'), /two schemas, one in schema= and two in options=/],
    [URL_WITH('hostaddr=10.0.0.1'), /hostaddr, which is not supported: write the address/],
    [URL_WITH('geqo=off'), /write options=-c%20name%3Dvalue/],
    [URL_WITH('statement_timeout=5s'), /statement_timeout, which the service sets for each connection itself: take it/],
  ])('%s', (url, problem) => {
    expect(problemsOf(url)).toEqual([expect.stringMatching(problem)]);
    expect(problemsOf(url)[0]).toMatch(/^DATABASE_URL [^\n]*\.$/);
  });

  test('all of them at once, together with other settings', () => {
    const url = `postgres://app:${PASSWORD}%@db:0/accounts?sslmode=on&shema=other`;
    expect(problemsOf(url, { PORT: 'x', PGSSLMODE: 'on' })).toEqual([
      expect.stringMatching(/^PORT /),
      expect.stringMatching(/^PGSSLMODE must be one of/),
      expect.stringMatching(/raw %/),
      expect.stringMatching(/shema/),
      expect.stringMatching(/port/),
      expect.stringMatching(/sslmode=on/),
    ]);
  });

  test('certificates that do not fit', () => {
    const [file, other] = [certificateFile(), certificateFile()];
    const strict = `sslmode=verify-full&sslrootcert=${file}`;
    expect(problemsOf(URL_WITH(`${strict}&sslcert=${file}&sslkey=${other}.key`))).toEqual([
      expect.stringMatching(/sslcert and sslkey that do not belong together/),
    ]);
    expect(problemsOf(URL_WITH(`${strict}&sslcert=${file}`))).toEqual([
      expect.stringMatching(/sslcert without sslkey: .*sslrootcert/),
    ]);
    expect(problemsOf(URL_WITH(`sslmode=verify-full&sslrootcert=${file}.key`))).toEqual([
      expect.stringMatching(/no certificate in PEM/),
    ]);
    expect(problemsOf(URL_WITH(`sslrootcert=${file}`))).toEqual([
      expect.stringMatching(/sslrootcert, which needs sslmode=require, verify-ca or verify-full/),
    ]);
    expect(targetOf(URL_WITH(`${strict}&sslcert=${file}&sslkey=${file}.key`)).tls).toMatchObject({
      cert: expect.any(String),
      key: expect.any(String),
    });
  });
});

describe('what is passed over is said in a warning', () => {
  test.each([
    [URL_WITH('sslmode=require&channel_binding=require'), /channel_binding, which is passed over: .*verify-full/],
    [URL_WITH('schema=public'), /schema=public, which is passed over/],
    [URL_WITH('connection_limit=5'), /connection_limit, which is passed over: set DATABASE_POOL/],
    [URL_WITH('pool_timeout=5'), /pool_timeout, which is passed over/],
    [URL_WITH('pgbouncer=true'), /pgbouncer=true: statements are not prepared/],
    [URL_WITH('connect_timeout=0'), /connect_timeout=0, which is passed over: the service waits 5 seconds/],
    [URL_WITH('options=-cstatement_timeout%3D60s'), /statement_timeout in options, which is passed over: the service/],
    [URL_WITH('options=-c%20geqo%3Doff%20--lock-timeout%3D0'), /lock-timeout in options, which is passed over/],
    [URL_WITH('options=-c%20datestyle%3DGerman'), /datestyle in options, which is passed over/],
    [URL_WITH('load_balance_hosts=random'), /load_balance_hosts, which is passed over/],
    ['postgres://app:x@ep-1-pooler.eu.aws.neon.tech/db', /the pooler of Neon: statements are not prepared/],
    ['postgres://app.x:x@aws-0.pooler.supabase.com:6543/db', /the pooler of Supabase/],
  ])('%s', (url, warning) => {
    expect(warningsOf(url)).toEqual([expect.stringMatching(warning)]);
    expect(warningsOf(url)[0]).toMatch(/^DATABASE_URL [^\n]*\.$/);
  });

  test('a pooler whose migrations go elsewhere gets no advice about them', () => {
    const url = 'postgres://app:x@ep-1-pooler.eu.aws.neon.tech/db';
    const advice = /Give migrations the direct address in DATABASE_MIGRATION_URL\.$/;
    expect(warningsOf(url)).toEqual([expect.stringMatching(advice)]);
    const direct = 'postgres://app:x@ep-1.eu.aws.neon.tech/db';
    expect(warningsOf(url, { DATABASE_MIGRATION_URL: direct })).toEqual([expect.not.stringMatching(advice)]);
    expect(warningsOf(direct, { DATABASE_MIGRATION_URL: url })).toEqual([expect.stringMatching(advice)]);
  });

  test('poolers get no prepared statements', () => {
    expect(targetOf(URL_WITH('pgbouncer=true')).prepare).toBe(false);
    expect(targetOf('postgres://app:x@ep-1-pooler.eu.aws.neon.tech/db').prepare).toBe(false);
    expect(targetOf(URL_WITH('')).prepare).toBeNull();
  });

  test('names that psql would read from the environment', () => {
    const env = { PGHOST: 'other', PGPASSWORD: 'x', PGSSLMODE: 'require', PGDATA: '/data' };
    expect(warningsOf(URL_WITH(''), env)).toEqual([
      'PGHOST, PGPASSWORD: set, but not heeded. Write it into DATABASE_URL.',
    ]);
    expect(warningsOf('bundled', env)).toEqual([]);
  });
});

/** A certificate in a file, and its key in another one whose name ends in `.key`. */
function certificateFile(): string {
  const file = join(mkdtempSync(join(folder, 'certificate-')), 'pem');
  const { cert, key } = selfSigned('db.example.com');
  writeFileSync(file, cert);
  writeFileSync(`${file}.key`, key);
  return file;
}
