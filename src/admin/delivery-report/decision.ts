import { limits } from '../../budgets/limits/limits.js';
import type { MessageFailure } from '../../messaging/message.table.js';
import { addSeconds } from '../../platform/clock.js';
import type { KeptChallenge, KeptMessage, KeptRequest } from './report.repository.js';

/** The most likely reason why somebody has no code. The names are those of the schema. */
export const deliveryCauses = [
  'NOT_A_NUMBER',
  'NOT_REQUESTED',
  'COUNTRY',
  'NUMBER_TYPE',
  'BLOCKED',
  'INVALID_NUMBER',
  'OPTED_OUT',
  'NOT_ON_CHANNEL',
  'UNKNOWN_NUMBER',
  'CAPTCHA',
  'TOO_SOON',
  'BUDGET_SPENT',
  'LOCKED',
  'PAUSED',
  'PROVIDERS_DOWN',
  'QUEUED',
  'PROVIDER_REFUSED',
  'UNDELIVERED',
  'SENT',
  'DELIVERED',
  'VERIFIED',
  'EXPIRED',
  'TEST_NUMBER',
] as const;
export type DeliveryCause = (typeof deliveryCauses)[number];

/** What is known of a number. Lists have the latest first. */
export interface ReportFacts {
  readonly subject: 'number' | 'test_number' | 'no_number';
  /** When the lock ends that holds. */
  readonly lockedUntil: Date | null;
  readonly requests: readonly KeptRequest[];
  readonly messages: readonly KeptMessage[];
  readonly challenges: readonly KeptChallenge[];
}

/** What the judgement rests on. */
export interface Latest {
  /** Null: none is known, or a later message shows that the note of its request was lost. */
  readonly request: KeptRequest | null;
  readonly message: KeptMessage | null;
  readonly challenge: KeptChallenge | null;
}

export interface Judgement extends Latest {
  readonly cause: DeliveryCause;
}

/** Judges by the latest request, a lock first. A refused "Resend" hides no code before it that was lost. */
export function judge(facts: ReportFacts): Judgement {
  const latest = latestOf(facts);
  const judgement = { ...latest, cause: causeOf(facts, latest) };
  return REFUSED_AGAIN.has(judgement.cause) ? (lostBefore(facts, latest.request) ?? judgement) : judgement;
}

/** Causes of a request that was refused, and might not have been made if the code before it had arrived. */
const REFUSED_AGAIN: ReadonlySet<DeliveryCause> = new Set(['TOO_SOON', 'BUDGET_SPENT', 'CAPTCHA']);

const LOST: ReadonlySet<DeliveryCause> = new Set([
  ...(['PROVIDER_REFUSED', 'PROVIDERS_DOWN', 'UNDELIVERED', 'INVALID_NUMBER', 'OPTED_OUT'] as const),
  ...(['NOT_ON_CHANNEL', 'BLOCKED', 'PAUSED', 'UNKNOWN_NUMBER'] as const),
]);

/** In seconds. An older code is not what somebody still waits for. */
const WAITED_FOR = 3600;

/** The code before a refused request, if it was lost less than an hour before. */
function lostBefore(facts: ReportFacts, refused: KeptRequest | null): Judgement | null {
  const requests = facts.requests.filter(({ result }) => result === 'sent' || result === 'delivery_unavailable');
  const latest = latestOf({ ...facts, requests });
  const at = latest.request?.at ?? latest.message?.createdAt;
  if (!refused || !at || at <= addSeconds(refused.at, -WAITED_FOR)) return null;
  const cause = causeOf(facts, latest);
  return LOST.has(cause) ? { ...latest, cause } : null;
}

function latestOf({ requests, messages, challenges }: ReportFacts): Latest {
  const noted = requests[0] ?? null;
  const lastCode = messages.find(({ purpose }) => purpose !== null) ?? null;
  const request = noted !== null && (lastCode === null || lastCode.createdAt <= noted.at) ? noted : null;
  const message = request === null ? lastCode : (messages.find(({ id }) => id === request.messageId) ?? null);
  const challenge = challenges.find(({ challengeId }) => challengeId === message?.challengeId) ?? null;
  return { request, message, challenge };
}

