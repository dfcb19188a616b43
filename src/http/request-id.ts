import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { IsTrusted } from './trusted-sender.js';

export const REQUEST_ID = 'x-request-id';

/** An id of a proxy: of bounded length, and nothing that could be more than a word in a log line or a header. */
const WELL_FORMED = /^[\w.:-]{8,64}$/;

/** The id that a trusted proxy or gateway gave to the request. Other callers cannot choose an id: it names lines of the log. */
export function requestId(request: IncomingMessage, isTrusted: IsTrusted): string {
  const given = request.headers[REQUEST_ID];
  const isKept = typeof given === 'string' && WELL_FORMED.test(given) && isTrusted(request);
  return isKept ? given : randomUUID();
}
