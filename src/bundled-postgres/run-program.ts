import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { BundledServerError, codeOf, useOwnDatabase } from './error.js';

/** An OS user to run a program as. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Folder of shared libraries. Without /proc the programs cannot find it by themselves. */
  readonly libraries?: string;
  /** Null means the user of this process. */
  readonly osUser: OsUser | null;
}

export interface Finished {
  readonly ok: boolean;
  /** Standard output and standard error. */
  readonly output: string;
}

// Do not pass on this process's environment. It holds secrets, and PGDATA or PGPORT would change what the programs do.
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Runs a program and waits for its end. The program gets a session of its own, so that Ctrl-C in the terminal does not
 * reach it.
 * @throws BundledServerError when the program cannot be started
 */
export function run({ program, args, cwd, libraries, osUser }: Command): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...environment, ...(libraries && { LD_LIBRARY_PATH: libraries }) },
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(osUser && { uid: osUser.uid, gid: osUser.gid }),
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => reject(cannotRun(error, { program, osUser })));
    child.on('close', (status) => resolve({ ok: status === 0, output }));
  });
}

/**
 * Whether a path means the same between the double quotes in which pg_ctl and initdb pass it to a shell.
 */
export function isPlainForShell(path: string): boolean {
  return !(process.platform === 'win32' ? /["%]/ : /["$`\\\n]/).test(path);
}

function cannotRun(error: Error, { program, osUser }: Pick<Command, 'program' | 'osUser'>): BundledServerError {
  const code = codeOf(error);
  if (code === 'EPERM' && osUser) {
    const message = `PostgreSQL refuses root, and this process may not switch to the OS user ${osUser.name}`;
    return new BundledServerError(`${message}: start it as another user, or ${useOwnDatabase}`, { cause: error });
  }
  const hint = code === 'ENOENT' ? ' (its binaries need a system with glibc)' : '';
  const message = `The bundled PostgreSQL's ${basename(program)} cannot be run here: ${code}${hint}`;
  return new BundledServerError(`${message}; ${useOwnDatabase}`, { cause: error });
}

/** The line of a program's output that says what went wrong: the last error, or the last line if there is no error. */
export function errorLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line =
    lines.findLast((text) => /\b(PANIC|FATAL|error|ERROR)\b/.test(text)) ?? lines.at(-1) ?? 'no reason given';
  return line.replace(/^.*?\b(PANIC|FATAL|ERROR|error):\s*/, '').trim();
}
