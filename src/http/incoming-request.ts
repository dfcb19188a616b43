import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClientInfo, RequestNotes } from '../graphql/request-context.js';
import type { Logger } from '../platform/logger.js';
import type { RefreshCookie } from '../sessions/refresh-cookie.js';
import { clientPlace } from './client-network.js';
import type { GatewayCall } from './trusted-gateway.js';
import { httpLimits } from './http-limits.js';
import { refreshCookie } from './refresh-cookie.js';
import { sessionMode } from './session-mode.js';

/** What the context is made from. */
export interface IncomingRequest {
  readonly client: ClientInfo;
  readonly authorization: string | undefined;
  readonly logger: Logger;
  /** For the log line of the request. */
  readonly notes: RequestNotes;
  /** Null unless the client asked for cookie mode. */
  readonly refreshCookie: RefreshCookie | null;
}

/** Who sent a request: the client of a trusted gateway, or who the connection is from. */
export type Sender = Pick<ClientInfo, 'ipAddress' | 'networks' | 'throughGateway'>;

/** @param cookieOrigins the origins whose pages may use cookie mode; null: cookie mode is off */
export function incomingRequest(
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  cookieOrigins: ReadonlySet<string> | null,
): IncomingRequest {
  const inCookieMode = sessionMode(request.headers, cookieOrigins).kind === 'cookie';
  return {
    client: clientOf(request),
    authorization: request.headers.authorization,
    logger: request.log as Logger,
    notes: request.notes,
    refreshCookie: inCookieMode ? refreshCookie(request, reply) : null,
  };
}

export function senderOf({ ip }: FastifyRequest, gateway: GatewayCall): Sender {
  const throughGateway = gateway.kind === 'trusted';
  // A client that has hung up has no address any more, whatever Fastify's type says.
  const direct: string | undefined = ip;
  const { ipAddress, networks } = clientPlace((throughGateway ? gateway.clientAddress : null) ?? direct ?? '');
  return { ipAddress, networks, throughGateway };
}

function clientOf({ id, sender, headers }: FastifyRequest): ClientInfo {
  const most = httpLimits.HEADER_CHARACTERS.maximum;
  return {
    requestId: id,
    ...sender,
    userAgent: headers['user-agent']?.slice(0, most) ?? null,
    acceptLanguage: headers['accept-language']?.slice(0, most) ?? null,
  };
}