function causeOf({ subject, lockedUntil }: ReportFacts, latest: Latest): DeliveryCause {
  if (subject === 'no_number') return 'NOT_A_NUMBER';
  if (lockedUntil !== null) return 'LOCKED';
  if (subject === 'test_number') return 'TEST_NUMBER';
  if (latest.request !== null) return ofRequest(latest.request, latest);
  return latest.message === null ? 'NOT_REQUESTED' : ofMessage(latest.message, latest.challenge);
}

function ofRequest({ result, reason, budget, messageId }: KeptRequest, { message, challenge }: Latest): DeliveryCause {
  switch (result) {
    case 'sent':
      if (reason === 'paused') return 'PAUSED';
      if (reason === 'nobody') return 'UNKNOWN_NUMBER';
      if (messageId === null) return 'TEST_NUMBER';
      // Its account was deleted, and the message forgot its number.
      return message === null ? 'EXPIRED' : ofMessage(message, challenge);
    case 'invalid_input':
      return ofInvalidInput(reason ?? '');
    case 'reauthentication_required':
      return 'NOT_REQUESTED';
    case 'captcha_required':
      return 'CAPTCHA';
    case 'destination_not_allowed':
      return OF_DESTINATION[reason ?? ''] ?? 'COUNTRY';
    case 'user_not_found':
      return 'UNKNOWN_NUMBER';
    case 'locked':
      return 'LOCKED';
    case 'too_many_requests':
      return budget === null || budget === limits.sendCooldown.name ? 'TOO_SOON' : 'BUDGET_SPENT';
    case 'delivery_unavailable':
      return 'PROVIDERS_DOWN';
  }
}

const OF_DESTINATION: Readonly<Record<string, DeliveryCause>> = {
  country: 'COUNTRY',
  number_type: 'NUMBER_TYPE',
  blocked: 'BLOCKED',
  invalid_number: 'INVALID_NUMBER',
  opted_out: 'OPTED_OUT',
  not_on_channel: 'NOT_ON_CHANNEL',
};

/** The number was none by the rules of that day, the channel is not offered, or the app sent something else that is wrong. */
function ofInvalidInput(reason: string): DeliveryCause {
  if (/\bphoneNumber\b/.test(reason)) return 'NOT_A_NUMBER';
  return /\bchannel\b/.test(reason) ? 'NOT_ON_CHANNEL' : 'NOT_REQUESTED';
}

function ofMessage(message: KeptMessage, challenge: KeptChallenge | null): DeliveryCause {
  const { status, failure, settledAt, verifiedAt } = message;
  // A code also counts as consumed where something ended it. It was not used if its message never went out.
  const over = (challenge?.consumedAt ?? null) !== null && status !== 'failed' && status !== 'queued';
  if (verifiedAt !== null || over) return 'VERIFIED';
  switch (status) {
    case 'queued':
      return failure === 'provider_unavailable' || failure === 'timeout' ? 'PROVIDERS_DOWN' : 'QUEUED';
    case 'sent':
      return 'SENT';
    case 'delivered':
      return challenge && settledAt && settledAt > challenge.expiresAt ? 'EXPIRED' : 'DELIVERED';
    case 'failed':
      return ofFailure(failure, message);
  }
}

function ofFailure(failure: MessageFailure | null, { purpose }: KeptMessage): DeliveryCause {
  switch (failure) {
    case 'invalid_number':
      return 'INVALID_NUMBER';
    case 'opted_out':
      return 'OPTED_OUT';
    case 'not_on_channel':
      return 'NOT_ON_CHANNEL';
    case 'destination_blocked':
      return 'BLOCKED';
    case 'withheld':
      return purpose === 'RESET_PASSWORD' ? 'UNKNOWN_NUMBER' : 'PAUSED';
    case 'provider_unavailable':
    case 'timeout':
      return 'PROVIDERS_DOWN';
    case 'expired':
    case 'superseded':
      return 'EXPIRED';
    case 'unreachable':
    case 'blocked':
    case 'not_answered':
    case 'undelivered':
      return 'UNDELIVERED';
    case 'country_not_enabled':
    case 'bad_credentials':
    case 'slow_down':
    case 'rejected':
    case null:
      return 'PROVIDER_REFUSED';
  }
}
