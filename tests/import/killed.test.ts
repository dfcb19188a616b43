import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/database/database.js';
import { eventually } from '../support/eventually.js';
import { openTestDatabase } from '../support/postgres/test-database.js';
import { runCommand } from '../support/process/operator-command.js';
import { TEST_SECRET } from '../support/service.js';

/** Somebody kills an import, or the machine goes down. */

const ROWS = 2_500;
/** In the second batch. */
const HELD = 1_700;
const SCRIPT = fileURLToPath(new URL('../../scripts/users-import.js', import.meta.url));

test('an import that is killed in the middle is begun again: every account is there once', async () => {
  const database = await openTestDatabase();
  const other = openDatabase(database.url, { maxConnections: 1 });
  const folder = await mkdtemp(join(tmpdir(), 'phone-accounts-killed-'));
  const file = join(folder, 'users.ndjson');
  const count = async () => {
    const [row] = await database.db.execute(sql`
      SELECT count(*)::int AS all, count(DISTINCT external_id)::int AS ids, count(DISTINCT phone_number)::int AS numbers
      FROM users WHERE external_id <> 'held'`);
    return row;
  };
  try {
    await writeFile(file, Array.from({ length: ROWS }, (_, index) => rowAt(index)).join(''));
    const env = { DATABASE_URL: database.url, APP_SECRET: TEST_SECRET };
    // Somebody verifies a number of the file at this moment, and gives it up again.
    await other.db
      .transaction(async (transaction) => {
        await transaction.execute(sql`
          INSERT INTO users (id, external_id, phone_number, phone_verified_at, created_at, updated_at)
          VALUES (gen_random_uuid(), 'held', ${numberAt(HELD)}, now(), now(), now())`);
        const child = spawn(process.execPath, [SCRIPT, file], { env, cwd: tmpdir(), stdio: 'ignore' });
        const ended = once(child, 'exit');
        await eventually(() => waiting(database));
        child.kill('SIGKILL');
        await ended;
        expect(await count()).toEqual({ all: 1_000, ids: 1_000, numbers: 1_000 });
        throw new Error('given up');
      })
      .catch((error) => expect(error).toMatchObject({ message: 'given up' }));
    const { code, stdout } = await runCommand({ name: 'users-import', args: [file], env });
    expect(code).toBe(0);
    expect(stdout).toContain('0 refused');
    expect(await count()).toEqual({ all: ROWS, ids: ROWS, numbers: ROWS });
  } finally {
    await other.close();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
});

function numberAt(index: number): string {
  return `+97798${String(index).padStart(8, '0')}`;
}

function rowAt(index: number): string {
  return `${JSON.stringify({ externalId: `k-${index}`, phoneNumber: numberAt(index), phoneVerified: true })}\n`;
}

/** Whether a statement of the import waits for somebody. */
async function waiting({ db }: Pick<Awaited<ReturnType<typeof openTestDatabase>>, 'db'>): Promise<true | null> {
  const found = await db.execute(sql`
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%imported_at%'`);
  return found.length > 0 || null;
}
