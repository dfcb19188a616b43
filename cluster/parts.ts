import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface PartOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Lines of a program's output that are kept, to be shown if it ends too early. */
const KEPT_LINES = 20;

/** A program that runs. */
export interface Part {
  readonly name: string;
  readonly child: ChildProcess;
  /** The last lines that it printed. */
  readonly lastLines: string[];
}

/**
 * The programs of one run and their folder. All of them end with it, and the folder is removed. Each program has a
 * process group of its own, so Ctrl-C reaches only this process. PostgreSQL and PgBouncer refuse root. So root starts
 * all programs as the user postgres.
 */
export class Parts {
  readonly folder: string;
  readonly #parts: Part[] = [];
  readonly #endings: (() => Promise<void>)[] = [];
  readonly #user = process.getuid?.() === 0 ? postgresUser() : null;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'phone-accounts-cluster-'));
    this.#own(this.folder);
  }

  file(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    this.#own(path);
    return path;
  }

  folderOf(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { mode: 0o700 });
    this.#own(path);
    return path;
  }

  start({ name, program, args, env = {} }: PartOptions): Part {
    const { PATH = '' } = process.env;
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { PATH, HOME: this.folder, LC_ALL: 'C.UTF-8', ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...this.#user,
    });
    const part: Part = { name, child, lastLines: [] };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => keep(part, String(chunk)));
    child.on('error', (error) => keep(part, error.message));
    this.#parts.push(part);
    return part;
  }

  /** Called at the end of the run, before the programs are killed. */
  atEnd(ending: () => Promise<void>): void {
    this.#endings.push(ending);
  }

  async end(): Promise<void> {
    for (const ending of this.#endings.splice(0).reverse()) await ending().catch(() => undefined);
    await Promise.all(this.#parts.splice(0).map((part) => kill(part)));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }

  #own(path: string): void {
    if (this.#user) chownSync(path, this.#user.uid, this.#user.gid);
  }
}

export function hasEnded({ child }: Part): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

/** kill -9. Resolves when the program has ended. */
export async function kill(part: Part): Promise<void> {
  if (hasEnded(part)) return;
  const ended = new Promise((resolve) => part.child.once('exit', resolve));
  part.child.kill('SIGKILL');
  await ended;
}

function keep({ lastLines }: Part, text: string): void {
  lastLines.push(...text.split('\n').filter((line) => line.trim() !== ''));
  lastLines.splice(0, lastLines.length - KEPT_LINES);
}

function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
