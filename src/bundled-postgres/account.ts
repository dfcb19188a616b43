import { realpath, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { BundledServerError, ownDatabase } from './error.js';
import { type Account, complaint, run } from './run.js';

const serverUser = 'postgres';

/**
 * Who runs the server: this process's user (null), or an unprivileged one when that is root, which PostgreSQL refuses.
 * An existing cluster keeps its owner.
 */
export async function serverAccount(folder: string): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(folder).catch(() => null);
  if (owner && owner.uid !== 0) return { name: `of id ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  return (await findUser()) ?? (await createUser());
}

async function findUser(): Promise<Account | null> {
  const ids = await Promise.all(['-u', '-g'].map((flag) => run(asRoot('id', [flag, serverUser]))));
  const [uid, gid] = ids.map(({ ok, output }) => (ok ? Number(output) : 0));
  return uid && gid ? { name: serverUser, uid, gid } : null;
}

async function createUser(): Promise<Account> {
  const group = await attempt('groupadd', ['--system', '--force', serverUser]);
  const places = ['--home-dir', '/var/lib/postgresql', '--no-create-home', '--shell', '/usr/sbin/nologin'];
  const user = await attempt('useradd', ['--system', '--gid', serverUser, ...places, serverUser]);
  // Looked up whatever came of it: another process may have created the user at the same moment.
  const account = await findUser();
  if (account) return account;
  const reason = complaint(`${group}\n${user}`);
  throw new BundledServerError(
    `PostgreSQL refuses root, and the OS user ${serverUser} cannot be created (${reason}): ` +
      `create it, start the service as another user, or ${ownDatabase}`,
  );
}

async function attempt(program: string, args: readonly string[]): Promise<string> {
  return run(asRoot(program, args)).then(
    ({ output }) => output,
    () => `error: ${program} is missing`,
  );
}

function asRoot(program: string, args: readonly string[]) {
  return { program, args, account: null };
}

/**
 * initdb looks its user up in the passwd database; a container started with a bare user id has none there.
 * @throws BundledServerError
 */
export function requireNamedUser(account: Account | null): void {
  if (account) return;
  try {
    userInfo();
  } catch (error) {
    const message = `PostgreSQL needs a name for user id ${process.getuid?.()}, and /etc/passwd has none`;
    throw new BundledServerError(`${message}: add it there, start as another user, or ${ownDatabase}`, {
      cause: error,
    });
  }
}

/**
 * Whether the account may pass through a folder and every one above it. Judged by mode bits alone: where an access
 * list says more, a wrong "no" costs nothing but a detour.
 */
export async function canReach(path: string, account: Account): Promise<boolean> {
  let folder = await realpath(path);
  for (;;) {
    const { mode, uid, gid } = await stat(folder);
    const pass = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & pass) === 0) return false;
    if (folder === dirname(folder)) return true;
    folder = dirname(folder);
  }
}
