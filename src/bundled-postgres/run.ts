import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { BundledServerError, codeOf, ownDatabase } from './error.js';

/** An OS user to run a program as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Folder of shared libraries. The programs know it, but find it only where /proc is mounted. */
  readonly libraries?: string;
  /** Null: as the user of this process. */
  readonly account: Account | null;
}

export interface Finished {
  readonly ok: boolean;
  /** Standard output and standard error. */
  readonly output: string;
}

// Nothing of this process's environment: it holds secrets, and PGDATA or PGPORT would change what the programs do.
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Runs a program to its end. In a session of its own, so that Ctrl-C in the terminal does not reach it.
 * @throws BundledServerError when it cannot be started at all
 */
export function run({ program, args, cwd, libraries, account }: Command): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...environment, ...(libraries && { LD_LIBRARY_PATH: libraries }) },
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => reject(cannotRun(error, { program, account })));
    child.on('close', (status) => resolve({ ok: status === 0, output }));
  });
}

function cannotRun(error: Error, { program, account }: Pick<Command, 'program' | 'account'>): BundledServerError {
  const code = codeOf(error);
  if (code === 'EPERM' && account) {
    const message = `PostgreSQL refuses root, and this process may not switch to the OS user ${account.name}`;
    return new BundledServerError(`${message}: start it as another user, or ${ownDatabase}`, { cause: error });
  }
  const hint = code === 'ENOENT' ? ' (its binaries need a system with glibc)' : '';
  const message = `The bundled PostgreSQL's ${basename(program)} cannot be run here: ${code}${hint}`;
  return new BundledServerError(`${message}; ${ownDatabase}`, { cause: error });
}

/** The line of a program's output that says what went wrong: the last error, otherwise the last line. */
export function complaint(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line =
    lines.findLast((text) => /\b(PANIC|FATAL|error|ERROR)\b/.test(text)) ?? lines.at(-1) ?? 'no reason given';
  return line.replace(/^.*?\b(PANIC|FATAL|ERROR|error):\s*/, '').trim();
}
