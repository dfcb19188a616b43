import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cityTable } from '../../src/cities/city.table.js';
import { importGeonames } from '../../src/cities/import-geonames.js';
import { importShippedCities } from '../../src/cities/import-shipped.js';
import { importTurn } from '../../src/cities/new-city.js';
import { openDatabase } from '../../src/database/database.js';
import { openTestDatabase } from '../support/postgres/test-database.js';

let database: Awaited<ReturnType<typeof openTestDatabase>>;

const SHIPPED = 9883;
const rows = () => database.db.select().from(cityTable);
const stored = async (id: number) => (await rows()).find((row) => row.id === id);

describe('a first start', () => {
  beforeEach(async () => {
    database = await openTestDatabase();
  });
  afterEach(() => database.close());

  test('has the cities that users ask for, with their regions', async () => {
    expect(await importShippedCities(database.db)).toBe(SHIPPED);
    const found = [1283240, 1282898, 160263, 285787, 1566083].map(stored);
    expect((await Promise.all(found)).map((city) => [city?.name, city?.region])).toEqual([
      ['Kathmandu', 'Bagmati Province'],
      ['Pokhara', 'Gandaki Pradesh'],
      ['Dar es Salaam', 'Dar es Salaam Region'],
      ['Kuwait City', 'Al Asimah'],
      ['Ho Chi Minh City', 'Ho Chi Minh City (HCMC)'],
    ]);
    expect(new Set((await rows()).map(({ countryCode }) => countryCode)).size).toBeGreaterThan(240);
  });

  test('does not wait for an import that is under way, or that was left open', async () => {
    const other = openDatabase(database.url, { maxConnections: 1 });
    await other.db.transaction(async (transaction) => {
      await transaction.execute(sql`SELECT ${importTurn}`);
      expect(await importShippedCities(database.db)).toBe(0);
    });
    await other.close();
    expect(await importShippedCities(database.db)).toBe(SHIPPED);
  });

  test('of four processes at once imports every city once', async () => {
    const processes = [1, 2, 3, 4].map(() => openDatabase(database.url, { maxConnections: 1 }));
    const added = await Promise.all(processes.map(({ db }) => importShippedCities(db)));
    await Promise.all(processes.map(({ close }) => close()));
    expect(added.toSorted((a, b) => a - b)).toEqual([0, 0, 0, SHIPPED]);
    expect(await rows()).toHaveLength(SHIPPED);
  });

  test('leaves a list that is there as it is', async () => {
    await database.db
      .insert(cityTable)
      .values({ id: 1, name: 'Only', countryCode: 'ZZ', population: 5, searchName: 'only' });
    expect(await importShippedCities(database.db)).toBe(0);
    expect(await rows()).toHaveLength(1);
  });

  test('that is cut off in the middle leaves the table empty, and the next one fills it', async () => {
    await database.db.execute(sql`CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'cut off'; END $$`);
    await database.db.execute(sql`CREATE TRIGGER cut_off BEFORE INSERT ON cities
      FOR EACH ROW WHEN (NEW.id = 1283240) EXECUTE FUNCTION cut_off()`);
    await expect(importShippedCities(database.db)).rejects.toThrow();
    expect(await rows()).toEqual([]);
    await database.db.execute(sql`DROP TRIGGER cut_off ON cities`);
    expect(await importShippedCities(database.db)).toBe(SHIPPED);
  });
});

