import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';

const WORLD = fileURLToPath(new URL('./example-world.mjs', import.meta.url));
const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

export interface ExampleOptions {
  /** Files by name; `server.mjs` is started. */
  readonly files: ReadonlyMap<string, string>;
  readonly issuer: string;
  /** Where the issuer really is. */
  readonly accountsUrl: string;
}

/** A documented Node server, run word by word in a process of its own. */
export class ExampleProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(parts: { url: string; child: ChildProcess; folder: string }) {
    this.url = parts.url;
    this.#child = parts.child;
    this.#folder = parts.folder;
  }

  static async start({ files, issuer, accountsUrl }: ExampleOptions): Promise<ExampleProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'phone-accounts-example-'));
    await symlink(MODULES, join(folder, 'node_modules'));
    for (const [name, code] of files) await writeFile(join(folder, name), code);
    const port = await freePort();
    const env = { ISSUER: issuer, ACCOUNTS_URL: accountsUrl, PORT: String(port) };
    const child = fork(join(folder, 'server.mjs'), { cwd: folder, env, execArgv: ['--import', WORLD] });
    const example = new ExampleProcess({ url: `http://127.0.0.1:${port}`, child, folder });
    await example.#ready();
    return example;
  }

  async get(token?: string): Promise<{ status: number; headers: Headers; body: string }> {
    const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
    const response = await fetch(this.url, { headers });
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  /** Sets its clock to what is `now` for the test. */
  async setClock(now: Date): Promise<void> {
    const moved = once(this.#child, 'message');
    this.#child.send(now.getTime() - Date.now());
    await moved;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
    await rm(this.#folder, { recursive: true });
  }

  async #ready(): Promise<void> {
    for (let tries = 0; tries < 500 && this.#child.exitCode === null; tries += 1) {
      if (await this.get().catch(() => null)) return;
      await pause(10);
    }
    throw new Error('The example does not answer.');
  }
}
