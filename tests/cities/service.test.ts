import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CityRepository, type FoundCity } from '../../src/cities/city.repository.js';
import { type CityQuery, CityService } from '../../src/cities/city.service.js';
import { cityTable } from '../../src/cities/city.table.js';
import { importShippedCities } from '../../src/cities/import-shipped.js';
import type { Page } from '../../src/platform/page.js';
import { openTestDatabase } from '../support/postgres/test-database.js';

type TestDatabase = Awaited<ReturnType<typeof openTestDatabase>>;
let database: TestDatabase;

const rows = () => database.db.select().from(cityTable);
const insert = (id: number, name: string, population: number) =>
  database.db.insert(cityTable).values({ id, name, countryCode: 'ZZ', population, searchName: name.toLowerCase() });

async function page(query: Partial<CityQuery>): Promise<Page<FoundCity>> {
  const outcome = await new CityService(new CityRepository(database.db)).list({ first: 20, ...query });
  if (outcome.kind !== 'page') throw new Error(outcome.kind);
  return outcome;
}
const names = async (query: Partial<CityQuery>) => (await page(query)).edges.map(({ node }) => node.name);

/** Asks for page after page until there is none left. */
async function everything(query: Partial<CityQuery>, between?: () => Promise<unknown>): Promise<number[]> {
  const ids: number[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const { edges, hasNextPage } = await page({ ...query, after });
    ids.push(...edges.map(({ node }) => node.id));
    [after, more] = [edges.at(-1)?.cursor, hasNextPage];
    await between?.();
  }
  return ids;
}

