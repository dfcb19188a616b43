import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { Api } from './api.js';
import type { Command, Opened, OpenOptions, ResultMessage } from './instance-protocol.js';

/** A service to attack. It also gives access to data that the attacker cannot see, to judge the results. */
export interface Target {
  readonly api: Api;
  /** The service's time in milliseconds. */
  now(): Promise<number>;
  advance(milliseconds: number): Promise<void>;
  /** The code in the latest text to a number. */
  codeSentTo(phoneNumber: string): Promise<string | null>;
  /** The number of texts sent. */
  texts(): Promise<number>;
  /** The service's settings in force, by name. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The service's database. */
  readonly sql: postgres.Sql;
}

/** The process that runs services to attack, one at a time. */
export class Instance {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #lastId = 0;
  #sql: postgres.Sql | undefined;
  #api: Api | undefined;

  /** Rejected if the process ends before. */
  readonly ready: Promise<unknown>;

  constructor() {
    const file = fileURLToPath(new URL('./instance.ts', import.meta.url));
    // It ends when it is let go of, and not when a terminal sends a signal to all processes.
    const child = fork(file, {
      execArgv: ['--import', import.meta.resolve('tsx')],
      env: processEnvironment(),
      detached: true,
    });
    child.on('message', (result: ResultMessage) => {
      const waiting = this.#waiting.get(result.id);
      this.#waiting.delete(result.id);
      if (result.problem === undefined) waiting?.resolve(result.value);
      else waiting?.reject(new Error(result.problem));
    });
    child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The attacked service has ended.'));
    });
    this.#child = child;
    this.ready = new Promise((resolve, reject) => this.#waiting.set(0, { resolve, reject }));
  }

  /** Starts a service on an empty database, and ends the previous one. */
  async open(options: OpenOptions = {}): Promise<Target> {
    await this.#disconnect();
    const { url, databaseUrl, settings } = (await this.#ask({ kind: 'open', options })) as Opened;
    const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined, fetch_types: false });
    const api = new Api(url);
    [this.#sql, this.#api] = [sql, api];
    await api.discover();
    return {
      ...{ api, sql, settings },
      now: async () => (await this.#ask({ kind: 'now' })) as number,
      advance: async (milliseconds) => void (await this.#ask({ kind: 'advance', milliseconds })),
      codeSentTo: async (phoneNumber) => (await this.#ask({ kind: 'code', phoneNumber })) as string | null,
      texts: async () => (await this.#ask({ kind: 'texts' })) as number,
    };
  }

  /** Lets go of the process, which then stops PostgreSQL, and waits for its end. */
  async stop(): Promise<void> {
    this.#api?.close();
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    await ended;
  }

  async #disconnect(): Promise<void> {
    this.#api?.close();
    await this.#sql?.end();
  }

  #ask(command: Command): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, command });
    });
  }
}

/** The attacked service must not get settings from this environment. It gets only what is needed to find programs. */
function processEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
