import type { RequestContext } from '../graphql/request-context.js';
import type { CityService } from './city.service.js';

/** What the resolvers of this room need. */
export interface CityContext extends RequestContext {
  readonly services: { readonly cities: CityService };
}
