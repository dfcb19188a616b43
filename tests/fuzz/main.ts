/**
 * Sends random and mutated requests to a service in a process of its own, on the bundled PostgreSQL, and ends with exit
 * code 1 when one of them got what nobody may get. `npm run fuzz -- --inputs=100000 --seed=1 --concurrency=8`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, progress, progressNowAndThen, type Removal, runLongCommand } from '../../scripts/long-command.js';
import { WITHOUT_CROWDS } from '../support/without-crowds.js';
import { type BusyTime, type FuzzReport, runFuzz, shown } from './run.js';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { inputs: text, seed: text, concurrency: text } });
const inputs = Number(values.inputs ?? 100_000);
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const concurrency = Number(values.concurrency ?? 8);
/** More would mean that something grows with what strangers send. */
const MOST_MEMORY_MB = 512;

const complaints: string[] = [];
const memory = { first: 0, peak: 0, last: 0 };

await runLongCommand(async (removals) => {
  await build();
  const port = await freePort();
  progress(`Starting a service on this machine, for seed ${seed}`);
  const service = startFuzzed(port, removals);
  await untilReady(service, port);
  const report = await runFuzz({
    ...{ port, seed, inputs, concurrency },
    busyTime: () => busyTime(service),
    afterBatch: (done) => look(service, done),
  });
  const alive = service.exitCode === null && (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  tell(report, alive);
  const fine = alive && report.failures.length === 0 && complaints.length === 0 && memory.peak < MOST_MEMORY_MB;
  return fine ? 0 : 1;
});

function startFuzzed(port: number, removals: Removal[]): ChildProcess {
  const folder = mkdtempSync(join(tmpdir(), 'phone-accounts-fuzz-'));
  removals.push(() => rmSync(folder, { recursive: true, force: true }));
  const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const service = spawn(process.execPath, ['--import', pathOf('busy-time.js'), pathOf('../../scripts/start.js')], {
    cwd: folder,
    // Limits across numbers would keep most inputs out of what they are to try.
    env: {
      ...WITHOUT_CROWDS,
      ...{ PORT: String(port), LOG_LEVEL: 'error', TEST_PHONES: '+15005550008=123456', FEDERATION: 'on' },
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const ended = once(service, 'close');
  removals.push(() => {
    service.kill('SIGTERM');
    return ended;
  });
  for (const stream of [service.stdout, service.stderr]) stream?.setEncoding('utf8').on('data', complain);
  return service;
}

function complain(chunk: string): void {
  const lines = chunk.split('\n').filter((line) => /^\{.*"level":(50|60)/.test(line) || /rejection|Error:/.test(line));
  complaints.push(...lines.map((line) => line.slice(0, 2_000)).slice(0, 20));
}

/** From busy-time.js. */
function busyTime(service: ChildProcess): Promise<BusyTime> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`The service ended with exit code ${service.exitCode}.`));
    service.once('exit', ended);
    service.once('message', (message) => {
      service.off('exit', ended);
      resolve(message as BusyTime);
    });
    service.send('busy?', (error) => error && reject(error));
  });
}

function look(service: ChildProcess, done: number): void {
  if (service.exitCode !== null) throw new Error(`The service ended with exit code ${service.exitCode}.`);
  memory.last = residentMegabytes(service);
  memory.first ||= memory.last;
  memory.peak = Math.max(memory.peak, memory.last);
  progressNowAndThen(`${done} of ${inputs} inputs, ${memory.last} MB`);
}

function tell(report: FuzzReport, alive: boolean): void {
  const { seconds, statuses, outcomes, failures, slowest, busiest } = report;
  print(
    `seed ${seed}: ${report.inputs} inputs in ${seconds.toFixed(1)} s, ${Math.round(report.inputs / seconds)} per second`,
  );
  print(`statuses: ${JSON.stringify(statuses)} (0: the connection was closed)`);
  print(`answers: ${JSON.stringify(Object.fromEntries(Object.entries(outcomes).sort(([, a], [, b]) => b - a)))}`);
  print(`memory of the service: ${JSON.stringify(memory)} MB`);
  for (const [name, { ms, number, input }] of Object.entries({ 'slowest answer': slowest, 'longest work': busiest })) {
    if (input) print(`${name}: ${Math.round(ms)} ms for #${number}: ${shown(input).slice(0, 300)}`);
  }
  print(`alive at the end: ${alive}; complaints in its log: ${complaints.length}; failures: ${failures.length}`);
  for (const line of [...complaints.slice(0, 20), ...failures]) print(line);
}

/** Of Linux; elsewhere 0. */
function residentMegabytes(service: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${service.pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

async function untilReady(service: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    if (service.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The service does not get ready.\n${complaints.join('\n')}`);
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
