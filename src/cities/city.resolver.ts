import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { argumentRefused, connectionOf, costOfPage } from '../graphql/connection.js';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { type CitiesOutcome, MOST_CITIES_AT_ONCE } from './city.service.js';
import { CityConnection, toCity } from './city.type.js';
import type { CityContext } from './city.context.js';

const descriptions = {
  cities: 'Cities to choose a `locationId` from, in pages. An exact match comes first, then the largest cities.',
  search:
    'The beginning of the name, or of a word in it. Upper and lower case and diacritics do not matter: `pok`, `salaam`, `Łódź` or `lodz`. Blank or absent: all cities.',
  countryCode:
    'Only cities of this country (ISO 3166-1 alpha-2, upper or lower case). An unknown code gives an empty list. Blank or absent: all countries.',
  first: `How many cities, 1 to ${MOST_CITIES_AT_ONCE}.`,
  after: '`pageInfo.endCursor` of the previous page, with the same `search` and `countryCode`. Absent: the first page.',
};

@Resolver()
export class CityResolver {
  @FieldRateLimit()
  @Query(() => CityConnection, { description: descriptions.cities, complexity: costOfPage(MOST_CITIES_AT_ONCE) })
  async cities(
    @Arg('search', () => String, { nullable: true, description: descriptions.search }) search: string | null,
    @Arg('countryCode', () => String, { nullable: true, description: descriptions.countryCode })
    countryCode: string | null,
    @Arg('first', () => Int, { defaultValue: 20, description: descriptions.first }) first: number,
    @Arg('after', () => String, { nullable: true, description: descriptions.after }) after: string | null,
    @Ctx() context: CityContext,
  ): Promise<CityConnection> {
    return toConnection(await context.services.cities.list({ search, countryCode, first, after }));
  }
}

function toConnection(outcome: CitiesOutcome): CityConnection {
  switch (outcome.kind) {
    case 'page':
      return connectionOf({
        ...outcome,
        edges: outcome.items.map(({ cursor, city }) => ({ cursor, node: toCity(city) })),
      });
    case 'first_out_of_range':
      throw argumentRefused('first', `must be from 1 to ${MOST_CITIES_AT_ONCE}.`);
    case 'malformed_cursor':
      throw argumentRefused('after', 'must be a cursor that this list gave.');
  }
}
