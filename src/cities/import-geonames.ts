import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { placesFormat, readPlace, readRegion, regionsFormat } from './geonames-format.js';
import { cityTable } from './city.table.js';
import { importShippedCities } from './import-shipped.js';
import { readLines } from '../platform/read-lines.js';
import { problemOf } from './list-file.js';
import { cityColumns, importTurn, type NewCity, rowsOf } from './new-city.js';

const BATCH_SIZE = 2000;
const REFUSALS_TOLD = 20;

export interface GeonamesImport {
  readonly db: Database;
  /** Path of a GeoNames dump as text: cities500.txt, allCountries.txt, NP.txt. */
  readonly placesFile: string;
  /** Path of admin1CodesASCII.txt. Without it new cities have no region and known ones keep theirs. */
  readonly regionsFile?: string | undefined;
  /** Called after every batch with the number of the last line read. */
  readonly onProgress?: ((line: number) => void) | undefined;
}

export interface GeonamesReport {
  readonly kind: 'imported';
  /** Lines that are in the table now, whether they changed anything there or not. */
  readonly imported: number;
  /** Lines that are something else than a place where people live. */
  readonly skipped: number;
  readonly refused: number;
  /** The first 20 of the refused lines. */
  readonly refusals: ReadonlyArray<{ readonly line: number; readonly reason: string }>;
}

export type GeonamesOutcome =
  | GeonamesReport
  /** One sentence for the person who named the file. Nothing has changed. */
  | { readonly kind: 'unusable_file'; readonly message: string };

/**
 * Adds the places of a GeoNames dump and brings known ones up to date. No place is deleted, because users refer to them.
 * One transaction: when it is interrupted, everything is as before. An empty table gets the shipped list as well,
 * because a dump may hold one country only. Throws when the database fails.
 */
export async function importGeonames({ db, ...source }: GeonamesImport): Promise<GeonamesOutcome> {
  const { placesFile, regionsFile } = source;
  const problem =
    (await problemOf(placesFile, placesFormat)) ??
    (regionsFile === undefined ? null : await problemOf(regionsFile, regionsFormat));
  if (problem !== null) return { kind: 'unusable_file', message: problem };
  const regions = await regionsIn(regionsFile);
  return db.transaction(async (transaction) => {
    // By hand: the builder has neither a SELECT without a table nor ANALYZE.
    await transaction.execute(sql`SELECT ${importTurn}`);
    await importShippedCities(transaction);
    const report = await importPlaces(transaction, { ...source, regions });
    await transaction.execute(sql`ANALYZE cities`);
    return report;
  });
}

async function regionsIn(path: string | undefined): Promise<Map<string, string>> {
  const regions = new Map<string, string>();
  if (path === undefined) return regions;
  for await (const { text } of readLines(path)) {
    const region = text === null ? null : readRegion(text);
    if (region) regions.set(...region);
  }
  return regions;
}

type PlacesSource = Omit<GeonamesImport, 'db'> & { readonly regions: ReadonlyMap<string, string> };

async function importPlaces(db: Database, { placesFile, regions, onProgress }: PlacesSource): Promise<GeonamesReport> {
  const count = { imported: 0, skipped: 0, refused: 0 };
  const refusals: Array<{ line: number; reason: string }> = [];
  // By id, because one statement cannot write a row twice: the last line of a place wins.
  const batch = new Map<number, NewCity>();
  for await (const { number, text } of readLines(placesFile)) {
    const place = placeOn(text, regions);
    if (place.kind === 'city') {
      count.imported += 1;
      batch.set(place.city.id, place.city);
    } else if (place.kind === 'other') {
      count.skipped += 1;
    } else {
      count.refused += 1;
      if (refusals.length < REFUSALS_TOLD) refusals.push({ line: number, reason: place.reason });
    }
    if (batch.size < BATCH_SIZE) continue;
    await upsert(db, [...batch.values()]);
    batch.clear();
    onProgress?.(number);
  }
  if (batch.size > 0) await upsert(db, [...batch.values()]);
  return { kind: 'imported', ...count, refusals };
}

function placeOn(text: string | null, regions: ReadonlyMap<string, string>): ReturnType<typeof readPlace> {
  if (text === null) return { kind: 'refused', reason: 'it is not UTF-8 text or longer than 64 KiB' };
  return text.trim() === '' ? { kind: 'other' } : readPlace(text, regions);
}

const { name, countryCode, region, population, searchName } = cityTable;

/** What a row becomes when its place is imported again. A list without regions leaves known regions as they are. */
const imported = {
  name: sql`excluded.name`,
  countryCode: sql`excluded.country_code`,
  region: sql`coalesce(excluded.region, ${region})`,
  population: sql`excluded.population`,
  searchName: sql`excluded.search_name`,
};

/** Rows that are up to date are not written again: a second import of the same file is quick and leaves no bloat. */
const changed = sql`(${name}, ${countryCode}, ${region}, ${population}, ${searchName}) IS DISTINCT FROM
  (${imported.name}, ${imported.countryCode}, ${imported.region}, ${imported.population}, ${imported.searchName})`;

async function upsert(db: Database, cities: readonly NewCity[]): Promise<void> {
  await db
    .insert(cityTable)
    // The builder cannot read rows from parameters.
    .select(sql`SELECT ${cityColumns} FROM ${rowsOf(cities)}`)
    .onConflictDoUpdate({ target: cityTable.id, set: imported, setWhere: changed });
}
