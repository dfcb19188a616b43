import { keptOutside } from '../graphql/outside-supergraph.js';
import type { RequestContext } from '../graphql/request-context.js';
import { ServiceOnly, type WithService } from '../graphql/service-only.js';
import type { EventListService } from './event-list.service.js';
import type { ServiceScope, ServiceToken } from '../service-tokens/service-token.js';

/** What the resolvers of this room need. */
export interface EventContext extends RequestContext, WithService<ServiceToken> {
  readonly services: { readonly events: EventListService };
}

/** Allows a field only to a service whose token has this scope. Below `@FieldRateLimit()`. */
export function ForService(scope: ServiceScope): MethodDecorator {
  return keptOutside(ServiceOnly<ServiceToken>((service) => service.scope === scope));
}
