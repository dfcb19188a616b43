import { sql } from 'drizzle-orm';

const PART = 500_000;

/** Syllables of invented names. The first ones are the most frequent. */
const SYLLABLES =
  "ARRAY['ra','sha','ma','an','pra','ni','bi','su','ka','ta','de','vi','gu','rung','lo','me','jo','ti','kha','dri','el','or','um','zy']";

/**
 * Three years of accounts, the latest last: most in one country, most verified, a few with a role or a lock. The indexes are
 * made afterwards, which takes a fraction of the time.
 */
export async function fillUsers(db, users) {
  const began = performance.now();
  const indexes = await db.execute(sql`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE tablename IN ('users', 'user_names') AND schemaname = current_schema() AND indexname NOT LIKE '%_pkey'`);
  for (const { name } of indexes) await db.execute(sql`DROP INDEX ${sql.identifier(name)}`);
  // Triggers would write names one by one.
  await db.execute(sql`SET session_replication_role = replica`);
  for (let from = 1; from <= users; from += PART)
    await fillPart(db, { from, to: Math.min(users, from + PART - 1), users });
  await db.execute(sql`
    INSERT INTO user_names (user_id, full_name, last_name, created_at)
    SELECT id, lower(first_name || ' ' || last_name), lower(last_name), created_at FROM users`);
  await db.execute(sql`RESET session_replication_role`);
  const insertSeconds = seconds(began);
  await db.execute(sql`SET maintenance_work_mem = '1GB'`);
  for (const { definition } of indexes) await db.execute(sql.raw(definition));
  await db.execute(sql`VACUUM (ANALYZE) users, user_names`);
  const sizes = await db.execute(sql`
    SELECT relname AS name, pg_relation_size(oid) / 1048576 AS megabytes FROM pg_class
    WHERE relname IN ('users', 'user_names')
      OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid IN ('users'::regclass, 'user_names'::regclass))
    ORDER BY 2 DESC`);
  return {
    insertSeconds,
    seconds: seconds(began),
    sizes: Object.fromEntries(sizes.map(({ name, megabytes }) => [name, Number(megabytes)])),
  };
}

function seconds(began) {
  return Math.round((performance.now() - began) / 1000);
}

async function fillPart(db, { from, to, users }) {
  await db.execute(sql`
    INSERT INTO users (id, phone_number, phone_verified_at, email, email_verified_at, username, first_name, last_name, role,
      marketplace_access, b2b_verified, locked_at, lock_reason, created_at, updated_at, last_used_at)
    SELECT
      (lpad(to_hex((extract(epoch FROM t) * 1000)::bigint), 12, '0') || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid,
      CASE
        WHEN n % 100000 = 0 THEN '+352621' || n / 100000
        WHEN n % 100 < 60 THEN '+97798' || lpad(n::text, 8, '0')
        WHEN n % 100 < 80 THEN '+9198' || lpad(n::text, 8, '0')
        WHEN n % 100 < 90 THEN '+25567' || lpad(n::text, 8, '0')
        -- Area codes 201 and 202, without local numbers that begin with 0 or 1.
        ELSE '+1' || (2012000000 + n + CASE WHEN n >= 8000000 THEN 2000000 ELSE 0 END) END,
      CASE WHEN n % 33 > 0 THEN t END,
      CASE WHEN n % 10 < 7 THEN 'user' || n || '@example.com' END,
      CASE WHEN n % 50 = 0 THEN t END,
      CASE WHEN n % 10 < 3 THEN 'user.' || n END,
      initcap(s[1 + f % 24] || s[1 + f / 24]),
      initcap(s[1 + l % 24] || s[1 + (l / 24) % 24] || s[1 + l / 576]),
      CASE WHEN n % 1000000 = 1 THEN 'ADMIN' WHEN n % 200000 = 2 THEN 'SUPPORT' ELSE 'USER' END,
      n % 20 = 0, n % 200 = 0,
      CASE WHEN n % 5000 = 3 THEN t END, CASE WHEN n % 5000 = 3 THEN 'fraud' END,
      t, t, t + (now() - t) * random()
    FROM generate_series(${from}::int, ${to}::int) n,
      LATERAL (SELECT now() - interval '3 years' * (1 - n / ${users}::float8) AS t, md5(n::text) AS h,
        floor(power(random(), 2) * 576)::int AS f, floor(power(random(), 2) * 13824)::int AS l,
        ${sql.raw(SYLLABLES)} AS s OFFSET 0) made`);
}
