import { decodeCursor, encodeCursor } from './city-cursor.js';
import type { CityCriteria, CityPosition, CityRepository, FoundCity } from './city.repository.js';
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

export interface CityPage {
  readonly kind: 'page';
  /** Exact matches first, then by population from large to small, then by id. */
  readonly items: ReadonlyArray<{ readonly cursor: string; readonly city: FoundCity }>;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export type CitiesOutcome = CityPage | { readonly kind: 'first_out_of_range' } | { readonly kind: 'malformed_cursor' };

export class CityService {
  readonly #cities: CityRepository;

  constructor(cities: CityRepository) {
    this.#cities = cities;
  }

  async list({ search, countryCode, first, after }: CityQuery): Promise<CitiesOutcome> {
    if (!Number.isInteger(first) || first < 1 || first > MOST_CITIES_AT_ONCE) return { kind: 'first_out_of_range' };
    const position = after == null ? null : decodeCursor(after);
    if (after != null && position === null) return { kind: 'malformed_cursor' };
    const criteria = { ...filtersOf(search, countryCode), after: position, limit: first + 1 };
    return pageOf(canMatch(criteria) ? await this.#cities.find(criteria) : [], { first, position });
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

/** One more than asked for was read: it tells whether there is a next page. */
function pageOf(found: FoundCity[], { first, position }: { first: number; position: CityPosition | null }): CityPage {
  return {
    kind: 'page',
    items: found.slice(0, first).map((city) => ({ cursor: encodeCursor(city), city })),
    hasNextPage: found.length > first,
    hasPreviousPage: position !== null,
  };
}
