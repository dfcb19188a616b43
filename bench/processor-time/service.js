import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openGateway } from './gateway.js';
import { secondsOfFamily, secondsOfProcess } from './processor.js';

/** Milliseconds. The first start of a checkout compiles it. */
const READY_WITHIN = 120_000;
const STOP_WITHIN = 30_000;

/**
 * Starts the service of a checkout with its bundled PostgreSQL on an empty folder. The settings are those of production,
 * as far as it takes a gateway on this machine, with limits that a benchmark does not meet. The pumping guard is on.
 * @param env more settings
 * @param execArgv options of Node.js
 */
export async function startService({ name, checkout, env = {}, execArgv = [] }) {
  const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-bench-'));
  const gateway = await openGateway();
  const port = await freePort();
  const child = spawn(process.execPath, [...execArgv, join(checkout, 'scripts/start.js')], {
    cwd: folder,
    env: { ...settings({ port, gateway }), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  // Should the benchmark itself fail, the service stops with it.
  process.once('exit', () => child.kill('SIGTERM'));
  const stop = async () => {
    child.kill('SIGTERM');
    const forced = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN);
    await Promise.all([ended, gateway.close()]);
    clearTimeout(forced);
    rmSync(folder, { recursive: true, force: true });
  };
  const ready = await Promise.race([untilReady(port), ended.then(() => false)]);
  if (!ready) {
    await stop();
    throw new Error(`The service of ${checkout} did not start.`);
  }
  const data = join(folder, 'data/postgres');
  const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
  return {
    ...{ name, port, gateway, data, postmaster, stop },
    processor: () => ({ service: secondsOfProcess(child.pid), postgres: secondsOfFamily(postmaster) }),
  };
}

function settings({ port, gateway }) {
  return {
    PORT: String(port),
    LOG_LEVEL: 'info',
    INTROSPECTION: 'off',
    SMS_PROVIDER: 'webhook',
    WEBHOOK_URL: gateway.url,
    WEBHOOK_SECRET: gateway.secret,
    FIELD_RATE_LIMIT: '1000000',
    HTTP_RATE_LIMIT: '1000000',
    SENDS_PER_NETWORK_PER_HOUR: '1000000',
    SENDS_PER_COUNTRY_PER_HOUR: '10000000',
    SENDS_PER_DAY: '1000000000',
  };
}

/** Whether the service has told that it is ready before its time is up. */
async function untilReady(port) {
  for (const deadline = performance.now() + READY_WITHIN; performance.now() < deadline; await pause(100)) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return true;
  }
  return false;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
