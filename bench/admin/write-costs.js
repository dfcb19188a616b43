import { sql } from 'drizzle-orm';

const WRITES = 5_000;

/** Indexes that only lists of users need. Their names are in a table of their own, too. */
const OF_LISTS = [
  ...['users_created_at', 'users_with_role', 'users_locked'],
  ...['users_number_unverified', 'users_email_verified', 'users_marketplace', 'users_b2b'],
];

/**
 * What a sign-in costs (it writes `last_used_at`) and a sign-up, with the indexes of lists and without. Without an index on
 * `last_used_at`, PostgreSQL need not touch any index of the row (HOT).
 */
export async function writeCosts(db, { users, pid, cpuMs }) {
  const costs = {};
  const measured = async (name, write) => {
    await db.execute(sql`CHECKPOINT`);
    await write(0);
    const before = await state(db);
    const cpu = cpuMs(pid);
    const began = performance.now();
    for (let time = 1; time <= WRITES; time += 1) await write(time);
    const waited = performance.now() - began;
    const spent = cpuMs(pid) - cpu;
    const after = await state(db);
    costs[name] = {
      waitedMs: round(waited / WRITES),
      processorMs: cpu === null ? null : round(spent / WRITES),
      walBytes: Math.round((after.wal - before.wal) / WRITES),
    };
  };
  let seed = 0;
  const signIn = () => {
    seed += 1;
    const n = 1 + ((seed * 7_919_003) % users);
    const number = `+97798${String(n - (n % 100) + (n % 60)).padStart(8, '0')}`;
    return db.execute(
      sql`UPDATE users SET last_used_at = now() WHERE phone_number = ${number} AND phone_verified_at IS NOT NULL`,
    );
  };
  const signUp = () => {
    seed += 1;
    return db.execute(sql`
      INSERT INTO users (id, phone_number, phone_verified_at, first_name, last_name, created_at, updated_at)
      VALUES (gen_random_uuid(), ${`+8801${seed}`}, now(), 'Rara', ${`Vigu${seed % 1000}`}, now(), now())`);
  };
  await measured('sign-in, all indexes', signIn);
  await measured('sign-up, all indexes', signUp);
  await db.execute(sql`DROP INDEX users_last_used_at`);
  await measured('sign-in, none on last_used_at', signIn);
  for (const trigger of ['users_named', 'users_renamed'])
    await db.execute(sql`DROP TRIGGER ${sql.identifier(trigger)} ON users`);
  for (const name of OF_LISTS) await db.execute(sql`DROP INDEX ${sql.identifier(name)}`);
  await measured('sign-up, none of lists', signUp);
  return costs;
}

async function state(db) {
  const [{ wal }] = await db.execute(sql`SELECT pg_current_wal_insert_lsn() - '0/0' AS wal`);
  return { wal: Number(wal) };
}

const round = (value) => Math.round(value * 1000) / 1000;
