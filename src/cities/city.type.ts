import { Field, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../graphql/connection.js';
import type { CityRow } from './city.table.js';

@ObjectType({ description: 'A place that a user can live in. The data come from GeoNames (CC BY 4.0).' })
export class City {
  @Field(() => Int, {
    description: 'GeoNames id: what `locationId` takes when a user registers. It stays the same for good.',
  })
  id!: number;

  @Field(() => String, {
    description: 'The name to show, usually as it is spelled in English, else with Latin letters.',
  })
  name!: string;

  @Field(() => String, { description: 'The country as ISO 3166-1 alpha-2 code in upper case, for example `NP`.' })
  countryCode!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The province, state or other first-level division, to tell places of the same name apart. Null where GeoNames names none.',
  })
  region!: string | null;
}

export const CityConnection = connectionType(City, {
  name: 'City',
  connection: 'One page of a list of cities.',
  edge: 'A city and where it stands in the list.',
});
export type CityConnection = InstanceType<typeof CityConnection>;

/** What clients see of a city. */
export function toCity({ id, name, countryCode, region }: Omit<CityRow, 'population' | 'searchName'>): City {
  return Object.assign(new City(), { id, name, countryCode, region });
}
