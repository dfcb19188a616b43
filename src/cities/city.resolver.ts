import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { costOfPage, toConnection } from '../graphql/connection.js';
import { FieldRateLimit } from '../graphql/field-rate-limit.js';
import { MOST_CITIES_AT_ONCE } from './city.service.js';
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
    const page = await context.services.cities.list({ search, countryCode, first, after: after ?? null });
    return toConnection(page, MOST_CITIES_AT_ONCE, toCity);
  }
}
