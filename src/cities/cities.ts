import type { Database } from '../database/database.js';
import { CityRepository } from './city.repository.js';
import { CityService } from './city.service.js';

export interface Cities {
  readonly services: { readonly cities: CityService };
}

export function createCities({ db }: { db: Database }): Cities {
  return { services: { cities: new CityService(new CityRepository(db)) } };
}
