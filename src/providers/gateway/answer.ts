import { z } from 'zod';
import { type Clock, secondsUntil } from '../../platform/clock.js';
import type { FailedOutcome, SendFailure, SendOutcome } from '../message-sender.js';
import { reportedPrice } from './price.js';

/** An answer has a few hundred bytes. */
const MAX_ANSWER_BYTES = 65_536;
/** The most seconds that a gateway may ask us to wait. Every code has expired by then. */
const LONGEST_WAIT = 3600;

/** An id or error code. It has no spaces, so it cannot hold a text. */
const name = z.string().regex(/^[\w.:@+/=-]{1,128}$/);

/** The answer to a message that was taken. Members that cannot be read count as absent, because it was taken anyway. */
const takenSchema = z.object({ id: name.optional().catch(undefined), price: reportedPrice });

const refusalSchema = z.object({
  reason: z.enum(['invalid_number', 'opted_out', 'country_not_enabled']).optional().catch(undefined),
  providerCode: z
    .string()
    .regex(/^[\w.-]{1,40}$/)
    .optional()
    .catch(undefined),
});

/** Reads what the answer of a gateway means (docs/delivery.md). The deadline of the request covers it. */
export async function readAnswer(response: Response, parts: { code: string; clock: Clock }): Promise<SendOutcome> {
  const { status, ok } = response;
  if (ok) return readTaken(await readBody(response), status, parts.code);
  const failed = (reason: SendFailure): FailedOutcome => ({ kind: 'failed', reason, providerCode: `HTTP_${status}` });
  if (status >= 400 && status < 500 && ![401, 403, 429].includes(status)) {
    return { ...failed('rejected'), ...readRefusal(await readBody(response), parts.code) };
  }
  // Frees the connection; the rest of the answer is not needed.
  await response.body?.cancel();
  if (status === 401 || status === 403) return failed('bad_credentials');
  const retryAfterSeconds = readRetryAfter(response.headers.get('retry-after'), parts.clock);
  return {
    ...failed(status === 429 ? 'slow_down' : 'provider_unavailable'),
    ...(retryAfterSeconds !== null && { retryAfterSeconds }),
  };
}

/** Empty or a JSON object. Any other answer comes from a server that does not speak this protocol and took nothing. */
function readTaken(body: string | null, status: number, code: string): SendOutcome {
  if (body === '') return { kind: 'accepted', providerMessageId: null };
  const { data } = takenSchema.safeParse(parseJson(body));
  if (!data) return { kind: 'failed', reason: 'provider_unavailable', providerCode: `HTTP_${status}` };
  const { id, price } = data;
  return { kind: 'accepted', providerMessageId: withoutCode(id, code) ?? null, ...(price && { price }) };
}

function readRefusal(body: string | null, code: string): Partial<FailedOutcome> {
  const { data } = refusalSchema.safeParse(parseJson(body));
  const providerCode = withoutCode(data?.providerCode, code);
  return { ...(data?.reason && { reason: data.reason }), ...(providerCode !== undefined && { providerCode }) };
}

/** Ids and codes of a gateway are stored and logged, except those that repeat the code of the message. */
function withoutCode(text: string | undefined, code: string): string | undefined {
  return text?.includes(code) ? undefined : text;
}

/** RFC 9110, section 10.2.3: seconds, or a date in the preferred form of section 5.6.7. */
function readRetryAfter(header: string | null, clock: Clock): number | null {
  if (header === null) return null;
  const isDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(header);
  const date = isDate ? Date.parse(header) : Number.NaN;
  if (!Number.isNaN(date)) return Math.min(secondsUntil(new Date(date), clock.now()), LONGEST_WAIT);
  return /^\d{1,9}$/.test(header) ? Math.min(Number(header), LONGEST_WAIT) : null;
}

/** The body as text; null if it is too long. */
async function readBody(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop cancels the rest.
    if (length > MAX_ANSWER_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(body: string | null): unknown {
  try {
    return body === null ? undefined : JSON.parse(body);
  } catch {
    return undefined;
  }
}
