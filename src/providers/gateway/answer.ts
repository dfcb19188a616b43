import { z } from 'zod';
import type { Clock } from '../../platform/clock.js';
import { type AnswerBody, type HttpAnswer, parseJson, readAnswerBody, readRetryAfter } from '../http/answer.js';
import { failureByStatus } from '../http/failure-by-status.js';
import type { AcceptedOutcome, FailedOutcome, SendOutcome } from '../message-sender.js';
import { said } from '../provider-words.js';
import { judgeBody } from '../http/body-verdict.js';
import { reportedPrice } from './price.js';

/** An id or error code. It has no spaces, so it cannot hold a text. */
const name = z.string().regex(/^[\w.:@+/=-]{1,128}$/);

/** The answer to a message that was taken. Members that cannot be read count as absent, because it was taken anyway. */
const takenSchema = z.object({ id: name.optional().catch(undefined), price: reportedPrice });

const words = z.string().optional().catch(undefined);

const refusalSchema = z.object({
  reason: z.enum(['invalid_number', 'not_on_channel', 'opted_out', 'country_not_enabled']).optional().catch(undefined),
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

/** Reads what the answer of a gateway means (docs/delivery.md). */
export async function readAnswer(
  answer: HttpAnswer,
  parts: { code: string | null; clock: Clock },
): Promise<SendOutcome> {
  const { status } = answer;
  if (status >= 200 && status < 300) return readSuccess(await readAnswerBody(answer), status, parts.code);
  // The gateway knows the id: an earlier attempt left the message there.
  if (status === 409) return taken(await readAnswerBody(answer), parts.code);
  const reason = failureByStatus(status);
  const failed: FailedOutcome = { kind: 'failed', reason, providerCode: `HTTP_${status}` };
  if (status >= 400 && status < 500 && !sayEnough.has(status)) {
    return { ...failed, ...readRefusal(await readAnswerBody(answer), parts.code) };
  }
  answer.discard();
  if (reason === 'bad_credentials') return failed;
  const retryAfterSeconds = readRetryAfter(answer, parts.clock);
  return { ...failed, ...(retryAfterSeconds !== null && { retryAfterSeconds }) };
}

/** A web page comes from a server between, which took nothing. Anything else was taken, unless it says that it was not. */
function readSuccess(body: AnswerBody, status: number, code: string | null): SendOutcome {
  const verdict = judgeBody(body.text);
  const providerCode = `HTTP_${status}`;
  if (verdict === 'page') return { kind: 'failed', reason: 'provider_unavailable', providerCode };
  if (verdict === 'taken') return taken(body, code);
  return { kind: 'failed', reason: 'rejected', providerCode, ...readRefusal(body, code) };
}

function taken({ text }: AnswerBody, code: string | null): AcceptedOutcome {
  const { data } = takenSchema.safeParse(parseJson(text));
  const price = data?.price;
  return { kind: 'accepted', providerMessageId: withoutCode(data?.id, code) ?? null, ...(price && { price }) };
}

function readRefusal({ text, whole }: AnswerBody, code: string | null): Partial<FailedOutcome> {
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
