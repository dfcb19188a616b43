import type { GraphQLResolveInfo } from 'graphql';
import type { ClientNetworks } from '../platform/client-networks.js';
import type { Logger } from '../platform/logger.js';
import type { RequestNotes } from './request-notes.js';

/** The client that sent a request. */
export interface ClientInfo {
  /** As in `x-request-id` and in log lines. */
  readonly requestId: string;
  readonly ipAddress: string;
  readonly networks: ClientNetworks;
  readonly userAgent: string | null;
  readonly acceptLanguage: string | null;
}

/** The slice of the context that every field has. Each room extends it by what its own resolvers need. */
export interface RequestContext {
  readonly client: ClientInfo;
  /** Adds the id of the request to each line. */
  readonly logger: Logger;
  /** For the log line of the request. */
  readonly notes: RequestNotes;
  /** Calls a field within its rate limit. @throws RATE_LIMITED above it. */
  callField<Result>(info: GraphQLResolveInfo, call: () => Promise<Result>): Promise<Result>;
}
