import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { FolderClaim } from '../../src/bundled-postgres/folder-claim.js';
import { startBundledServer } from '../../src/bundled-postgres/server.js';
import { answers, dropDataDir, killServer, makeDataDir, query } from '../support/process/bundled-folder.js';
import { eventually } from '../support/eventually.js';

/** Two containers, or two machines, are given the same folder for data. */

const IN_USE = /is in use by another container or machine: stop that one, give each a DATA_DIR of its own, or set DATA/;

describe('worlds that do not see each other', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phone-accounts-claim-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function take(name: string, kernel = 'one'): Promise<FolderClaim> {
    const world = { id: `${kernel} ${name}`, kernel };
    const options = { world, beatEvery: 20, silentNearby: 3_000, silentElsewhere: 3_000 };
    const claim = await FolderClaim.take(folder, options);
    onTestFinished(() => claim.end({ release: true }));
    return claim;
  }

  test.each(['one', 'two'])(
    'the second is refused while the first gives signs of life, on machine %s',
    async (kernel) => {
      await take('first');
      await expect(take('second', kernel)).rejects.toThrow(IN_USE);
    },
  );

  test('of several that start at the same moment, one gets the folder', async () => {
    const worlds = Array.from({ length: 6 }, (_, index) => take(String(index), `machine ${index % 3}`));
    const taken = (await Promise.allSettled(worlds)).filter(({ status }) => status === 'fulfilled');
    expect(taken).toHaveLength(1);
  });

  test('of several that find the claim of a dead one, one gets the folder', async () => {
    const dead = await take('dead');
    await dead.end({ release: false });
    const worlds = Array.from({ length: 6 }, (_, index) => take(String(index), `machine ${index % 3}`));
    const taken = (await Promise.allSettled(worlds)).filter(({ status }) => status === 'fulfilled');
    expect(taken).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['phone-accounts.in-use']);
  });

  test('processes of one world share the folder, also after kill -9', async () => {
    await (await take('first')).end({ release: false });
    await Promise.all([take('first'), take('first')]);
  });

  test('after an orderly end the next one need not wait', async () => {
    await (await take('first')).end({ release: true });
    expect(await readdir(folder)).toEqual([]);
    await take('second');
  });

  test('one that was paused notices that another has taken the folder', async () => {
    const paused = await take('paused');
    await writeFile(join(folder, 'phone-accounts.in-use'), 'two another\n0123456789abcdef\n');
    await paused.lost;
    expect(paused.isLost).toBe(true);
    await paused.end({ release: true });
    expect(await readFile(join(folder, 'phone-accounts.in-use'), 'utf8')).toContain('two another');
  });
});

describe('the bundled server', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await makeDataDir('open');
  });

  afterEach(() => dropDataDir(dataDir));

  async function start() {
    const reasons: string[] = [];
    const onGivenUp = ({ message }: Error) => reasons.push(message);
    const server = await startBundledServer({ dataDir, settings: { fsync: 'off' }, onGivenUp });
    onTestFinished(() => server.stop());
    return { ...server, reasons };
  }

  test('is set up while another container sets it up, which is not disturbed', async () => {
    const elsewhere = join(dataDir, 'postgres.new-1-0a1b2c3d-00000000');
    const before = join(dataDir, 'postgres.new-1-00000000');
    await Promise.all([elsewhere, before].map((folder) => mkdir(folder, { recursive: true })));
    await utimes(before, 0, 0);
    await start();
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.new-1-0a1b2c3d-00000000']);
  });

  const claimFile = () => join(dataDir, 'postgres', 'phone-accounts.in-use');

  test('is not started beside one whose process id and port mean nothing here', async () => {
    const { url } = await start();
    // As in another container: the process id is that of another program, and the claim is that of an older version.
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
    const written = await readFile(pidFile, 'utf8');
    await writeFile(pidFile, written.replace(/^\d+/, String(process.pid)));

    await expect(startBundledServer({ dataDir, settings: { fsync: 'off' } })).rejects.toThrow(IN_USE);

    await writeFile(pidFile, written);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is ended, and not started again, when another machine has taken its folder', async () => {
    const { url, reasons } = await start();
    const ours = await readFile(claimFile(), 'utf8');
    await writeFile(claimFile(), 'another machine\n0123456789abcdef\n');

    expect(await eventually(async () => reasons[0])).toMatch(IN_USE);
    await eventually(async () => ((await answers(url)) ? null : true));
    await writeFile(claimFile(), ours);
  });

  test('is not started again after it stopped to protect its data', async () => {
    const { url, reasons } = await start();
    const note = 'LOG:  performing immediate shutdown because data directory lock file is invalid\n';
    await appendFile(join(dataDir, 'postgres', 'server.log'), note);
    await killServer(dataDir);

    expect(await eventually(async () => reasons[0])).toMatch(/^PostgreSQL stopped to protect its data/);
    expect(await answers(url)).toBe(false);
  });
});

/** Runs a program in a container: with process ids, a network and mounts of its own. */
function runInContainer(program: string, args: readonly string[]) {
  const namespaces = ['--pid', '--net', '--mount', '--ipc', '--fork', '--kill-child', '--mount-proc'];
  return spawn('unshare', [...namespaces, program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function hasContainers(): Promise<boolean> {
  const child = runInContainer('true', []);
  const failed = once(child, 'error').then(() => [1]);
  const [code] = await Promise.race([once(child, 'exit'), failed]);
  return code === 0;
}

test.skipIf(!(await hasContainers()))('two containers on one volume: the second ends with one line', async () => {
  const dataDir = await makeDataDir('open');
  const { url, stop } = await startBundledServer({ dataDir, settings: { fsync: 'off' } });
  await query(url, 'create table accounts as select generate_series(1, 22) as id');

  const main = join(import.meta.dirname, '../../dist/main.js');
  const child = runInContainer('env', ['-i', `DATA_DIR=${dataDir}`, process.execPath, main]);
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);

  expect(stderr).toMatch(/^phone-accounts cannot start: [^\n]* is in use by another container or machine: [^\n]*\n$/);
  expect(code).toBe(1);
  expect(await query(url, 'select count(*)::int as accounts from accounts')).toEqual([{ accounts: 22 }]);
  await stop();
  await dropDataDir(dataDir);
});
