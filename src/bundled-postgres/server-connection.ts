import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { systemRandom } from '../platform/random.js';
import { codeOf } from './error.js';

/**
 * A process's connection to the server. It holds a shared advisory lock, which says that the process uses the server.
 * The lock ends with the connection, and the connection ends with the process, even if the process is killed.
 */
export interface ServerConnection {
  readonly port: number;
  /** Process id of the server. */
  readonly pid: number;
  /** Whether another process used the server when this one joined. */
  readonly isShared: boolean;
  /** Resolves when the connection is lost, and with it the lock. */
  readonly lost: Promise<void>;
  /** Identifies the start of the server; null if the server was not started by us. */
  readonly startId: string | null;
  /**
   * Releases the shared lock and asks for an exclusive one. True if it is granted: no other process uses the server,
   * and none can join it until `end`.
   */
  becomeOnlyUser(): Promise<boolean>;
  end(): Promise<void>;
}

/**
 * The result of joining the server at a port.
 * - `busy`: the server is starting or stopping
 * - `absent`: no program listens at the port
 * - `other_folder`: the server serves another folder
 * - `wrong_password`: the server does not accept the password
 */
export type JoinResult =
  | { readonly kind: 'joined'; readonly connection: ServerConnection }
  | { readonly kind: 'busy' | 'absent' | 'other_folder' | 'wrong_password' };

export interface Address {
  readonly folder: string;
  readonly password: string;
  readonly port: number;
  /** Process id of the server. */
  readonly pid: number;
}

/** A server setting that holds the `startId`, so that each process can see whether it started the server itself. */
export const startIdSetting = 'phone_accounts.started_by';

const applicationName = 'phone-accounts (in use)';

// 'phon', 'acct': an unusual number, so that no application uses this lock by chance.
const lock = '1885892462, 1633903476';

export function serverUrl({ password, port }: Pick<Address, 'password' | 'port'>): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres?sslmode=disable`;
}

export async function joinServer(address: Address): Promise<JoinResult> {
  let lose = (): void => undefined;
  const lost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  const sql = postgres(serverUrl(address), {
    max: 1,
    max_lifetime: null,
    connect_timeout: 5,
    fetch_types: false,
    onnotice: () => undefined,
    onclose: () => lose(),
    connection: { application_name: applicationName },
  });
  const { kind, ...answer } = await ask(sql, address.folder);
  if (kind === 'joined') {
    const { port, pid } = address;
    return { kind, connection: { port, pid, lost, ...answer, ...endFunctions(sql) } };
  }
  await sql.end({ timeout: 0 });
  return { kind };
}

const kinds = new Map<string, JoinResult['kind']>([
  ['ECONNREFUSED', 'absent'],
  ['28P01', 'wrong_password'],
  ['28000', 'wrong_password'],
]);

interface Asked {
  readonly kind: JoinResult['kind'];
  readonly startId: string | null;
  readonly isShared: boolean;
}

/**
 * Asks the server whether it sees a file that was just created in the folder. A copied folder has the same password, so
 * the password does not prove that the server uses this folder.
 */
async function ask(sql: postgres.Sql, folder: string): Promise<Asked> {
  const name = `phone-accounts.${systemRandom.bytes(8).toString('hex')}`;
  const file = await open(join(folder, name), 'wx', 0o600);
  try {
    const [row] = await sql<{ here: boolean; granted: boolean; startId: string | null; isShared: boolean }[]>`
      select (pg_stat_file(${name}, true)).size is not null as here,
        pg_try_advisory_lock_shared(${sql.unsafe(lock)}) as granted,
        current_setting(${startIdSetting}, true) as "startId",
        (select count(*) > 1 from pg_stat_activity where application_name = ${applicationName}) as "isShared"`;
    const kind = !row?.here ? 'other_folder' : row.granted ? 'joined' : 'busy';
    return { kind, startId: row?.startId ?? null, isShared: row?.isShared ?? false };
  } catch (error) {
    return { kind: kinds.get(codeOf(error) ?? '') ?? 'busy', startId: null, isShared: false };
  } finally {
    await file.close();
    await rm(join(folder, name), { force: true });
  }
}

function endFunctions(sql: postgres.Sql): Pick<ServerConnection, 'becomeOnlyUser' | 'end'> {
  return {
    becomeOnlyUser: async () => {
      // Release our lock before we ask for an exclusive one. Otherwise two processes that stop at the same time block
      // each other.
      await sql`select pg_advisory_unlock_shared(${sql.unsafe(lock)})`;
      const [row] = await sql<{ alone: boolean }[]>`select pg_try_advisory_lock(${sql.unsafe(lock)}) as alone`;
      return row?.alone ?? false;
    },
    end: () => sql.end({ timeout: 0 }),
  };
}
