import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { projectFolder } from '../platform/project-folder.js';
import { cityTable } from './city.table.js';
import { cityColumns, importTurnAtOnce, type NewCity, rowsOf } from './new-city.js';

const SHIPPED_LIST = new URL('assets/cities.tsv.gz', projectFolder);

/**
 * Fills an empty table with the list that comes with the product, and leaves any other as it is. One statement: a kill
 * leaves all or nothing. Of several processes that start at once, one imports. The others leave it to that one, so no start
 * waits for the lock of an import. Returns how many cities were added.
 */
export async function importShippedCities(db: Database): Promise<number> {
  const present = await db.select({ id: cityTable.id }).from(cityTable).limit(1);
  if (present.length > 0) return 0;
  const cities = await shippedCities();
  const added = await db
    .insert(cityTable)
    // The builder cannot read rows from parameters.
    .select(sql`
      WITH turn AS MATERIALIZED (SELECT ${importTurnAtOnce} AS taken)
      SELECT ${cityColumns} FROM turn, ${rowsOf(cities)}
      WHERE turn.taken AND NOT EXISTS (SELECT 1 FROM cities)`)
    .onConflictDoNothing({ target: cityTable.id });
  return added.count;
}

async function shippedCities(): Promise<NewCity[]> {
  const text = (await promisify(gunzip)(await readFile(SHIPPED_LIST))).toString();
  return text.trimEnd().split('\n').map(cityOf);
}

function cityOf(line: string): NewCity {
  const [id, name = '', countryCode = '', region, population] = line.split('\t');
  return { id: Number(id), name, countryCode, region: region || null, population: Number(population) };
}
