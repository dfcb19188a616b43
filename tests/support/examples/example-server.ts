import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../process/free-port.js';

const EXAMPLES = new URL('../../../examples/', import.meta.url);

/** A free address for an example, to be told to the service before the example starts. */
export async function exampleAddress(): Promise<string> {
  return `http://localhost:${await freePort()}`;
}

/** The server of an example, as `npm start` in its folder starts it. */
export class ExampleServer {
  readonly url: string;
  readonly #child: ChildProcess;
  #printed = '';

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#printed += chunk;
      });
    }
  }

  /**
   * @param env beside its port, such as ACCOUNTS_URL
   * @param patience seconds until it must answer
   */
  static async start(
    name: string,
    url: string,
    env: Readonly<Record<string, string>>,
    patience = 30,
  ): Promise<ExampleServer> {
    const folder = fileURLToPath(new URL(name, EXAMPLES));
    const { main } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { main: string };
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [main], {
      cwd: folder,
      env: { PATH, HOME, PORT: new URL(url).port, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new ExampleServer(url, child);
    await server.#ready(patience);
    return server;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }

  async #ready(patience: number): Promise<void> {
    const deadline = AbortSignal.timeout(patience * 1000);
    while (!deadline.aborted && this.#child.exitCode === null) {
      if (this.#printed.includes(this.url)) return;
      await pause(20);
    }
    await this.stop();
    throw new Error(`The example does not answer: ${this.#printed}`);
  }
}
