import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '../database/database.js';
import { cityTable } from './city.table.js';

/** A place in the order of a list: by rank (0 for an exact match, else 1), population from large to small, and id. */
export interface CityPosition {
  readonly rank: number;
  readonly population: number;
  readonly id: number;
}

export interface FoundCity extends CityPosition {
  readonly name: string;
  readonly countryCode: string;
  readonly region: string | null;
}

export interface CityCriteria {
  /** As `searchableName` makes it; null for every name. */
  readonly search: string | null;
  /** ISO 3166-1 alpha-2, upper case; null for every country. */
  readonly countryCode: string | null;
  readonly after: CityPosition | null;
  readonly limit: number;
}

export class CityRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** At most `limit` cities after the position, in order. */
  async find({ search, countryCode, after, limit }: CityCriteria): Promise<FoundCity[]> {
    const { id, name, region, population } = cityTable;
    const order = search === null ? listOrder : searchOrder(search);
    return this.#db
      .select({ id, name, countryCode: cityTable.countryCode, region, population, rank: order.rank })
      .from(cityTable)
      .where(
        and(
          ...(search === null ? [] : wordsBegin(search)),
          countryCode === null ? undefined : eq(cityTable.countryCode, countryCode),
          after === null ? undefined : order.isAfter(after),
        ),
      )
      .orderBy(...order.by)
      .limit(limit);
  }
}

/** Repositories must use the very expressions of the indexes (city.table.ts). */
const largestFirst = sql`(-${cityTable.population})`;

interface CityOrder {
  readonly rank: SQL<number>;
  readonly by: readonly (PgColumn | SQL)[];
  isAfter(position: CityPosition): SQL;
}

/** All cities, straight from an index that holds the order: as quick at the end of the list as at its beginning. */
const listOrder: CityOrder = {
  rank: sql<number>`1`,
  by: [largestFirst, cityTable.id],
  isAfter: ({ population, id }) => sql`(${largestFirst}, ${cityTable.id}) > (${-population}::integer, ${id}::integer)`,
};

/**
 * The cities that match, exact matches first. No index holds this order. So PostgreSQL does not walk all cities by
 * population in the hope of an early match, but takes the matches from the index on words and sorts them.
 */
function searchOrder(search: string): CityOrder {
  const rank = sql<number>`CASE WHEN ${cityTable.searchName} = ${search} THEN 0 ELSE 1 END`;
  return {
    rank,
    by: [rank, largestFirst, cityTable.id],
    isAfter: (position) =>
      sql`(${rank}, ${largestFirst}, ${cityTable.id})
        > (${position.rank}::integer, ${-position.population}::integer, ${position.id}::integer)`,
  };
}

/**
 * The search begins at the beginning of a word. The index finds the names that have all its words, the last one as a
 * beginning. With several words, LIKE then asks for them side by side.
 */
function wordsBegin(search: string): SQL[] {
  const { searchName } = cityTable;
  const words = search.split(' ').map((word) => `'${word.replace(/['\\]/gu, '$&$&')}'`);
  const indexed = sql`array_to_tsvector(string_to_array(${searchName}, ' ')) @@ ${`${words.join(' & ')}:*`}::tsquery`;
  if (words.length === 1) return [indexed];
  const literal = search.replace(/[\\%_]/gu, '\\$&');
  return [indexed, sql`' ' || ${searchName} LIKE ${`% ${literal}%`}`];
}