describe('an operator who imports a GeoNames file', () => {
  let folder: string;
  beforeEach(async () => {
    database = await openTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'cities-'));
  });
  afterEach(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });

  async function file(name: string, content: string | Buffer): Promise<string> {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  }

  /** A line as GeoNames writes it; `changes` are columns by their number. */
  function line(id: number | string, name: string, changes: Record<number, string> = {}): string {
    const columns = [
      `${id}`,
      name,
      name,
      '',
      '27.7',
      '85.3',
      'P',
      'PPL',
      'NP',
      '',
      '3',
      '',
      '',
      '',
      '1200',
      '',
      '1',
      'Asia',
    ];
    return [...columns, '2026-01-01'].map((value, column) => changes[column] ?? value).join('\t');
  }

  test('gets new places, known ones brought up to date, and each refused line by its number', async () => {
    const lines = [
      line(7, 'Bāndipur'),
      line(8, 'Everest', { 6: 'T', 7: 'MT' }),
      line('x', 'No id'),
      line(9, 'Ruins', { 7: 'PPLW' }),
      'half a line',
      line(1283240, 'Kathmandu', { 14: '1500000', 10: '' }),
      line(10, ''),
      line(11, 'Nowhere', { 8: '' }),
      line(12, 'Uncounted', { 14: '' }),
      line(13, 'Crowd', { 14: '9999999999' }),
      line(14, 'x'.repeat(201)),
      line(7, 'Bandipur', { 14: '1300' }),
      '',
    ];
    const placesFile = await file('NP.txt', `${lines.join('\r\n')}\n`);
    const regionsFile = await file('admin1CodesASCII.txt', 'NP.3\tBagmati Province\tBagmati Province\t7289707\n');
    const report = await importGeonames({ db: database.db, placesFile, regionsFile });
    expect(report).toMatchObject({ kind: 'imported', imported: 4, skipped: 3, refused: 6 });
    expect('refusals' in report && report.refusals.map(({ line: number }) => number)).toEqual([3, 5, 7, 8, 10, 11]);
    expect(await stored(7)).toMatchObject({ name: 'Bandipur', region: 'Bagmati Province', population: 1300 });
    expect(await stored(12)).toMatchObject({ population: 0, searchName: 'uncounted' });
    expect(await stored(1283240)).toMatchObject({ population: 1_500_000, region: 'Bagmati Province' });
    expect(await rows()).toHaveLength(SHIPPED + 2);
  });

  test('gets lines that are not text, or endless, refused and the others imported', async () => {
    const lines = [line(8, 'Båndipur'), line(9, 'Endless', { 3: 'x'.repeat(300_000) }), line(7, 'Bandipur')];
    const placesFile = await file('NP.txt', Buffer.from(lines.join('\n'), 'latin1'));
    const report = await importGeonames({ db: database.db, placesFile });
    expect(report).toMatchObject({ imported: 1, refused: 2, refusals: [{ line: 1 }, { line: 2 }] });
    expect(await stored(7)).toMatchObject({ name: 'Bandipur', region: null });
  });

  test('is told what is wrong with a wrong file, and nothing changes', async () => {
    const placesFile = await file('NP.txt', line(7, 'Bandipur'));
    const wrong = [
      { placesFile: join(folder, 'missing.txt') },
      { placesFile: folder },
      { placesFile: await file('empty.txt', '') },
      { placesFile: await file('cities500.zip', 'PK\u0003\u0004…') },
      { placesFile: await file('cities500.txt.gz', Buffer.from('1f8b0800', 'hex')) },
      { placesFile: await file('cities.csv', 'id,name\n7,Bandipur\n'.repeat(500)) },
      { placesFile, regionsFile: placesFile },
      { placesFile, regionsFile: join(folder, 'missing.txt') },
    ];
    const said = ['no such file', 'a folder', 'is not a', 'zip', 'gzip', 'is not a', 'list of regions', 'no such file'];
    for (const [index, files] of wrong.entries()) {
      const message = expect.stringContaining(said[index] ?? '');
      expect(await importGeonames({ db: database.db, ...files })).toEqual({ kind: 'unusable_file', message });
    }
    expect(await rows()).toEqual([]);
  });

  test('while a colleague imports the same places in another order gets a turn', async () => {
    await importShippedCities(database.db);
    const lines = Array.from({ length: 20_000 }, (_, index) => line(index + 500_000_000, `Place ${index}`));
    const files = [await file('up.txt', lines.join('\n')), await file('down.txt', lines.toReversed().join('\n'))];
    const reports = await Promise.all(files.map((placesFile) => importGeonames({ db: database.db, placesFile })));
    expect(reports).toMatchObject([{ imported: 20_000 }, { imported: 20_000 }]);
    expect(await rows()).toHaveLength(SHIPPED + 20_000);
  });

  test('who stops it half-way finds everything as it was', async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => line(index + 500_000_000, `Place ${index}`));
    const placesFile = await file('NP.txt', lines.join('\n'));
    const stop = () => {
      throw new Error('stopped');
    };
    await expect(importGeonames({ db: database.db, placesFile, onProgress: stop })).rejects.toThrow('stopped');
    expect(await rows()).toEqual([]);
    expect(await importGeonames({ db: database.db, placesFile })).toMatchObject({ imported: 5000, refused: 0 });
    expect(await rows()).toHaveLength(SHIPPED + 5000);
  });
});
