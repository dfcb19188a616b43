import type { GraphQLResolveInfo } from 'graphql';
import type { ClientNetworks } from '../platform/client-networks.js';
import type { Logger } from '../platform/logger.js';

/** The client that sent a request. */
export interface ClientInfo {
  /** As in `x-request-id` and in log lines. */
  readonly requestId: string;
  readonly ipAddress: string;
  readonly networks: ClientNetworks;
  /** Whether a gateway sent the request that the service trusts (TRUSTED_GATEWAY). */
  readonly throughGateway: boolean;
  readonly userAgent: string | null;
  readonly acceptLanguage: string | null;
}

/** What the log line of a request says of its operation. It holds nothing that a client wrote freely. */
export interface RequestNotes {
  /** The name of the operation, where it is one that a developer gave. */
  operation?: string;
  /** False: its document is in no manifest. Only where there are manifests (PERSISTED_DOCUMENTS). */
  listed?: boolean;
  /** The fields at its root. */
  fields?: string;
  /** Of the session that asks. */
  userId?: string;
  /** The name of the service whose token came (SERVICE_TOKENS). */
  service?: string;
  /** `ok`, the type of the failure, or the code of the error. Of several fields, the first that failed. Where no field was called, `ok` or the status: `HTTP_404`. */
  outcome?: string;
}

/** The slice of the context that every field has. Each room extends it by what its own resolvers need. */
export interface RequestContext {
  readonly client: ClientInfo;
  /** Names the session of a valid access token, or the service of a service token. Null: neither came. */
  readonly caller: string | null;
  /** Adds the id of the request to each line. */
  readonly logger: Logger;
  /** For the log line of the request. */
  readonly notes: RequestNotes;
  /** Calls a field within its rate limit. @throws RATE_LIMITED above it. */
  callField<Result>(info: GraphQLResolveInfo, call: () => Promise<Result>): Promise<Result>;
}
