import { realpath, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { BundledServerError, useOwnDatabase } from './error.js';
import { type OsUser, errorLine, run } from './run-program.js';

const postgresUser = 'postgres';

/**
 * The OS user that runs the server. Null means the user of this process. PostgreSQL refuses to run as root, so root
 * gets an unprivileged user. An existing cluster keeps its owner.
 */
export async function serverOsUser(folder: string): Promise<OsUser | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(folder).catch(() => null);
  if (owner && owner.uid !== 0) return { name: `of id ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  return (await findUser()) ?? (await createUser());
}

async function findUser(): Promise<OsUser | null> {
  const ids = await Promise.all(['-u', '-g'].map((flag) => run(asRoot('id', [flag, postgresUser]))));
  const [uid, gid] = ids.map(({ ok, output }) => (ok ? Number(output) : 0));
  return uid && gid ? { name: postgresUser, uid, gid } : null;
}

async function createUser(): Promise<OsUser> {
  const group = await attempt('groupadd', ['--system', '--force', postgresUser]);
  const places = ['--home-dir', '/var/lib/postgresql', '--no-create-home', '--shell', '/usr/sbin/nologin'];
  const user = await attempt('useradd', ['--system', '--gid', postgresUser, ...places, postgresUser]);
  // Look the user up even if useradd failed: another process may have created it at this moment.
  const osUser = await findUser();
  if (osUser) return osUser;
  const reason = errorLine(`${group}\n${user}`);
  throw new BundledServerError(
    `PostgreSQL refuses root, and the OS user ${postgresUser} cannot be created (${reason}): ` +
      `create it, start the service as another user, or ${useOwnDatabase}`,
  );
}

async function attempt(program: string, args: readonly string[]): Promise<string> {
  return run(asRoot(program, args)).then(
    ({ output }) => output,
    () => `error: ${program} is missing`,
  );
}

function asRoot(program: string, args: readonly string[]) {
  return { program, args, osUser: null };
}

/**
 * initdb needs an entry for its user in the passwd database. A container that runs with a bare user id has no entry.
 * @throws BundledServerError
 */
export function requireNamedUser(osUser: OsUser | null): void {
  if (osUser) return;
  try {
    userInfo();
  } catch (error) {
    const message = `PostgreSQL needs a name for user id ${process.getuid?.()}, and /etc/passwd has none`;
    throw new BundledServerError(`${message}: add it there, start as another user, or ${useOwnDatabase}`, {
      cause: error,
    });
  }
}

/**
 * Whether the OS user may enter a folder and all folders above it. This checks the mode bits only. An access control
 * list may allow more; then the answer is a wrong "no", which costs a copy and does no harm.
 */
export async function canReach(path: string, osUser: OsUser): Promise<boolean> {
  let folder = await realpath(path);
  for (;;) {
    const { mode, uid, gid } = await stat(folder);
    const pass = uid === osUser.uid ? 0o100 : gid === osUser.gid ? 0o010 : 0o001;
    if ((mode & pass) === 0) return false;
    if (folder === dirname(folder)) return true;
    folder = dirname(folder);
  }
}
