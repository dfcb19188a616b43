import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';

/** What a list of cities is ordered by: rank (0 for an exact match, else 1), population from large to small, id. */
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

  /** One statement. At most `limit` cities after the position, in order. */
  async find({ search, countryCode, after, limit }: CityCriteria): Promise<FoundCity[]> {
    const wanted = [
      ...(search === null ? [] : wordsBegin(search)),
      ...(countryCode === null ? [] : [sql`country_code = ${countryCode}`]),
    ];
    const where = wanted.length === 0 ? sql`true` : sql.join(wanted, sql` AND `);
    const rows = await this.#db.execute<{ [Property in keyof FoundCity]: FoundCity[Property] }>(
      search === null ? listed({ where, after, limit }) : matched({ search, where, after, limit }),
    );
    return [...rows];
  }
}

/** Everything, straight from an index that holds the order: as quick at the end of the list as at its beginning. */
function listed({ where, after, limit }: { where: SQL; after: CityPosition | null; limit: number }): SQL {
  const position = after && sql` AND (-population, id) > (${-after.population}::integer, ${after.id}::integer)`;
  return sql`
    SELECT id, name, country_code AS "countryCode", region, population, 1 AS rank
    FROM cities
    WHERE ${where}${position ?? sql``}
    ORDER BY -population, id
    LIMIT ${limit}`;
}

/**
 * Materialized, so that the matches always come from the index on words. Left to itself the planner may walk all
 * cities by population in the hope of an early match, which takes 100 times as long when there is none.
 */
function matched(query: { search: string; where: SQL; after: CityPosition | null; limit: number }): SQL {
  const { search, where, after, limit } = query;
  const position =
    after &&
    sql`WHERE (rank, -population, id) > (${after.rank}::integer, ${-after.population}::integer, ${after.id}::integer)`;
  return sql`
    WITH matches AS MATERIALIZED (
      SELECT id, name, country_code, region, population,
        CASE WHEN search_name = ${search} THEN 0 ELSE 1 END AS rank
      FROM cities
      WHERE ${where}
    )
    SELECT id, name, country_code AS "countryCode", region, population, rank
    FROM matches
    ${position ?? sql``}
    ORDER BY rank, -population, id
    LIMIT ${limit}`;
}

/**
 * The search begins at the beginning of a word. The index finds the names that have all its words, the last one as a
 * beginning; with several words, LIKE then asks for them side by side.
 */
function wordsBegin(search: string): SQL[] {
  const words = search.split(' ').map((word) => `'${word.replace(/['\\]/gu, '$&$&')}'`);
  const indexed = sql`array_to_tsvector(string_to_array(search_name, ' ')) @@ ${`${words.join(' & ')}:*`}::tsquery`;
  if (words.length === 1) return [indexed];
  const literal = search.replace(/[\\%_]/gu, '\\$&');
  return [indexed, sql`' ' || search_name LIKE ${`% ${literal}%`}`];
}
