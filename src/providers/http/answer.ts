import type { IncomingHttpHeaders } from 'node:http';
import { type Clock, secondsUntil } from '../../platform/clock.js';

/** An answer has a few hundred bytes. */
const MAX_ANSWER_BYTES = 65_536;
/** The most seconds that a provider may ask us to wait. Every code has expired by then. */
const LONGEST_WAIT = 3600;

/** The answer of a provider. The deadline of the request covers its body. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Uint8Array>;
  /** Frees the connection of an answer whose body is not read. */
  discard(): void;
}

export interface AnswerBody {
  /** What was read of it, without white space around it and without a byte order mark. */
  readonly text: string;
  /** False: it is longer than an answer may be. */
  readonly whole: boolean;
}

export async function readAnswerBody({ body }: Pick<HttpAnswer, 'body'>): Promise<AnswerBody> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    chunks.push(chunk);
    // Leaving the loop cancels the rest.
    if (length > MAX_ANSWER_BYTES) break;
  }
  return { text: Buffer.concat(chunks).toString('utf8').trim(), whole: length <= MAX_ANSWER_BYTES };
}

/** Undefined: it is not JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/**
 * Seconds that an answer asks to wait; null: it does not. RFC 9110, section 10.2.3: seconds, or a date in the preferred form
 * of section 5.6.7.
 */
export function readRetryAfter({ headers }: Pick<HttpAnswer, 'headers'>, clock: Clock): number | null {
  const header = headers['retry-after'];
  if (header === undefined) return null;
  const isDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(header);
  const date = isDate ? Date.parse(header) : Number.NaN;
  if (!Number.isNaN(date)) return Math.min(secondsUntil(new Date(date), clock.now()), LONGEST_WAIT);
  return /^\d{1,9}$/.test(header) ? Math.min(Number(header), LONGEST_WAIT) : null;
}
