import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { systemRandom } from '../platform/random.js';
import { codeOf } from './error.js';

/**
 * One process's use of the server: a connection that holds a shared advisory lock. The lock ends with the connection
 * and so with the process, however that ends.
 */
export interface Session {
  readonly port: number;
  /** Resolves when the connection is lost, and with it the lock. */
  readonly lost: Promise<void>;
  /** Whether the server was started with this mark. */
  readonly mark: string | null;
  /** Gives the shared lock up. True: nobody else has one, and nobody can get one until `end`. */
  leave(): Promise<boolean>;
  end(): Promise<void>;
}

/**
 * What became of joining the server at a port. `busy`: it starts or stops, `absent`: nobody listens, `elsewhere`: it
 * serves another folder, `denied`: it does not take the password.
 */
export type Answer =
  | { readonly kind: 'joined'; readonly session: Session }
  | { readonly kind: 'busy' | 'absent' | 'elsewhere' | 'denied' };

export interface Address {
  readonly folder: string;
  readonly password: string;
  readonly port: number;
}

/** Name of the server setting that tells its users who started it. */
export const markSetting = 'phone_accounts.started_by';

// 'phon', 'acct': the locks of applications have other numbers.
const lock = '1885892462, 1633903476';

export function serverUrl({ password, port }: Address): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

export async function joinServer(address: Address): Promise<Answer> {
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
    connection: { application_name: 'phone-accounts (in use)' },
  });
  const { kind, mark } = await ask(sql, address.folder);
  if (kind === 'joined') return { kind, session: { port: address.port, lost, mark, ...endings(sql) } };
  await sql.end({ timeout: 0 });
  return { kind };
}

const kinds = new Map<string, Answer['kind']>([
  ['ECONNREFUSED', 'absent'],
  ['28P01', 'denied'],
  ['28000', 'denied'],
]);

interface Asked {
  readonly kind: Answer['kind'];
  readonly mark: string | null;
}

/** Only the server of this very folder sees a file that has just been made there. Copied folders share passwords. */
async function ask(sql: postgres.Sql, folder: string): Promise<Asked> {
  const name = `phone-accounts.${systemRandom.bytes(8).toString('hex')}`;
  const file = await open(join(folder, name), 'wx', 0o600);
  try {
    const [row] = await sql<{ here: boolean; granted: boolean; mark: string | null }[]>`
      select (pg_stat_file(${name}, true)).size is not null as here,
        pg_try_advisory_lock_shared(${sql.unsafe(lock)}) as granted,
        current_setting(${markSetting}, true) as mark`;
    const kind = !row?.here ? 'elsewhere' : row.granted ? 'joined' : 'busy';
    return { kind, mark: row?.mark ?? null };
  } catch (error) {
    return { kind: kinds.get(codeOf(error) ?? '') ?? 'busy', mark: null };
  } finally {
    await file.close();
    await rm(join(folder, name), { force: true });
  }
}

function endings(sql: postgres.Sql): Pick<Session, 'leave' | 'end'> {
  return {
    leave: async () => {
      // Given up before asking for it alone: two users that leave at once would see each other's and both stay out.
      await sql`select pg_advisory_unlock_shared(${sql.unsafe(lock)})`;
      const [row] = await sql<{ alone: boolean }[]>`select pg_try_advisory_lock(${sql.unsafe(lock)}) as alone`;
      return row?.alone ?? false;
    },
    end: () => sql.end({ timeout: 0 }),
  };
}
