import { z } from 'zod';
import type { Clock } from '../../platform/clock.js';
import type { DeliveryFailure } from '../delivery-report.js';
import { type HttpAnswer, parseJson, readAnswerBody, readRetryAfter } from '../http/answer.js';
import { failureByStatus } from '../http/failure-by-status.js';
import { type FailedOutcome, type SendFailure, sendFailures } from '../message-sender.js';
import { said } from '../provider-words.js';

/**
 * Vonage's codes in answers and reports (https://developer.vonage.com/en/api/messages, "Errors"), as far as they say more than
 * that the message did not arrive.
 */
const failureByCode: ReadonlyMap<number, DeliveryFailure> = new Map([
  [1000, 'slow_down'], // throttled
  [1010, 'rejected'], // a parameter is missing
  [1020, 'rejected'], // a parameter is not valid
  [1021, 'rejected'],
  [1022, 'rejected'],
  [1030, 'provider_unavailable'], // internal error
  [1040, 'rejected'], // could not be processed
  [1050, 'blocked'], // number barred
  [1060, 'bad_credentials'], // account barred
  [1070, 'bad_credentials'], // quota: not enough credit
  [1080, 'bad_credentials'], // account not enabled for this API
  [1090, 'rejected'], // too long
  [1100, 'provider_unavailable'], // communication failed
  [1120, 'rejected'], // sender not accepted
  [1130, 'rejected'], // time to live
  [1140, 'bad_credentials'], // facility not enabled
  [1160, 'rejected'], // demo account: number not on the list
  [1170, 'invalid_number'],
  [1180, 'unreachable'], // destination not available now
  [1190, 'invalid_number'], // no longer active
  [1210, 'blocked'], // anti-spam
  [1220, 'unreachable'], // handset busy
  [1230, 'unreachable'], // network failure
  [1240, 'opted_out'], // answered STOP
  [1241, 'slow_down'],
  [1251, 'country_not_enabled'], // routing rules of the destination
  [1260, 'unreachable'],
  [1270, 'blocked'], // age
  [1280, 'blocked'], // by the carrier
  [1282, 'blocked'], // by the provider
  [1290, 'unreachable'], // prepaid without credit
  [1310, 'unreachable'], // device
  [1331, 'provider_unavailable'],
  [1360, 'unreachable'], // expired before it was delivered
  [1400, 'rejected'],
  [1410, 'rejected'],
  [1420, 'rejected'], // sender
  [1430, 'invalid_number'],
  [1440, 'rejected'],
  [1450, 'rejected'],
  [1460, 'slow_down'], // messages per day
  [1461, 'blocked'],
  [1470, 'blocked'], // Fraud Defender
  [1472, 'blocked'],
  [1473, 'blocked'],
  [1474, 'country_not_enabled'], // Fraud Defender: country
  [1475, 'country_not_enabled'], // Fraud Defender: network
  [1476, 'blocked'],
  [1480, 'blocked'], // India: entity
  [1481, 'blocked'], // India: header
  [1482, 'blocked'], // India: template
  [1483, 'blocked'], // India: consent
  [1484, 'blocked'],
  [2001, 'blocked'],
]);

/** RFC 9457, as in answers. Reports have the same, some of them within another `error`. */
const problemSchema = z.object({
  type: z.string().optional().catch(undefined),
  // A text in answers, a code in reports.
  title: z.union([z.string(), z.number()]).optional().catch(undefined),
  detail: z.string().optional().catch(undefined),
});
export type VonageProblem = z.output<typeof problemSchema>;

export function readProblem(json: unknown): VonageProblem {
  return problemSchema.safeParse(json).data ?? {};
}

export interface Lost {
  readonly failure: DeliveryFailure;
  readonly providerCode: string | null;
  readonly providerMessage?: string;
}

/** Why a message did not arrive, as a report tells it. */
export function lostBecause(problem: VonageProblem): Lost {
  const code = codeOf(problem);
  const failure = (code === null ? undefined : failureByCode.get(code)) ?? 'undelivered';
  return { failure, providerCode: code === null ? null : String(code), ...said(problem.detail) };
}

/** Why Vonage did not take a message. */
export async function refusedBecause(answer: HttpAnswer, clock: Clock): Promise<FailedOutcome> {
  const { status } = answer;
  const problem = readProblem(parseJson((await readAnswerBody(answer)).text));
  const code = codeOf(problem);
  const failure = code === null ? undefined : failureByCode.get(code);
  // A reason that only reports have says nothing against another provider.
  const known = failure && (sendFailures.find((each) => each === failure) ?? ('rejected' satisfies SendFailure));
  const reason = known ?? failureByStatus(status);
  const retryAfterSeconds = reason === 'bad_credentials' ? null : readRetryAfter(answer, clock);
  return {
    kind: 'failed',
    reason,
    providerCode: code === null ? (nameOf(problem) ?? `HTTP_${status}`) : String(code),
    ...said(problem.detail ?? problem.title),
    ...(retryAfterSeconds !== null && { retryAfterSeconds }),
  };
}

/** `https://developer.vonage.com/api-errors/messages#1120`; in reports also as the title alone. */
function codeOf({ type, title }: VonageProblem): number | null {
  const code = /#(\d{4})$/.exec(type ?? '')?.[1] ?? /^\d{4}$/.exec(String(title ?? ''))?.[0];
  return code === undefined ? null : Number(code);
}

/** `https://developer.vonage.com/api-errors#low-balance` → `LOW_BALANCE`. */
function nameOf({ type }: VonageProblem): string | null {
  const name = /#([a-z]{2,20}(?:-[a-z]{1,20}){0,3})$/.exec(type ?? '')?.[1];
  return name === undefined ? null : name.toUpperCase().replaceAll('-', '_');
}
