import { spawn } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BundledServer, startBundledServer } from '../src/database/bundled-server.js';
import { answers, dropDataDir, killServer, makeDataDir, query } from './support/bundled-folder.js';
import { BundledProcess } from './support/bundled-process.js';

let dataDir: string;
const processes: BundledProcess[] = [];
const servers: BundledServer[] = [];

beforeEach(async () => {
  dataDir = await makeDataDir();
});

afterEach(async () => {
  await Promise.all(processes.splice(0).map((each) => each.kill()));
  await Promise.all(servers.splice(0).map((each) => each.stop()));
  await dropDataDir(dataDir);
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
  test('becomes a database that knows all letters and serves this machine alone', async () => {
    const { url, adopted } = await start();
    expect(adopted).toBe(false);
    expect(await query(url, `select lower('ÅÇЖ') as lower`)).toEqual([{ lower: 'åçж' }]);
    const settings = `select string_agg(name || '=' || setting, ' ' order by name) as all from pg_settings
      where name in ('listen_addresses', 'unix_socket_directories', 'data_checksums', 'server_encoding')`;
    expect(await query(url, settings)).toEqual([
      { all: 'data_checksums=on listen_addresses=127.0.0.1 server_encoding=UTF8 unix_socket_directories=' },
    ]);
  });

  test('is closed to whoever does not have its password', async () => {
    const { url } = await start();
    await expect(query(url.replace(/:[^:@]+@/, ':postgres@'), 'select 1')).rejects.toThrow('password authentication');
    const password = await stat(join(dataDir, 'postgres', 'phone-accounts.password'));
    expect(password.mode & 0o777).toBe(0o600);
  });

  test('is set up once when two services start on it at the same moment', async () => {
    const reports = await Promise.all([run().started(), run().started()]);
    expect(reports[0].url).toBe(reports[1].url);
    expect(reports.map(({ adopted }) => adopted).sort()).toEqual([false, true]);
    expect(await readdir(dataDir)).toEqual(['postgres']);
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
    await dropDataDir(dataDir);
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
  });
});

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
    const bystander = spawn('sleep', ['60']);
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
    await other.stop();
    expect(await answers(url)).toBe(true);
    await stop();
    expect(await answers(url)).toBe(false);
  });
});

describe('services that share a folder', () => {
  test('stop the server with the last of them', async () => {
    const [first, second] = [run(), run()];
    const { url } = await first.started();
    await second.started();
    await first.stop();
    expect(await answers(url)).toBe(true);
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
    for (let round = 0; round < 8; round += 1) {
      const stopped = current.stop();
      await pause(round * 3);
      const [next] = await Promise.all([start(), stopped]);
      expect(await answers(next.url)).toBe(true);
      current = next;
    }
  });

  test('are not confused by a copy of the folder, which gets a server of its own', async () => {
    const { url } = await start();
    const copy = join(dirname(dataDir), 'copy');
    const { uid, gid } = await stat(join(dataDir, 'postgres'));
    const copying = spawn('cp', ['-a', dataDir, copy]);
    await new Promise((resolve) => copying.on('close', resolve));
    expect((await stat(join(copy, 'postgres'))).uid).toBe(uid);
    expect(gid).toBeDefined();
    const own = await start(copy);
    expect(own.adopted).toBe(false);
    expect(own.url).not.toBe(url);
    await own.stop();
    expect(await answers(url)).toBe(true);
  });
});
