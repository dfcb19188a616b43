import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeCursor } from '../../src/admin/users/user-cursor.js';
import { startService, type TestService } from '../support/service.js';
import { DAY } from '../support/sleepers.js';
import { type Staff, signInAs } from '../support/operations/staff.js';
import { allUsers, insertUsers, USERS, usersPage } from '../support/operations/user-lists.js';

/** Lists of users for administrators and those who help users. */

let service: TestService;
let support: Staff;
let now: Date;

beforeAll(async () => {
  service = await startService();
  support = await signInAs(service, 'SUPPORT', '+9779801400001');
  now = service.clock.now();
});
afterAll(() => service.close());

const page = (variables: object) => usersPage(service, support.token, variables);
const names = async (variables: object) => (await page(variables)).names;

describe('somebody who helps users looks for a person', () => {
  let id: string;

  beforeAll(async () => {
    [id = ''] = await insertUsers(service, [
      {
        ...{
          firstName: 'Asha',
          lastName: 'Gurung',
          email: 'Asha.G@Example.com',
          username: 'Asha_G',
          externalId: 'legacy-1',
        },
        ...{ phoneNumber: '+9779801400002', phoneVerifiedAt: now },
      },
      { firstName: 'Élodie', lastName: 'de la Tour' },
      { firstName: '100%', lastName: 'Real_Person', username: 'realXperson' },
      { firstName: '1000', lastName: 'Realxperson' },
      { firstName: null, lastName: 'Shrestha', phoneNumber: '+9779801400002' },
      { firstName: 'आशा', lastName: null },
      { firstName: 'Zoë\\', lastName: "O'Neill" },
    ]);
  });

  test.each([
    ['+977 980-140 0002', ['', 'Asha']],
    ['00977 9801400002', ['', 'Asha']],
    ['asha.g@example.COM', ['Asha']],
    ['ASHA_G', ['Asha']],
    ['legacy-1', ['Asha']],
    ['ash', ['Asha']],
    ['gur', ['Asha']],
    ['asha  GU', ['Asha']],
    ['ÉLOD', ['Élodie']],
    ['De La', ['Élodie']],
    ['elod', []],
    ['urung', []],
    ['asha.g@example', []],
    ['asha_', []],
    ['100%', ['100%']],
    ['%', []],
    ['_', []],
    ['real_', ['100%']],
    ['realXperson', ['1000', '100%']],
    ['shres', ['']],
    ['आ', ['आशा']],
    ['zoë\\', ['Zoë\\']],
    ["o'n", ['Zoë\\']],
    ["' OR 1=1 --", []],
    ['x'.repeat(321), []],
    ['a\u0000', []],
  ])('"%s"', async (search, found) => {
    expect(await names({ search })).toEqual(found);
  });

  test('by id, in capital letters, too; a blank text finds everybody', async () => {
    expect(await names({ search: id.toUpperCase() })).toEqual(['Asha']);
    expect((await names({ search: ' \t ' })).length).toBe((await names({ first: 100 })).length);
  });

  test('and only among those that the filter leaves', async () => {
    expect(await names({ search: '+9779801400002', filter: { phoneVerified: true } })).toEqual(['Asha']);
    expect(await names({ search: 'asha', filter: { role: 'ADMIN' } })).toEqual([]);
  });
});

describe('filters', () => {
  beforeAll(async () => {
    const verified = { phoneVerifiedAt: now };
    await insertUsers(service, [
      { firstName: 'Admin', role: 'ADMIN' },
      { firstName: 'Locked', lockedAt: now, lockReason: 'fraud' },
      {
        firstName: 'Locked today',
        lockedAt: now,
        lockReason: 'fraud',
        lockedUntil: new Date(now.getTime() + DAY * 1000),
      },
      { firstName: 'Locked once', lockedAt: now, lockReason: 'fraud', lockedUntil: now },
      { firstName: 'Email', email: 'verified@example.com', emailVerifiedAt: now },
      { firstName: 'Shop', marketplaceAccess: true, b2bVerified: true, phoneNumber: '+255679140001', ...verified },
      { firstName: 'Buyer', marketplaceAccess: true, phoneNumber: '+12025550143', ...verified },
      { firstName: 'Canadian', phoneNumber: '+16135550143', ...verified },
    ]);
  });

  test.each<[object, string[]]>([
    [{ role: 'ADMIN' }, ['Admin']],
    [{ locked: true }, ['Locked today', 'Locked']],
    [{ emailVerified: true }, ['Email']],
    [{ hasMarketplaceAccess: true }, ['Buyer', 'Shop']],
    [{ b2bVerified: true }, ['Shop']],
    [{ country: 'tz' }, ['Shop']],
    [{ country: 'US' }, ['Buyer']],
    [{ country: 'CA' }, ['Canadian']],
    [{ country: 'XX' }, []],
    [{ hasMarketplaceAccess: true, b2bVerified: false, phoneVerified: true, country: 'US' }, ['Buyer']],
    [{ role: 'SUPPORT', createdFrom: '2000-01-01T00:00:00Z', createdTo: '2001-01-01T00:00:00Z' }, []],
    [{ role: 'SUPPORT', locked: null }, ['']],
  ])('%j', async (filter, found) => {
    for (const orderBy of ['CREATED_AT_DESC', 'LAST_USED_AT_DESC']) {
      expect(await names({ filter, orderBy })).toEqual(found);
    }
  });

  test('and what is not locked, verified or in the marketplace', async () => {
    const everybody = (await allUsers(service, support.token, { first: 100 })).length;
    const others = async (filter: object) => (await allUsers(service, support.token, { first: 100, filter })).length;
    expect(await others({ locked: false })).toBe(everybody - 2);
    expect(await others({ emailVerified: false })).toBe(everybody - 1);
    expect(await others({ hasMarketplaceAccess: false })).toBe(everybody - 2);
    expect(await others({ b2bVerified: false })).toBe(everybody - 1);
    expect((await others({ phoneVerified: false })) + (await others({ phoneVerified: true }))).toBe(everybody);
    expect(await others({ role: 'USER' })).toBe(everybody - 2);
  });

  test('of a time: also an account that was imported then, and used long before in the old system', async () => {
    const [imported = ''] = await insertUsers(service, [{}]);
    await service.db.execute(sql`UPDATE users SET last_used_at = now() - interval '800 days' WHERE id = ${imported}`);
    const createdFrom = new Date(now.getTime() - DAY * 1000).toISOString();
    for (const orderBy of ['CREATED_AT_ASC', 'CREATED_AT_DESC', 'LAST_USED_AT_ASC'])
      expect(await allUsers(service, support.token, { orderBy, filter: { createdFrom } })).toContain(imported);
  });

  test('of a time: from its first moment to the one before its last', async () => {
    const [, second, third] = await insertUsers(service, [{}, {}, {}]);
    const times = await service.db.execute<{ at: string }>(
      sql`SELECT created_at AS at FROM users WHERE id IN (${second}, ${third}) ORDER BY created_at`,
    );
    const [createdFrom, createdTo] = times.map(({ at }) => new Date(at).toISOString());
    for (const orderBy of ['CREATED_AT_ASC', 'LAST_USED_AT_ASC']) {
      const { ids } = await page({ orderBy, filter: { createdFrom, createdTo } });
      expect(ids).toContain(second);
      expect(ids).not.toContain(third);
    }
  });
});

