import type { Clock } from '../../platform/clock.js';
import { type AnswerBody, type HttpAnswer, parseJson, readAnswerBody, readRetryAfter } from '../http/answer.js';
import { judgeBody } from '../http/body-verdict.js';
import { failureByStatus } from '../http/failure-by-status.js';
import type { AcceptedOutcome, FailedOutcome, SendFailure, SendOutcome } from '../message-sender.js';
import { said } from '../provider-words.js';
import type { DescribedAnswer } from './description.js';
import { firstScalarAt } from './json-pointer.js';
import { ruleFor } from './matching.js';
import { priceIn } from './price.js';
import type { Hidden } from './hidden.js';
import type { Values } from './template.js';

/** An id of a message. It has no spaces, so it cannot hold a text. */
export const PROVIDER_ID = /^[\w.:@+/=-]{1,128}$/;
/** Without what could be a phone number. */
export const PROVIDER_CODE = /^(?!.*\d{7})[\w.-]{1,40}$/;

export interface AnswerParts {
  readonly answer: DescribedAnswer;
  readonly values: Values;
  /** What an answer may repeat, and must stay hidden. */
  readonly hidden: Hidden;
  readonly clock: Clock;
  /** Reports will name the provider's id only. */
  readonly reportsById: boolean;
}

const temporary: ReadonlySet<SendFailure> = new Set(['slow_down', 'provider_unavailable']);

/** Reads what an answer means. */
export async function readDescribedAnswer(answer: HttpAnswer, parts: AnswerParts): Promise<SendOutcome> {
  const body = await readAnswerBody(answer);
  const document = body.whole ? parseJson(body.text) : undefined;
  const rule = ruleFor(parts.answer.rules, { status: answer.status, text: body.text, document });
  const verdict = rule?.means ?? verdictWithoutRule(answer.status, body);
  if (verdict === 'accepted') return accepted(document, body, parts);
  return failed({ reason: verdict, code: rule?.code, answer, document, body }, parts);
}

/**
 * What no rule is about. A success is judged as that of a gateway (docs/decisions/0028): a web page comes from a server between,
 * which took nothing, and a body that speaks of an error refuses. Anything else was taken: a text that may be on its way is not
 * sent again.
 */
function verdictWithoutRule(status: number, { text }: AnswerBody): 'accepted' | SendFailure {
  if (status < 200 || status > 299) return failureByStatus(status);
  const verdict = judgeBody(text);
  if (verdict === 'page') return 'provider_unavailable';
  return verdict === 'refused' ? 'rejected' : 'accepted';
}

function accepted(document: unknown, { text }: AnswerBody, parts: AnswerParts): AcceptedOutcome {
  const { answer, values, hidden, reportsById } = parts;
  const id = idIn(document, text, answer.id);
  const price = priceIn(document, answer.price, values);
  const providerMessageId = id !== undefined && PROVIDER_ID.test(id) && !hidden.isIn(id) ? id : null;
  return { kind: 'accepted', providerMessageId, ...(price && { price }), ...(reportsById && { reportsById }) };
}

function idIn(document: unknown, text: string, id: DescribedAnswer['id']): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id !== 'object' || Array.isArray(id)) return firstScalarAt(document, id)?.toString();
  const start = text.indexOf(id.after);
  return start === -1 ? undefined : /^[\w.:@+/=-]{1,128}/.exec(text.slice(start + id.after.length))?.[0];
}

interface Refusal {
  readonly reason: SendFailure;
  readonly code: string | undefined;
  readonly answer: HttpAnswer;
  readonly document: unknown;
  readonly body: AnswerBody;
}

function failed({ reason, code, answer, document, body }: Refusal, parts: AnswerParts): FailedOutcome {
  const { hidden } = parts;
  const told = firstScalarAt(document, parts.answer.code ?? [])?.toString();
  const providerCode =
    code ?? (told !== undefined && PROVIDER_CODE.test(told) && !hidden.isIn(told) ? told : `HTTP_${answer.status}`);
  const plain = document === undefined && judgeBody(body.text) !== 'page' ? body.text : undefined;
  const words = firstScalarAt(document, parts.answer.words ?? []) ?? plain;
  const wait = temporary.has(reason) ? secondsToWait(answer, parts) : null;
  return {
    kind: 'failed',
    reason,
    providerCode,
    ...said(hidden.leftOutOf(words)),
    ...(wait !== null && { retryAfterSeconds: wait }),
  };
}

function secondsToWait(answer: HttpAnswer, { answer: { wait }, clock }: AnswerParts): number | null {
  if (wait === undefined) return readRetryAfter(answer, clock);
  const header = answer.headers[wait.toLowerCase()];
  return readRetryAfter({ headers: { 'retry-after': [header].flat()[0] } }, clock);
}
