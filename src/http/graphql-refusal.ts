import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { MASKED } from '../graphql/error-masking.js';
import { httpLimits } from './http-limits.js';

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

export function refuseEncodedBody(reply: FastifyReply): FastifyReply {
  const message = 'Bodies must not be compressed: send JSON without Content-Encoding.';
  return refuse(reply, { status: 415, message, code: 'UNSUPPORTED_MEDIA_TYPE' });
}

/** Whether reading the header would take long. */
export function hasLongAccept({ accept = '' }: IncomingHttpHeaders): boolean {
  return accept.length > httpLimits.ACCEPT_CHARACTERS.maximum;
}

export function refuseLongAccept(reply: FastifyReply): FastifyReply {
  const message = `The header Accept may have at most ${httpLimits.ACCEPT_CHARACTERS.maximum} characters.`;
  return refuse(reply, { status: 431, message, code: 'BAD_REQUEST' });
}

function refuse(reply: FastifyReply, refusal: { status: number; message: string; code: string }): FastifyReply {
  const { status, message, code } = refusal;
  return reply.code(status).send({ errors: [{ message, extensions: { code } }] });
}
