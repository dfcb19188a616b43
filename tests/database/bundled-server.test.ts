import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BundledServer, startBundledServer } from '../../src/bundled-postgres/server.js';
import {
  answers,
  copyDataDir,
  dropDataDir,
  endServer,
  killServer,
  makeDataDir,
  query,
  serverPid,
} from '../support/process/bundled-folder.js';
import { BundledProcess } from '../support/process/bundled-process.js';

let dataDir: string;
const processes: BundledProcess[] = [];
const servers: BundledServer[] = [];

afterEach(async () => {
  await Promise.all(processes.splice(0).map((each) => each.kill()));
  await Promise.all(servers.splice(0).map((each) => each.stop()));
  await endServer(dataDir);
});

async function start(folder = dataDir, stopWithin?: number): Promise<BundledServer> {
  const server = await startBundledServer({
    dataDir: folder,
    settings: { fsync: 'off' },
    ...(stopWithin && { stopWithin }),
  });
  servers.push(server);
  return server;
}

function run(fsync: 'on' | 'off' = 'off'): BundledProcess {
  const child = new BundledProcess(dataDir, { fsync });
  processes.push(child);
  return child;
}

describe('a fresh folder', () => {
  beforeEach(async () => {
    dataDir = await makeDataDir('open');
  });

  afterEach(() => dropDataDir(dataDir));

  test('becomes a database that knows all letters and serves this machine alone', async () => {
    const { url, adopted } = await start();
    expect(adopted).toBe(false);
    expect(await query(url, `select lower('ÅÇЖ') as lower`)).toEqual([{ lower: 'åçж' }]);
    const settings = `select string_agg(name || '=' || setting, ' ' order by name) as all from pg_settings
      where name in ('listen_addresses', 'unix_socket_directories', 'data_checksums', 'server_encoding')`;
    expect(await query(url, settings)).toEqual([
      { all: 'data_checksums=on listen_addresses=127.0.0.1 server_encoding=UTF8 unix_socket_directories=.' },
    ]);
  });

  test('is set up once, and put on disk, when two services start on it at the same moment', async () => {
    const reports = await Promise.all([run('on').started(), run('on').started()]);
    expect(reports[0].url).toBe(reports[1].url);
    expect(reports.map(({ adopted }) => adopted).sort()).toEqual([false, true]);
    expect(await readdir(dataDir)).toEqual(['postgres']);
    const files = () => readdir(join(dataDir, 'postgres'));
    await vi.waitUntil(async () => !(await files()).includes('phone-accounts.unsynced'), { timeout: 10_000 });
  });

  test('is set up again when the first time was cut off by kill -9', async () => {
    const child = run();
    await vi.waitUntil(async () => (await readdir(dataDir).catch(() => [])).length > 0, {
      interval: 5,
      timeout: 10_000,
    });
    await pause(50);
    await child.kill();
    expect(await readdir(dataDir)).not.toContain('postgres');
    const { url } = await start();
    expect(await answers(url)).toBe(true);
    expect(await readdir(dataDir)).toEqual(['postgres']);
  });
});

describe('a home directory that is closed to others', () => {
  test('takes the data, whoever runs the server', async () => {
    dataDir = await makeDataDir('closed');
    const { url, stop } = await start();
    await query(url, 'create table t as select 1 as a; checkpoint');
    await stop();
    const again = await start();
    expect(await query(again.url, 'select a from t')).toEqual([{ a: 1 }]);
    const { uid } = await stat(join(dataDir, 'postgres'));
    // PostgreSQL refuses root, so root has another user run it. Everybody else runs it themselves.
    if (process.getuid?.() === 0) expect(uid).not.toBe(0);
    else expect(uid).toBe(process.getuid?.() ?? 0);
    await again.stop();
    await dropDataDir(dataDir);
  });
});

