import { Field, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../graphql/connection.js';
import type { CityRow } from './city.table.js';

@ObjectType({ description: 'A city that a user can choose as home. The data come from GeoNames (CC BY 4.0).' })
export class City {
  @Field(() => Int, {
    description: 'GeoNames id, for `locationId` of `register`. It never changes.',
  })
  id!: number;

  @Field(() => String, {
    description: 'The name to show, usually in English, otherwise in Latin letters.',
  })
  name!: string;

  @Field(() => String, { description: 'The country as ISO 3166-1 alpha-2 code in upper case, for example `NP`.' })
  countryCode!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The province, state or other first-level division, to distinguish cities with the same name. Null if GeoNames has none.',
  })
  region!: string | null;
}

export const CityConnection = connectionType(City, {
  name: 'City',
  connection: 'One page of a list of cities.',
  edge: 'A city with its cursor.',
});
export type CityConnection = InstanceType<typeof CityConnection>;

/** A city as clients see it. */
export function toCity({ id, name, countryCode, region }: Omit<CityRow, 'population' | 'searchName'>): City {
  return Object.assign(new City(), { id, name, countryCode, region });
}
