import type { WithService } from '../graphql/service-only.js';
import type { ServiceToken } from '../service-tokens/service-token.js';
import type { Loader } from '../platform/loader.js';
import type { CallerContext } from '../sessions/session.context.js';
import type { User } from '../users/user.js';
import type { SubgraphService } from './subgraph.service.js';

/** What the resolvers of this room need. */
export interface SubgraphContext extends CallerContext, WithService<ServiceToken> {
  /** The user of a valid access token, else null. */
  readonly signedInAs: CallerContext['signedInAs'];
  readonly services: { readonly subgraph: SubgraphService };
  readonly loaders: { readonly usersById: Loader<User | null> };
}
