import type { GraphQLResolveInfo } from 'graphql';
import type { Logger } from '../platform/logger.js';

/** The client that sent a request. */
export interface ClientInfo {
  readonly ipAddress: string;
  /** IPv4 /24 or IPv6 /56. One subscriber can change addresses inside it at will, so it counts as one client. */
  readonly network: string;
  readonly userAgent: string | null;
  readonly acceptLanguage: string | null;
}

/** The slice of the context that every field has. Each room extends it by what its own resolvers need. */
export interface RequestContext {
  readonly client: ClientInfo;
  /** Adds the id of the request to each line. */
  readonly logger: Logger;
  /** Calls a field within its rate limit. @throws RATE_LIMITED above it. */
  callField<Result>(info: GraphQLResolveInfo, call: () => Promise<Result>): Promise<Result>;
}