describe('someone who chooses a city', () => {
  beforeAll(async () => {
    database = await openTestDatabase();
    await importShippedCities(database.db);
    await insert(1, '50% off\\here_now', 0);
  });
  afterAll(() => database.close());

  test.each([
    ['kathm', 'Kathmandu'],
    ['KATHMANDU', 'Kathmandu'],
    ['  dar es  sal', 'Dar es Salaam'],
    ['salaam', 'Dar es Salaam'],
    ['ŁÓDŹ', 'Łódź'],
    ['lodz', 'Łódź'],
    ['São Pau', 'São Paulo'],
    ['sao pau', 'São Paulo'],
    ['Kyi\u0308v', 'Kyiv'],
    ['hospitalet', "L'Hospitalet de Llobregat"],
    ['xian', 'Xi’an'],
    ["xi'an", 'Xi’an'],
    ['port au', 'Port-au-Prince'],
    ['au-prince', 'Port-au-Prince'],
  ])('types "%s" and sees %s first', async (search, name) => {
    expect((await names({ search }))[0]).toBe(name);
  });

  test('finds nothing by letters from the middle of a word, or by words in the wrong order', async () => {
    expect(await names({ search: 'athmandu' })).toEqual([]);
    expect(await names({ search: 'salaam dar' })).toEqual([]);
    expect(await names({ search: 'da salaam' })).toEqual([]);
  });

  test('sees the exact match first, then the larger cities', async () => {
    const { edges } = await page({ search: 'york' });
    expect(edges.slice(0, 2).map(({ node }) => node.name)).toEqual(['York', 'New York City']);
    const populations = edges.slice(1).map(({ node }) => node.population);
    expect(populations).toEqual(populations.toSorted((a, b) => b - a));
  });

  test.each(['%', '_', '\\', 'kath%', 'k_thmandu', 'dar es%', 'dar _s', '50% \\'])(
    'gets nothing for the wildcard in "%s"',
    async (search) => expect(await names({ search })).toEqual([]),
  );

  test('finds a name that has such characters in it', async () => {
    for (const search of ['50%', '50% off', '50% off\\', '50% off\\here_']) {
      expect(await names({ search })).toEqual(['50% off\\here_now']);
    }
  });

  test.each(["'", "''", "' | 'a':*", 'a & b', '!a', 'a:*', '<->', '\0', 'a\0b', '\ud800', '-', '٪'])(
    'breaks nothing by typing %j',
    async (search) => expect((await page({ search })).kind).toBe('page'),
  );

  test('gets nothing for a book, and an answer all the same', async () => {
    expect(await names({ search: 'kathmandu '.repeat(10_000) })).toEqual([]);
    for (const letter of ['㌖', 'ﷺ', '😀']) expect(await names({ search: letter.repeat(100) })).toEqual([]);
    expect(await names({ search: '㌖'.repeat(200) })).toEqual([]);
  });

  test('sees the largest cities of the world for a blank search', async () => {
    const largest = (await rows()).toSorted((a, b) => b.population - a.population || a.id - b.id).slice(0, 20);
    for (const search of [undefined, null, '', ' \t']) {
      expect(await names({ search })).toEqual(largest.map(({ name }) => name));
    }
  });

  test('stays within a country, in whatever case its code is', async () => {
    expect((await names({ countryCode: 'np' })).slice(0, 2)).toEqual(['Kathmandu', 'Pokhara']);
    expect(await names({ countryCode: 'NP', search: 'dar' })).not.toContain('Dar es Salaam');
    expect(await names({ countryCode: 'Tz', search: 'dar' })).toEqual(['Dar es Salaam']);
  });

  test.each(['XX', 'NPL', 'n', "N'", '\0\0', 'ı!'])('gets an empty list for country %j', async (countryCode) => {
    expect(await page({ countryCode })).toEqual({
      kind: 'page',
      edges: [],
      hasNextPage: false,
      hasPreviousPage: false,
    });
  });

  test.each([{}, { countryCode: 'IN' }, { search: 'san' }, { search: 'san', countryCode: 'US' }])(
    'pages through %j and sees every city once, in order',
    async (query) => {
      const wanted = (await rows())
        .filter(({ searchName }) => !query.search || ` ${searchName}`.includes(` ${query.search}`))
        .filter(({ countryCode }) => !query.countryCode || countryCode === query.countryCode)
        .toSorted((a, b) => b.population - a.population || a.id - b.id);
      expect(wanted.length).toBeGreaterThan(15);
      expect(await everything({ ...query, first: wanted.length > 1000 ? 100 : 7 })).toEqual(wanted.map(({ id }) => id));
    },
  );

  test('sees cities of the same size once each, also while others arrive', async () => {
    for (let id = 109; id >= 100; id--) await insert(id, 'Twin', 5);
    const twins = [100, 101, 102, 103, 104, 105, 106, 107, 108, 109];
    let late = 100;
    const arrive = () => insert(--late, 'Twin', 5);
    expect(await everything({ search: 'twi', countryCode: 'ZZ', first: 3 }, arrive)).toEqual(twins);
    const all = await everything({ countryCode: 'ZZ', first: 3 }, arrive);
    expect(all).toEqual([96, 97, 98, 99, ...twins, 1]);
  });

  test('is told whether there is more on either side', async () => {
    const all = await page({ search: 'kathm' });
    expect([all.hasPreviousPage, all.hasNextPage]).toEqual([false, false]);
    const first = await page({ countryCode: 'NP', first: 1 });
    expect([first.edges.length, first.hasPreviousPage, first.hasNextPage]).toEqual([1, false, true]);
    const second = await page({ countryCode: 'NP', first: 100, after: first.edges[0]?.cursor });
    expect([second.edges[0]?.node.name, second.hasPreviousPage, second.hasNextPage]).toEqual(['Pokhara', true, false]);
  });

  test.each([0, -1, 101, 1.5, Number.NaN, 2 ** 31])('is told that %d is no number of cities', async (first) => {
    expect(await new CityService(new CityRepository(database.db)).list({ first })).toEqual({
      kind: 'first_out_of_range',
    });
  });

  const forged = (text: string) => Buffer.from(text).toString('base64url');
  test.each([
    '',
    'x',
    '%%%',
    'null',
    ...['{}', 'null', '[]', '[1,2]', '[2,1,1]', '[1,1,1,1]', '[1,-1,1]', '[1,-0,1]', '[1,1.5,1]', '[1,"1",1]'].map(
      forged,
    ),
    ...['[1,1,2147483648]', '[1,1e2,1]', '[1, 1,1]', '[1,1,null]', '[1,1,"1); DROP TABLE cities"]'].map(forged),
    `${forged('[1,1,1]')}=`,
    `${forged('[1,1,1]')} `,
  ])('is told that %j is no cursor', async (after) => {
    const service = new CityService(new CityRepository(database.db));
    expect(await service.list({ first: 20, after })).toEqual({ kind: 'malformed_cursor' });
  });

  test('costs one statement per page', async () => {
    const statements: string[] = [];
    const client = postgres(database.url, {
      max: 1,
      fetch_types: false,
      debug: (_, text) => void statements.push(text),
    });
    const service = new CityService(new CityRepository(drizzle(client)));
    await service.list({ first: 20, search: 'dar es', countryCode: 'tz', after: forged('[1,9000000,1]') });
    await client.end();
    expect(statements).toHaveLength(1);
  });
});
