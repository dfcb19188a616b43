import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Memory } from './flatness.js';
import type { Parts } from './parts.js';
import { freePorts } from './ports.js';
import { statusOf } from './waiting.js';
import { setTimeout as pause } from 'node:timers/promises';

const SCRIPT = fileURLToPath(new URL('../scripts/start.js', import.meta.url));
const PROBE = new URL('memory-probe.js', import.meta.url).href;
const MEGABYTE = 1024 * 1024;
/** A start that takes longer counts as hung. */
const START_WITHIN_SECONDS = 30;
const STOP_WITHIN_SECONDS = 30;
const ANSWER_WITHIN_MS = 30_000;
const KEPT_LINES = 20;
const CODE = /^\w+ to (\+\d+): .*?\b(\d{6})\b/;

/** The limits are for people. Here, one machine stands for all of them. */
const WITHOUT_LIMITS = {
  FIELD_RATE_LIMIT: '1000000',
  HTTP_RATE_LIMIT: '1000000',
  SENDS_PER_NETWORK_PER_HOUR: '1000000',
  SENDS_PER_COUNTRY_PER_HOUR: '10000000',
  SENDS_PER_DAY: '1000000000',
  FAILURES_PER_NETWORK_PER_HOUR: '1000000',
  FAILURES_PER_HOUR: '1000000',
  REGISTRATIONS_PER_NETWORK_PER_HOUR: '1000000',
  REGISTRATIONS_PER_DAY: '10000000',
  OTP_SENDS_PER_HOUR: '100',
  OTP_SENDS_PER_DAY: '100',
  PUMPING_GUARD: 'off',
};

/** The codes that the services have printed, by phone number. All processes share them, because any of them sends. */
export class PrintedCodes {
  readonly #codes = new Map<string, string>();

  read(line: string): boolean {
    const [, phoneNumber, code] = CODE.exec(line) ?? [];
    if (phoneNumber && code) this.#codes.set(phoneNumber, code);
    return code !== undefined;
  }

  /** The code is removed. Null: none was printed in time. */
  async take(phoneNumber: string, seconds = 10): Promise<string | null> {
    const deadline = performance.now() + seconds * 1000;
    while (performance.now() < deadline) {
      const code = this.#codes.get(phoneNumber);
      if (code && this.#codes.delete(phoneNumber)) return code;
      await pause(10);
    }
    return null;
  }
}

export interface ServiceOptions {
  readonly name: string;
  readonly port: number;
  readonly folder: string;
  readonly databaseUrl: string;
  readonly codes: PrintedCodes;
  readonly env?: Readonly<Record<string, string>>;
}

/** One process of the service, as an operator runs it. It can be stopped and started again. */
export class ServiceProcess {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  readonly lastLines: string[] = [];
  readonly #options: ServiceOptions;
  #child: ChildProcess | null = null;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.name = options.name;
    this.port = options.port;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  /** Returns the seconds until it was ready. @throws when it hangs or ends. */
  async start(): Promise<number> {
    const began = performance.now();
    const child = spawn(process.execPath, ['--import', PROBE, SCRIPT], {
      cwd: this.#options.folder,
      env: this.#environment(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#heard(line));
    const seconds = () => (performance.now() - began) / 1000;
    while ((await statusOf(`${this.url}/readyz`)) !== 200) {
      if (child.exitCode !== null) throw new Error(`${this.name} does not start: ${this.lastLines.join('\n')}`);
      if (seconds() > START_WITHIN_SECONDS)
        throw new Error(`${this.name}: the start hangs: ${this.lastLines.join('\n')}`);
      await pause(50);
    }
    return seconds();
  }

  /** SIGTERM. Returns the exit code; null: it had to be killed. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const hardStop = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_SECONDS * 1000);
    await ended;
    clearTimeout(hardStop);
    return child.exitCode;
  }

  /** kill -9, at the end of a run. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** After a full garbage collection. */
  async memory(): Promise<Memory> {
    const child = this.#child;
    if (!child?.connected) throw new Error(`${this.name} has ended: ${this.lastLines.join('\n')}`);
    child.send('memory');
    const [{ rss, heapUsed, external }] = await once(child, 'message', {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { resident: rss / MEGABYTE, live: (heapUsed + external) / MEGABYTE };
  }

  #heard(line: string): void {
    if (this.#options.codes.read(line)) return;
    this.lastLines.push(line);
    this.lastLines.splice(0, this.lastLines.length - KEPT_LINES);
  }

  #environment(): Record<string, string> {
    const { PATH = '' } = process.env;
    return {
      ...{ PATH, HOME: this.#options.folder, LOG_LEVEL: 'warn', PORT: String(this.port) },
      DATABASE_URL: this.#options.databaseUrl,
      // All processes of one service have the same secret and the same address.
      APP_SECRET: 'a secret for these trials that is long enough',
      PUBLIC_URL: 'https://accounts.example.com',
      ...WITHOUT_LIMITS,
      ...this.#options.env,
    };
  }
}

interface Services {
  readonly count: number;
  readonly databaseUrl: string;
  /** Of their folder, if a run has several groups of processes. */
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Several processes on one database. None has started yet. */
export async function makeServices(
  parts: Parts,
  { count, name: group = 'services', ...options }: Services,
): Promise<{ services: ServiceProcess[]; codes: PrintedCodes }> {
  const codes = new PrintedCodes();
  const folder = parts.folderOf(group);
  const ports = await freePorts(count);
  const services = ports.map((port, index) => {
    const service = new ServiceProcess({ ...options, name: `s${index + 1}`, port, folder, codes });
    parts.atEnd(() => service.kill());
    return service;
  });
  return { services, codes };
}