describe('pages', () => {
  const ORDERS = ['CREATED_AT_DESC', 'CREATED_AT_ASC', 'LAST_USED_AT_DESC', 'LAST_USED_AT_ASC'];

  test.each(ORDERS)('in the order %s each user comes once, also where many have the same time', async (orderBy) => {
    await insertUsers(
      service,
      Array.from({ length: 5 }, () => ({ createdAt: now, lastUsedAt: now })),
    );
    const time = sql.raw(orderBy.startsWith('CREATED') ? 'created_at' : 'last_used_at');
    const direction = sql.raw(orderBy.endsWith('DESC') ? 'DESC' : 'ASC');
    const rows = await service.db.execute<{ id: string }>(
      sql`SELECT id FROM users ORDER BY ${time} ${direction}, id ${direction}`,
    );
    expect(await allUsers(service, support.token, { orderBy, first: 3 })).toEqual(rows.map(({ id }) => id));
  });

  test('say whether others follow and came before', async () => {
    const everybody = await allUsers(service, support.token, { first: 100 });
    const first = await page({ first: everybody.length });
    expect(first).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    expect(await page({ first: 1, after: first.endCursor })).toMatchObject({
      ...{ ids: [], endCursor: null, hasNextPage: false, hasPreviousPage: true },
    });
  });

  const own = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const ID = '0197b3a0-0000-7000-8000-000000000000';

  test.each([
    ['nothing', ''],
    ['text', 'abc'],
    ['no list', own({})],
    ['another order', own(['LAST_USED_AT_DESC', 0, ID])],
    ['no id', own(['CREATED_AT_DESC', 0, 'x'])],
    ['a time that no calendar has', own(['CREATED_AT_DESC', 1e300, ID])],
    ['a number in quotes', own(['CREATED_AT_DESC', '0', ID])],
    ['one thing more', own(['CREATED_AT_DESC', 0, ID, 1])],
    ['statements', own(['CREATED_AT_DESC', 0, `${ID}' OR 1=1`])],
  ])('refuse a cursor of %s', async (_, after) => {
    const { body } = await service.graphql(USERS, { after }, { token: support.token });
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
    expect(decodeCursor(after, 'CREATED_AT_DESC')).toBeNull();
  });

  test.each([0, -1, 101, 2_147_483_647])('refuse to have %i users', async (first) => {
    const { body } = await service.graphql(USERS, { first }, { token: support.token });
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'first' });
  });
});

describe('where more match than are sorted', () => {
  beforeAll(async () => {
    await service.db.execute(sql`
      INSERT INTO users (id, first_name, last_name, phone_number, phone_verified_at, created_at, updated_at, last_used_at)
      SELECT gen_random_uuid(), 'Frequent', 'Common', '+2348' || (2000000000 + n), now(), t, t, t + interval '1 s' * (n % 7)
      FROM generate_series(1, 12050) n, LATERAL (SELECT now() - interval '1 min' * n AS t) created`);
  });

  test.each([
    { search: 'common' },
    { search: 'freq' },
    { search: 'freq', filter: { role: 'USER' } },
    { filter: { country: 'NG' } },
  ])('by %j', async (asked) => {
    for (const orderBy of ['CREATED_AT_ASC', 'LAST_USED_AT_DESC']) {
      const ids = (
        await service.db.execute<{ id: string }>(
          orderBy === 'CREATED_AT_ASC'
            ? sql`SELECT id FROM users WHERE last_name = 'Common' ORDER BY created_at, id LIMIT 25`
            : sql`SELECT id FROM users WHERE last_name = 'Common' ORDER BY last_used_at DESC, id DESC LIMIT 25`,
        )
      ).map(({ id }) => id);
      const first = await page({ ...asked, orderBy, first: 20 });
      const second = await page({ ...asked, orderBy, first: 5, after: first.endCursor });
      expect([...first.ids, ...second.ids]).toEqual(ids);
    }
    expect(await names({ ...asked, filter: { ...('filter' in asked ? asked.filter : {}), role: 'SUPPORT' } })).toEqual(
      [],
    );
  });
});
