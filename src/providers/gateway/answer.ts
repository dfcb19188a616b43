import { z } from 'zod';
import { type Clock, secondsUntil } from '../../platform/clock.js';
import { failureByStatus } from '../http-failure.js';
import { said } from '../provider-words.js';
import type { AcceptedOutcome, FailedOutcome, SendOutcome } from '../message-sender.js';
import { judgeBody, parseJson } from './body-verdict.js';
import { reportedPrice } from './price.js';

/** An answer has a few hundred bytes. */
const MAX_ANSWER_BYTES = 65_536;
/** The most seconds that a gateway may ask us to wait. Every code has expired by then. */
const LONGEST_WAIT = 3600;

/** An id or error code. It has no spaces, so it cannot hold a text. */
const name = z.string().regex(/^[\w.:@+/=-]{1,128}$/);

/** The answer to a message that was taken. Members that cannot be read count as absent, because it was taken anyway. */
const takenSchema = z.object({ id: name.optional().catch(undefined), price: reportedPrice });

const words = z.string().optional().catch(undefined);

const refusalSchema = z.object({
  reason: z.enum(['invalid_number', 'opted_out', 'country_not_enabled']).optional().catch(undefined),
  providerCode: z
    .string()
    .regex(/^[\w.-]{1,40}$/)
    .optional()
    .catch(undefined),
  providerMessage: words,
  // What many gateways call it.
  message: words,
  error: words,
});

/** The statuses that say enough. The rest of their answers is not needed. */
const sayEnough: ReadonlySet<number> = new Set([401, 403, 408, 425, 429]);

/** The answer of a gateway. The deadline of the request covers its body. */
export interface GatewayAnswer {
  readonly status: number;
  /** The header `retry-after`. */
  readonly retryAfter: string | null;
  readonly body: AsyncIterable<Uint8Array>;
  /** Frees the connection of an answer whose body is not read. */
  discard(): void;
}

interface Body {
  /** What was read of it, without white space around it and without a byte order mark. */
  readonly text: string;
  /** False: it is longer than an answer may be. */
  readonly whole: boolean;
}

/** Reads what the answer of a gateway means (docs/delivery.md). */
export async function readAnswer(
  answer: GatewayAnswer,
  parts: { code: string | null; clock: Clock },
): Promise<SendOutcome> {
  const { status } = answer;
  if (status >= 200 && status < 300) return readSuccess(await readBody(answer), status, parts.code);
  // The gateway knows the id: an earlier attempt left the message there.
  if (status === 409) return taken(await readBody(answer), parts.code);
  const reason = failureByStatus(status);
  const failed: FailedOutcome = { kind: 'failed', reason, providerCode: `HTTP_${status}` };
  if (status >= 400 && status < 500 && !sayEnough.has(status)) {
    return { ...failed, ...readRefusal(await readBody(answer), parts.code) };
  }
  answer.discard();
  if (reason === 'bad_credentials') return failed;
  const retryAfterSeconds = readRetryAfter(answer.retryAfter, parts.clock);
  return { ...failed, ...(retryAfterSeconds !== null && { retryAfterSeconds }) };
}

/** A web page comes from a server between, which took nothing. Anything else was taken, unless it says that it was not. */
function readSuccess(body: Body, status: number, code: string | null): SendOutcome {
  const verdict = judgeBody(body.text);
  const providerCode = `HTTP_${status}`;
  if (verdict === 'page') return { kind: 'failed', reason: 'provider_unavailable', providerCode };
  if (verdict === 'taken') return taken(body, code);
  return { kind: 'failed', reason: 'rejected', providerCode, ...readRefusal(body, code) };
}

function taken({ text }: Body, code: string | null): AcceptedOutcome {
  const { data } = takenSchema.safeParse(parseJson(text));
  const price = data?.price;
  return { kind: 'accepted', providerMessageId: withoutCode(data?.id, code) ?? null, ...(price && { price }) };
}

function readRefusal({ text, whole }: Body, code: string | null): Partial<FailedOutcome> {
  const json = whole ? parseJson(text) : undefined;
  const { data } = refusalSchema.safeParse(json);
  const providerCode = withoutCode(data?.providerCode, code);
  const inWords = json === undefined && judgeBody(text) !== 'page' ? text : undefined;
  const providerMessage = data?.providerMessage ?? data?.message ?? data?.error ?? inWords;
  return {
    ...(data?.reason && { reason: data.reason }),
    ...(providerCode !== undefined && { providerCode }),
    ...said(providerMessage),
  };
}

/** Ids and codes of a gateway are stored and logged, except those that repeat the code of the message. */
function withoutCode(text: string | undefined, code: string | null): string | undefined {
  return code !== null && text?.includes(code) ? undefined : text;
}

/** RFC 9110, section 10.2.3: seconds, or a date in the preferred form of section 5.6.7. */
function readRetryAfter(header: string | null, clock: Clock): number | null {
  if (header === null) return null;
  const isDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(header);
  const date = isDate ? Date.parse(header) : Number.NaN;
  if (!Number.isNaN(date)) return Math.min(secondsUntil(new Date(date), clock.now()), LONGEST_WAIT);
  return /^\d{1,9}$/.test(header) ? Math.min(Number(header), LONGEST_WAIT) : null;
}

async function readBody({ body }: GatewayAnswer): Promise<Body> {
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
