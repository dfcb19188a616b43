import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { MASKED } from '../graphql/error-masking.js';
import { httpLimits } from './http-limits.js';

/** Why a request is refused before GraphQL sees it. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly code: string;
  readonly retryAfterSeconds?: number;
}

/** Codes for requests that Fastify refuses before GraphQL sees them. */
const CODES: Readonly<Record<number, string>> = { 413: 'BODY_TOO_LARGE', 415: 'UNSUPPORTED_MEDIA_TYPE' };

/** Answers with an `errors` array. Messages of unexpected errors are hidden: they can hold anything. */
export function refuseInGraphql(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { statusCode: status = 500, message } = error;
  if (status < 500) return refuse(reply, { status, message, code: CODES[status] ?? 'BAD_REQUEST' });
  request.log.error({ err: error }, 'request failed');
  const code = 'INTERNAL_SERVER_ERROR';
  return refuse(reply, { status: 500, message: MASKED[code], code });
}

/** Bodies are not decompressed: a small body that becomes large would avoid the size limit. */
export function hasEncodedBody(headers: IncomingHttpHeaders): boolean {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  return encoding !== undefined && encoding !== '' && encoding !== 'identity';
}

/** Refuses a client that sends too many requests. The connection ends: its body is not worth waiting for. */
export function refuseByRate(reply: FastifyReply, retryAfterSeconds: number): FastifyReply {
  const message = `Too many requests. Try again in ${retryAfterSeconds} s.`;
  void reply.headers({ 'retry-after': String(retryAfterSeconds), connection: 'close' });
  return refuse(reply, { status: 429, message, code: 'RATE_LIMITED', retryAfterSeconds });
}

/** The methods that HTTP clients know besides those of GraphQL. */
export const WRONG_METHODS = ['PUT', 'PATCH', 'DELETE'] as const;

/** Refuses what is sent with another method than GraphQL has. Null: the method is right. */
export function refuseByMethod({ method }: FastifyRequest, reply: FastifyReply): FastifyReply | null {
  if (!WRONG_METHODS.some((wrong) => wrong === method)) return null;
  void reply.header('allow', 'GET, POST');
  return refuse(reply, badRequest(405, 'Send GraphQL requests by POST. Queries may also come by GET.'));
}

/** Refuses by target and headers, before the body is read. Null: nothing is wrong with them. */
export function refuseByHead(request: FastifyRequest, reply: FastifyReply): FastifyReply | null {
  const refusal = headRefusal(request);
  return refusal && refuse(reply, refusal);
}

function headRefusal(request: FastifyRequest): Refusal | null {
  if (!hasReadableAddress(request)) return badRequest(400, 'The address is not valid: send a valid header Host.');
  const long = longHeader(request.headers);
  if (long) return long;
  if (!hasEncodedBody(request.headers)) return null;
  const message = 'Bodies must not be compressed: send JSON without Content-Encoding.';
  return { status: 415, message, code: 'UNSUPPORTED_MEDIA_TYPE' };
}

/** Headers that Apollo Server takes long to read. */
const MEASURED = [
  ['Accept', 'accept', httpLimits.ACCEPT_CHARACTERS],
  ['Content-Type', 'content-type', httpLimits.CONTENT_TYPE_CHARACTERS],
] as const;

function longHeader(headers: IncomingHttpHeaders): Refusal | null {
  const [long] = MEASURED.filter(([, key, { maximum }]) => (headers[key] ?? '').length > maximum);
  if (!long) return null;
  const [name, , { maximum }] = long;
  return badRequest(431, `The header ${name} may have at most ${maximum} characters.`);
}

/**
 * Whether @as-integrations/fastify can read the address of a request. It makes a URL of scheme, host and target, and throws
 * if that is none: an HTTP/1.0 client need not send Host, and a target can be anything.
 */
function hasReadableAddress({ url, protocol, hostname }: FastifyRequest): boolean {
  return URL.canParse(url, `${protocol}://${hostname}/`);
}

function badRequest(status: number, message: string): Refusal {
  return { status, message, code: 'BAD_REQUEST' };
}

/** Answers with one error as clients of GraphQL expect it, and notes it for the log. */
export function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { status, message, ...extensions } = refusal;
  reply.request.notes.outcome = refusal.code;
  return reply.code(status).send({ errors: [{ message, extensions }] });
}