describe('an existing folder', () => {
  // One for all of these, as setting up takes longest.
  beforeAll(async () => {
    dataDir = await makeDataDir('open');
    const server = await startBundledServer({ dataDir, settings: { fsync: 'off' } });
    await server.stop();
  });

  afterAll(() => dropDataDir(dataDir));

  describe('kill -9', () => {
    test('of the service: the next one takes over its server', async () => {
      const child = run();
      const { url } = await child.started();
      await child.kill();
      expect(await answers(url)).toBe(true);
      const server = await start();
      expect(server).toMatchObject({ url, adopted: true });
      await server.stop();
      expect(await answers(url)).toBe(false);
    });

    test('of service and server amid a stream of rows: none that was acknowledged is lost', async () => {
      const child = run('on');
      const { url } = await child.started();
      await query(url, 'create table rows (id integer primary key)');
      let acknowledged = 0;
      const stream = (async () => {
        for (;;) {
          await query(url, `insert into rows values (${acknowledged + 1})`);
          acknowledged += 1;
        }
      })().catch(() => undefined);
      await vi.waitUntil(() => acknowledged >= 20, { interval: 5, timeout: 10_000 });
      await Promise.all([killServer(dataDir), child.kill()]);
      await stream;
      const again = await start();
      const [row] = await query<{ count: number }>(again.url, 'select count(*)::integer as count from rows');
      expect(again.adopted).toBe(false);
      expect(row?.count).toBeGreaterThanOrEqual(acknowledged);
    });

    test('of the server whose process id then belongs to another program: a new server starts', async () => {
      const child = run();
      await child.started();
      await Promise.all([killServer(dataDir), child.kill()]);
      // PostgreSQL itself only mistakes processes of its own user for a server.
      const { uid, gid } = await stat(join(dataDir, 'postgres'));
      const bystander = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {});
      const note = join(dataDir, 'postgres', 'postmaster.pid');
      await writeFile(note, (await readFile(note, 'utf8')).replace(/^\d+/, String(bystander.pid)));
      const { url, adopted } = await start();
      bystander.kill();
      expect({ adopted, answers: await answers(url) }).toEqual({ adopted: false, answers: true });
    });

    test('of the server under a running service: it comes back at the same address', async () => {
      const { url, stop } = await start();
      await killServer(dataDir);
      await vi.waitUntil(() => answers(url), { interval: 20, timeout: 10_000 });
      const other = run();
      await other.started();
      const pid = await serverPid(dataDir);
      await other.stop();
      expect({ answers: await answers(url), pid: await serverPid(dataDir) }).toEqual({ answers: true, pid });
      await stop();
      expect(await answers(url)).toBe(false);
    });
  });

  describe('services that share a folder', () => {
    test('stop the server with the last of them', async () => {
      const [first, second] = [run(), run()];
      const { url } = await first.started();
      await second.started();
      const pid = await serverPid(dataDir);
      await first.stop();
      expect({ answers: await answers(url), pid: await serverPid(dataDir) }).toEqual({ answers: true, pid });
      await second.stop();
      expect(await answers(url)).toBe(false);
    });

    test('stop the server when all stop at the same moment', async () => {
      const { url } = await start();
      await Promise.all([start(), start()]);
      await Promise.all(servers.map(({ stop }) => stop()));
      expect(await answers(url)).toBe(false);
    });

    test('get a living server when they start while another stops it', async () => {
      let current = await start();
      for (let round = 0; round < 20; round += 1) {
        const starting = start();
        await pause(round * 2);
        const stopped = current.stop();
        current = await starting;
        const sql = postgres(current.url, { max: 1, fetch_types: false });
        const connection = () => sql`select pg_backend_pid()`.then(([row]) => row);
        const before = await connection();
        await stopped;
        expect(await connection()).toEqual(before);
        await sql.end();
      }
    });

    test('are not confused by a copy of the folder, which gets a server of its own', async () => {
      const { url } = await start();
      const copy = join(dirname(dataDir), 'copy');
      await copyDataDir(dataDir, copy);
      const own = await start(copy);
      expect(own.adopted).toBe(false);
      expect(own.url).not.toBe(url);
      await own.stop();
      expect(await answers(url)).toBe(true);
    });
  });

  describe('a server', () => {
    test('is closed to whoever does not have its password', async () => {
      const { url } = await start();
      await expect(query(url.replace(/:[^:@]+@/, ':postgres@'), 'select 1')).rejects.toThrow('password authentication');
      const password = await stat(join(dataDir, 'postgres', 'phone-accounts.password'));
      expect(password.mode & 0o777).toBe(0o600);
    });

    test('does not hear Ctrl-C, so that the service can finish what is under way', async () => {
      const child = run();
      const { url } = await child.started();
      child.pressCtrlC();
      await pause(200);
      expect(await answers(url)).toBe(true);
      await child.stop();
      expect(await answers(url)).toBe(false);
    });

    test('that hangs is stopped all the same', async () => {
      const server = await start(dataDir, 500);
      const pid = await serverPid(dataDir);
      process.kill(pid, 'SIGSTOP');
      await server.stop();
      await vi.waitUntil(async () => !(await answers(server.url)), { timeout: 2_000 });
      expect(await answers((await start()).url)).toBe(true);
    });

    test('keeps phone numbers out of its log when a statement fails', async () => {
      const { url } = await start();
      await query(url, `create table numbers (phone text primary key); insert into numbers values ('+9779800000000')`);
      await expect(query(url, `insert into numbers values ('+9779800000000')`)).rejects.toThrow('duplicate key');
      await expect(query(url, `select '+9779800000000'::uuid`)).rejects.toThrow('invalid input syntax');
      const log = await readFile(join(dataDir, 'postgres', 'server.log'), 'utf8');
      expect(log).toContain('ready to accept connections');
      expect(log).not.toContain('9800000000');
    });
  });

  describe('that cannot be used is refused with one line that tells what to do', () => {
    test.each([
      ['PG_VERSION', '17\n', /made by PostgreSQL 17, the bundled one is 18: .*DATABASE_URL[^\n]*$/],
      ['global/pg_control', 'damage', /cannot start on .*pg_control.*server\.log.*DATABASE_URL[^\n]*$/],
      ['phone-accounts.password', 'another', /does not accept the password.*DATA_DIR[^\n]*$/],
    ])('with a wrong %s', async (name, content, message) => {
      const path = join(dataDir, 'postgres', name);
      const right = await readFile(path);
      await writeFile(path, content);
      await expect(start()).rejects.toThrow(message);
      await writeFile(path, right);
    });

    test('with something else in its place', async () => {
      const other = join(dirname(dataDir), 'other');
      await mkdir(join(other, 'postgres', 'holiday-photos'), { recursive: true });
      await expect(start(other)).rejects.toThrow(/something other than PostgreSQL data: .*DATABASE_URL[^\n]*$/);
      expect(await readdir(join(other, 'postgres'))).toEqual(['holiday-photos']);
    });
  });
});
