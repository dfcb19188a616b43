import { type SQL, sql } from 'drizzle-orm';
import { searchableName } from './searchable-name.js';

/** A city as a list tells it, before it is a row. */
export interface NewCity {
  readonly id: number;
  readonly name: string;
  readonly countryCode: string;
  readonly region: string | null;
  readonly population: number;
}

/** The columns in the order of the table, in which `rowsOf` gives them. */
export const cityColumns = sql`id, name, country_code, region, population, search_name`;

/**
 * The cities as rows of a table expression: one parameter for each column, however many cities there are. Values stand
 * one to a line, which PostgreSQL takes apart faster than JSON. No value of a city may hold a line break.
 */
export function rowsOf(cities: readonly NewCity[]): SQL {
  const column = (read: (city: NewCity) => string | number | null) =>
    sql`string_to_array(${cities.map((city) => read(city) ?? '').join('\n')}, E'\\n', '')`;
  return sql`unnest(
      ${column((city) => city.id)}::integer[],
      ${column((city) => city.name)},
      ${column((city) => city.countryCode)},
      ${column((city) => city.region)},
      ${column((city) => city.population)}::integer[],
      ${column((city) => searchableName(city.name))}
    ) AS given (${cityColumns})`;
}

/** Imports into one schema take turns: each takes this advisory lock first. */
const IMPORT_LOCK = sql`1667855481, hashtext(current_schema())`;
export const importTurn = sql`pg_advisory_xact_lock(${IMPORT_LOCK})`;
/** The same without waiting: false while another import has the turn. */
export const importTurnAtOnce = sql`pg_try_advisory_xact_lock(${IMPORT_LOCK})`;
