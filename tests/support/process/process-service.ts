import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eventually } from '../eventually.js';
import { type GraphqlClient, graphqlClient } from './process-graphql.js';

export const START_SCRIPT = fileURLToPath(new URL('../../../scripts/start.js', import.meta.url));
const READY_WITHIN_MS = 60_000;

export interface ProcessOptions {
  /** Where it is started. */
  readonly folder: string;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Program and arguments; `node scripts/start.js` unless given. */
  readonly command?: readonly [string, ...string[]];
}

export interface Ending {
  /** Null: ended by a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Everything it printed. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A process as an operator starts it, in a process group of its own, as in a terminal of its own. */
export class ServiceProcess {
  readonly url: string;
  readonly client: GraphqlClient;
  readonly ended: Promise<Ending>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;

  constructor({ folder, env, command = [process.execPath, START_SCRIPT] }: ProcessOptions) {
    const [program, ...args] = command;
    const child = spawn(program, args, {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk) => {
      this.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.#child = child;
    this.url = `http://127.0.0.1:${env['PORT']}`;
    this.client = graphqlClient(this.url);
    this.ended = once(child, 'close').then(([code, signal]) => {
      return { code, signal, stdout: this.stdout, stderr: this.stderr };
    });
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  /** Resolves once it answers and its database does. */
  async ready(): Promise<this> {
    const deadline = AbortSignal.timeout(READY_WITHIN_MS);
    const early = this.ended.then(() => true);
    while (!deadline.aborted) {
      const status = await fetch(`${this.url}/readyz`).then(
        (response) => response.status,
        () => null,
      );
      if (status === 200) return this;
      if (await Promise.race([early, pause(20, false)])) throw new Error(`It ended: ${this.stdout}${this.stderr}`);
    }
    throw new Error(`It does not get ready: ${this.stdout}${this.stderr}`);
  }

  /** The code of the latest text that was printed to a number. */
  async printedCode(phoneNumber: string): Promise<string> {
    const text = new RegExp(`^SMS to \\${phoneNumber}: .*?\\b(\\d{6})\\b`, 'gm');
    return eventually(async () => [...this.stdout.matchAll(text)].at(-1)?.[1]);
  }

  tell(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** What a terminal does: the signal goes to every process of the group at once. */
  pressCtrlC(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    this.tell(signal);
    return this.ended;
  }

  /** Whether a process of its group is left. */
  get groupLives(): boolean {
    try {
      return process.kill(-this.pid, 0);
    } catch {
      return false;
    }
  }

  /** kill -9 of everything that is left of its group. */
  async kill(): Promise<void> {
    if (this.groupLives) process.kill(-this.pid, 'SIGKILL');
    await this.ended;
  }
}
