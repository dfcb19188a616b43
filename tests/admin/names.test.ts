import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UserListRepository } from '../../src/admin/users/user-list.repository.js';
import { UserListService } from '../../src/admin/users/user-list.service.js';
import type { Database } from '../../src/database/database.js';
import { TestPhones } from '../../src/phone/test-phones.js';
import { startService, type TestService } from '../support/service.js';
import { type Staff, signInAs } from '../support/operations/staff.js';
import { act, somebody } from '../support/operations/staff-acts.js';
import { usersPage } from '../support/operations/user-lists.js';

/** Names are searched in a table of their own, which triggers keep (docs/decisions/0045). */

let service: TestService;
let support: Staff;

beforeAll(async () => {
  service = await startService();
  support = await signInAs(service, 'SUPPORT', '+9779801410001');
});
afterAll(() => service.close());

const found = async (search: string) => (await usersPage(service, support.token, { search })).ids;

test('an account is found by its new name and not by the old one, and by none when it is gone', async () => {
  const [{ accessToken }, { id }] = [await somebody(service, 'ADMIN'), await somebody(service)];
  const rename = (input: object) => act(service, accessToken, { act: 'updateUser', input: { id, ...input } });
  await rename({ firstName: 'Ishani', lastName: 'Thapaliya' });
  expect([await found('ISHANI th'), await found('thapal')]).toEqual([[id], [id]]);

  await rename({ firstName: 'Omisha', lastName: 'Karmacharya' });
  expect([await found('ishani'), await found('thapal')]).toEqual([[], []]);
  expect([await found('omisha'), await found('karma')]).toEqual([[id], [id]]);

  await service.db.execute(sql`UPDATE users SET first_name = NULL, last_name = NULL WHERE id = ${id}`);
  expect([await found('omisha'), await found('karma')]).toEqual([[], []]);

  await rename({ firstName: 'Omisha' });
  await act(service, accessToken, { act: 'deleteUser', input: { id, reason: 'asked for it' } });
  const rows = await service.db.execute(sql`SELECT FROM user_names WHERE user_id = ${id}`);
  expect(rows).toHaveLength(0);
});

/** How PostgreSQL runs what a list sends. Where few rows are, it would rather read a whole table. */
async function planOf(search: string, first: number): Promise<string[]> {
  const sent: SQL[] = [];
  const execute = async (statement: SQL) => {
    sent.push(statement);
    return [];
  };
  const users = new UserListRepository({ execute } as unknown as Database);
  const phoneNumbers = {
    defaultRegion: null,
    exampleCountry: 'NP',
    testPhones: new TestPhones(new Map(), null),
  } as const;
  const list = new UserListService({ users, phoneNumbers, clock: service.clock });
  await list.list({ search, first, orderBy: 'CREATED_AT_DESC' });
  return service.db.transaction(async (db) => {
    await db.execute(
      sql`SELECT set_config(name, 'off', true) FROM unnest(ARRAY['enable_seqscan', 'enable_bitmapscan']) name`,
    );
    const explain = sql`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) ${sent[0]}`;
    const rows = await db.execute<{ 'QUERY PLAN': string }>(explain);
    return rows.map((row) => row['QUERY PLAN'].trim());
  });
}

test('names are counted and sorted by indexes alone, and a row is read for each user of the page', async () => {
  await service.db.execute(sql`
    INSERT INTO users (id, first_name, last_name, created_at, updated_at)
    SELECT gen_random_uuid(), 'Numerous', 'Numbers' || n, now() - interval '1 s' * n, now() FROM generate_series(1, 2000) n`);
  await service.db.execute(sql`ANALYZE user_names`);

  const steps = await planOf('num', 10);
  for (const index of ['user_names_full_name', 'user_names_last_name']) {
    const step = steps.find((step) => step.includes(`Index Only Scan using ${index} on user_names`));
    expect(step).toContain('rows=2000');
  }
  // In a page of ten, one more tells whether others follow.
  const ofUsers = steps.filter((step) => / on users\b.* \(actual rows=1(\.00)? loops=/.test(step));
  expect(ofUsers.map((step) => /loops=(\d+)/.exec(step)?.[1])).toEqual(['11', '11']);
});
