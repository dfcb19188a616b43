import { decodeCursor, encodeCursor } from './city-cursor.js';
import type { CityCriteria, CityRepository, FoundCity } from './city.repository.js';
import { type PageOutcome, pageOf } from '../platform/page.js';
import { LONGEST_SEARCHABLE_NAME, searchableName } from './searchable-name.js';

export const MOST_CITIES_AT_ONCE = 100;

export interface CityQuery {
  /** The beginning of a name or of a word in it; blank or absent for all. */
  readonly search?: string | null | undefined;
  /** ISO 3166-1 alpha-2 in any case; blank or absent for all. */
  readonly countryCode?: string | null | undefined;
  /** How many, 1 to 100. */
  readonly first: number;
  /** Cursor of the city to go on after. */
  readonly after?: string | null | undefined;
}

export class CityService {
  readonly #cities: CityRepository;

  constructor(cities: CityRepository) {
    this.#cities = cities;
  }

  /** Exact matches first, then by population from large to small, then by id. */
  list({ search, countryCode, first, after = null }: CityQuery): Promise<PageOutcome<FoundCity>> {
    const filters = filtersOf(search, countryCode);
    return pageOf(
      { first, after },
      {
        most: MOST_CITIES_AT_ONCE,
        cursors: { encode: encodeCursor, decode: decodeCursor },
        positionOf: (city) => city,
        find: async (position, limit) =>
          canMatch(filters) ? this.#cities.find({ ...filters, after: position, limit }) : [],
      },
    );
  }
}

type Filters = Pick<CityCriteria, 'search' | 'countryCode'>;

function filtersOf(search: string | null | undefined, countryCode: string | null | undefined): Filters {
  return {
    search: search?.trim() ? searchableName(search.slice(0, LONGEST_SEARCHABLE_NAME + 1)) : null,
    countryCode: countryCode?.trim().toUpperCase() || null,
  };
}

/** What no name and no country can be is not asked for: a search of nothing but punctuation, or of a whole book. */
function canMatch({ search, countryCode }: Filters): boolean {
  const searchable = search === null || (search !== '' && search.length <= LONGEST_SEARCHABLE_NAME);
  return searchable && (countryCode === null || /^[A-Z]{2}$/u.test(countryCode));
}
