import { drizzle } from 'drizzle-orm/postgres-js';
import { fillUsers } from '../admin/fill-users.js';

const PART = 500_000;
const USER = 'SELECT row_number() OVER () AS n, id, phone_number AS number FROM users';

/**
 * What the service would have after its own housekeeping where each account was used once in the last 30 days, on one device:
 * the session and the device; the message, which stays for 30 days; the code, which stays for a day, as does what was spent of
 * the number's limits; the note of the request, which stays for seven days, a million of them at most; two events of the audit
 * trail. `f` is the share of the 30 days that has passed at the sign-in.
 */
const TABLES = {
  sessions: `
    INSERT INTO sessions (id, user_id, rotated_at, authenticated_at, authentication_methods, device_id, ip_address, user_agent,
      created_at, last_used_at, expires_at)
    SELECT session_id, id, t, t, ARRAY['otp', 'sms'], device_id, ip, 'Mozilla/5.0 (benchmark)', t, t, t + interval '30 days' FROM made`,
  devices: `
    INSERT INTO devices (user_id, slot, id, epoch, last_signed_in_at, first_signed_in_at)
    SELECT id, 1, device_id, 1, t, t FROM made`,
  messages: `
    INSERT INTO messages (id, phone_number, purpose, challenge_id, channel, country, locale, status, next_attempt_at, provider,
      provider_message_id, created_at, taken_at, settled_at, verified_at)
    SELECT message_id, number, 'SIGN_IN', challenge_id, 'SMS', 'NP', 'en', 'sent', t, 'console', NULL, t, t, t, t
    FROM made`,
  otp_challenges: `
    INSERT INTO otp_challenges (phone_number, purpose, challenge_id, secret_id, attempts, sends, created_at, expires_at, consumed_at,
      sent_at)
    SELECT number, 'SIGN_IN', challenge_id, 'benchmark', 1, 1, t, t + interval '10 minutes', t, t
    FROM made WHERE f > 29.0 / 30 ON CONFLICT DO NOTHING`,
  code_requests: `
    INSERT INTO code_requests (at, number, purpose, channel, result, message_id, request_id, ip_address)
    SELECT t, encode(sha256(number::bytea), 'base64'), 'SIGN_IN', 'SMS', 'sent', message_id, left(md5(n::text), 12), ip
    FROM made WHERE f > greatest(23.0 / 30, 1 - 1000000.0 / $1)`,
  rate_budgets: `
    INSERT INTO rate_budgets (key, slot_length, newest, counts, max)
    SELECT 'sends:number:' || encode(sha256(number::bytea), 'hex') || ':' || length * 12, length,
      extract(epoch FROM t)::bigint / length, array_fill(0, ARRAY[12]) || 1, 10
    FROM made, unnest(ARRAY[300, 7200]) length WHERE t > now() - make_interval(secs => 12 * length) ON CONFLICT DO NOTHING`,
  audit_events: `
    INSERT INTO audit_events (at, kind, user_id, session_id, device_id, device_known, ip_address, user_agent, request_id,
      phone_number)
    SELECT t, kind, id, session_id, device_id, false, ip, 'Mozilla/5.0 (benchmark)', left(md5(n::text), 12),
      CASE WHEN kind = 'number_proved' THEN number END
    FROM made, unnest(ARRAY['number_proved', 'signed_in']) kind`,
};

/** The rows of one part of the accounts. What belongs together has the same ids in each table. */
const made = (from, to) => `
  WITH made AS MATERIALIZED (
    SELECT n, id, number, f, (now() - interval '30 days' * (1 - f)) AS t,
      md5('session' || n)::uuid AS session_id, md5('device' || n)::uuid AS device_id, md5('message' || n)::uuid AS message_id,
      md5('challenge' || n)::uuid AS challenge_id, '10.' || n % 200 || '.' || n / 256 % 256 || '.' || n % 256 AS ip
    FROM (SELECT n, id, number, (n::bigint * 7654321 % $1) / $1::float8 AS f FROM numbered WHERE n BETWEEN ${from} AND ${to}) spread
  )`;

/**
 * Fills a migrated database, once.
 * @returns seconds and megabytes, or null where it was filled before
 */
export async function fill(sql, users) {
  const [{ begun }] = await sql`SELECT to_regclass('bench_fill') IS NOT NULL AS begun`;
  if (begun) {
    const [done] = await sql`SELECT users FROM bench_fill`;
    if (done?.users === users) return null;
    throw new Error(
      'The data folder was filled in part, or with another number of accounts: remove it and begin again.',
    );
  }
  await sql`CREATE TABLE bench_fill (users int)`;
  const began = performance.now();
  await fillUsers(drizzle(sql), users);
  await sql.unsafe(`CREATE UNLOGGED TABLE numbered AS ${USER}`);
  await sql.unsafe('CREATE UNIQUE INDEX ON numbered (n)');
  await sql.unsafe('ANALYZE numbered');
  // Triggers would write events, and look every row up again.
  await sql`SET session_replication_role = replica`;
  for (const [table, insert] of Object.entries(TABLES)) await fillTable(sql, { table, insert, users });
  await sql`RESET session_replication_role`;
  await sql.unsafe('DROP TABLE numbered');
  await sql.unsafe(`VACUUM (ANALYZE) ${Object.keys(TABLES).join(', ')}`);
  await sql.unsafe('CHECKPOINT');
  await sql`INSERT INTO bench_fill VALUES (${users})`;
  const [{ megabytes }] = await sql`SELECT pg_database_size(current_database()) / 1048576 AS megabytes`;
  return { seconds: Math.round((performance.now() - began) / 1000), megabytes: Number(megabytes) };
}

/** The indexes are made afterwards, which takes a fraction of the time. */
async function fillTable(sql, { table, insert, users }) {
  const began = performance.now();
  const indexes = await sql`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE tablename = ${table} AND schemaname = current_schema() AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_pk'`;
  for (const { name } of indexes) await sql`DROP INDEX ${sql(name)}`;
  for (let from = 1; from <= users; from += PART) {
    const text = made(from, Math.min(users, from + PART - 1)) + insert;
    await sql.unsafe(text.replaceAll('$1', String(users)));
  }
  for (const { definition } of indexes) await sql.unsafe(definition);
  process.stderr.write(`filled ${table} in ${Math.round((performance.now() - began) / 1000)} s\n`);
}
