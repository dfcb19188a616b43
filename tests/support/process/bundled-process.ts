import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./bundled-child.mjs', import.meta.url));

export interface Fsync {
  readonly fsync: 'on' | 'off';
}

/** A process of its own that uses the bundled server of a folder, as the service does. */
export class BundledProcess {
  readonly #child: ChildProcess;

  constructor(dataDir: string, { fsync }: Fsync = { fsync: 'off' }) {
    // In a process group of its own: the terminal that Ctrl-C is pressed in.
    this.#child = fork(script, [dataDir, fsync], { execArgv: [], detached: true });
  }

  async started(): Promise<{ readonly url: string; readonly adopted: boolean }> {
    const [report] = await Promise.race([once(this.#child, 'message'), this.#endedEarly()]);
    return report;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.send('stop');
    await ended;
  }

  /** kill -9: no chance to tidy up. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  pressCtrlC(): void {
    process.kill(-(this.#child.pid ?? Number.NaN), 'SIGINT');
  }

  async #endedEarly(): Promise<never> {
    await once(this.#child, 'exit');
    throw new Error('The process ended before it had a server');
  }
}
