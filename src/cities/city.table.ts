import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';

/**
 * Places that users can say they live in, from GeoNames. Rows are added and brought up to date, never deleted: users
 * refer to them. The indexes are the two orders that `cities` lists in and the words that it searches; they need no
 * extension, and repositories must use the very same expressions.
 */
export const cityTable = pgTable(
  'cities',
  {
    /** GeoNames id. */
    id: integer('id').primaryKey(),
    name: text('name').notNull(),
    /** ISO 3166-1 alpha-2, upper case. */
    countryCode: text('country_code').notNull(),
    /** Name of the first-level division, where GeoNames knows it. */
    region: text('region'),
    /** Inhabitants; 0 where unknown. */
    population: integer('population').notNull(),
    /** The name as `searchableName` makes it: words with one space between them. */
    searchName: text('search_name').notNull(),
  },
  (table) => [
    index('cities_population').on(sql`(-${table.population})`, table.id),
    index('cities_country_population').on(table.countryCode, sql`(-${table.population})`, table.id),
    // Without the pending list: it would make every search slow between an import and the next vacuum.
    index('cities_words')
      .using('gin', sql`array_to_tsvector(string_to_array(${table.searchName}, ' '))`)
      .with({ fastupdate: false }),
  ],
);

export type CityRow = typeof cityTable.$inferSelect;
