import { describe, expect, test } from 'vitest';
import { deliveryCauses, judge, type ReportFacts } from '../../src/admin/delivery-report/decision.js';
import type { KeptChallenge, KeptMessage, KeptRequest } from '../../src/admin/delivery-report/report.repository.js';
import { limits } from '../../src/budgets/limits/limits.js';
import { messageFailures } from '../../src/messaging/message.table.js';
import { addSeconds } from '../../src/platform/clock.js';
import type { SubjectHash } from '../../src/platform/subject-hash.js';
import { codeRequestResults } from '../../src/sign-in/code-requests/code-request.table.js';

/** The whole rule: what is known of a number on the left, the most likely cause on the right. */

const AT = new Date('2026-11-28T12:00:00Z');
const LATER = addSeconds(AT, 900);
const MESSAGE_ID = '018f3a5e-7d2c-7cc1-9d3a-0a1b2c3d4e5f';

const NOTHING: ReportFacts = { subject: 'number', lockedUntil: null, requests: [], messages: [], challenges: [] };

const SENT: KeptRequest = {
  ...{ id: 1, at: AT, number: 'hash' as SubjectHash, purpose: 'SIGN_IN', channel: 'SMS', result: 'sent', reason: null },
  ...{ budget: null, retryAfterSeconds: null, messageId: MESSAGE_ID, requestId: null, ipAddress: null },
};

const TAKEN: KeptMessage = {
  ...{ id: MESSAGE_ID, destination: '+9779800000000', purpose: 'SIGN_IN', challengeId: 'challenge', channel: 'SMS' },
  ...{ status: 'sent', provider: 'webhook', providerMessageId: null, failure: null, providerCode: null },
  ...{ providerMessage: null, attempts: 1, price: null, priceCurrency: null, createdAt: AT, settledAt: AT },
  verifiedAt: null,
};

const OPEN: KeptChallenge = {
  ...{ challengeId: 'challenge', purpose: 'SIGN_IN', createdAt: AT, expiresAt: addSeconds(AT, 600), sentAt: AT },
  ...{ consumedAt: null, attempts: 0, deviceAttempts: 0, tokenAttempts: 0 },
};

function refused(result: KeptRequest['result'], more: Partial<KeptRequest> = {}): Partial<ReportFacts> {
  return { requests: [{ ...SENT, messageId: null, result, ...more }] };
}

function sent(message: Partial<KeptMessage>, challenge: Partial<KeptChallenge> = {}): Partial<ReportFacts> {
  return { requests: [SENT], messages: [{ ...TAKEN, ...message }], challenges: [{ ...OPEN, ...challenge }] };
}

function failed(failure: KeptMessage['failure']): Partial<ReportFacts> {
  return sent({ status: 'failed', failure });
}

/** A minute later, one more request is refused. */
function again(
  facts: Partial<ReportFacts>,
  result: KeptRequest['result'] = 'too_many_requests',
  more: Partial<KeptRequest> = {},
): Partial<ReportFacts> {
  const further = { ...SENT, at: addSeconds(AT, 60), messageId: null, result, ...more };
  return { ...facts, requests: [further, ...(facts.requests ?? [])] };
}

const rows: readonly (readonly [name: string, facts: Partial<ReportFacts>, cause: string])[] = [
  ['nothing is known', {}, 'NOT_REQUESTED'],
  ['no number', { subject: 'no_number', lockedUntil: LATER }, 'NOT_A_NUMBER'],
  ['a lock, and a message that arrived', { ...sent({ status: 'delivered' }), lockedUntil: LATER }, 'LOCKED'],
  ['a locked test number', { subject: 'test_number', lockedUntil: LATER }, 'LOCKED'],
  ['a test number that asked too soon', { subject: 'test_number', ...refused('too_many_requests') }, 'TEST_NUMBER'],

  ['an app that sends a wrong locale', refused('invalid_input', { reason: 'locale INVALID_FORMAT' }), 'NOT_REQUESTED'],
  ['a channel without a route', refused('invalid_input', { reason: 'channel NOT_OFFERED' }), 'NOT_ON_CHANNEL'],
  ['a number that was none before', refused('invalid_input', { reason: 'phoneNumber TOO_SHORT' }), 'NOT_A_NUMBER'],
  ['a change of number without a fresh proof', refused('reauthentication_required'), 'NOT_REQUESTED'],
  ['no CAPTCHA', refused('captcha_required'), 'CAPTCHA'],
  ['a country', refused('destination_not_allowed', { reason: 'country' }), 'COUNTRY'],
  ['a landline', refused('destination_not_allowed', { reason: 'number_type' }), 'NUMBER_TYPE'],
  ['a block', refused('destination_not_allowed', { reason: 'blocked' }), 'BLOCKED'],
  ['a refused number', refused('destination_not_allowed', { reason: 'invalid_number' }), 'INVALID_NUMBER'],
  ['an opt-out', refused('destination_not_allowed', { reason: 'opted_out' }), 'OPTED_OUT'],
  ['no WhatsApp', refused('destination_not_allowed', { reason: 'not_on_channel' }), 'NOT_ON_CHANNEL'],
  ['no account', refused('user_not_found'), 'UNKNOWN_NUMBER'],
  ['a lock that is over', refused('locked', { budget: 'Codes to one number' }), 'LOCKED'],
  ['the pause between codes', refused('too_many_requests', { budget: limits.sendCooldown.name }), 'TOO_SOON'],
  ['a lost race', refused('too_many_requests'), 'TOO_SOON'],
  ['a limit', refused('too_many_requests', { budget: limits.sendsPerDay.name }), 'BUDGET_SPENT'],
  ['no provider', refused('delivery_unavailable'), 'PROVIDERS_DOWN'],

  ['a paused range', refused('sent', { reason: 'paused' }), 'PAUSED'],
  ['a code that nobody could use', refused('sent', { reason: 'nobody' }), 'UNKNOWN_NUMBER'],
  ['a number that was a test number', refused('sent'), 'TEST_NUMBER'],
  ['a message that forgot its number', { requests: [SENT] }, 'EXPIRED'],
  ['a message that waits', sent({ status: 'queued' }), 'QUEUED'],
  ['a provider that asks to wait', sent({ status: 'queued', failure: 'slow_down' }), 'QUEUED'],
  ['a provider that is away', sent({ status: 'queued', failure: 'timeout' }), 'PROVIDERS_DOWN'],
  ['a message that was taken', sent({}), 'SENT'],
  ['one that arrived', sent({ status: 'delivered' }), 'DELIVERED'],
  ['one that arrived late', sent({ status: 'delivered', settledAt: LATER }), 'EXPIRED'],
  ['one whose code was typed', sent({ status: 'delivered', verifiedAt: LATER }), 'VERIFIED'],
  ['the same before that is noted', sent({}, { consumedAt: LATER }), 'VERIFIED'],
  ['a code that arrived, and was used or ended', sent({ status: 'delivered' }, { consumedAt: LATER }), 'VERIFIED'],
  [
    'a code that was ended after its message was refused',
    sent({ status: 'failed', failure: 'rejected' }, { consumedAt: LATER }),
    'PROVIDER_REFUSED',
  ],
  ['a code that was ended before its message went out', sent({ status: 'queued' }, { consumedAt: LATER }), 'QUEUED'],
  [
    'a message that was said to have failed, and whose code was typed',
    sent({ status: 'failed', failure: 'undelivered', verifiedAt: LATER }),
    'VERIFIED',
  ],
  ['another challenge that was used', sent({}, { challengeId: 'other', consumedAt: LATER }), 'SENT'],
  [
    '"Resend" after a code that arrived',
    { ...sent({ status: 'delivered' }), ...refused('too_many_requests') },
    'TOO_SOON',
  ],
  ...(['too_many_requests', 'captcha_required'] as const).map(
    (result) =>
      [
        `"Resend" refused (${result}) after a code that was lost`,
        again(failed('rejected'), result),
        'PROVIDER_REFUSED',
      ] as const,
  ),
  [
    'a limit after a code that was lost',
    again(failed('unreachable'), 'too_many_requests', { budget: limits.sendsPerDay.name }),
    'UNDELIVERED',
  ],
  [
    '"Resend" while no provider takes the code',
    again(sent({ status: 'queued', failure: 'timeout' })),
    'PROVIDERS_DOWN',
  ],
  ['"Resend" after no provider was there', again(refused('delivery_unavailable')), 'PROVIDERS_DOWN'],
  ['"Resend" for a number without an account', again(refused('sent', { reason: 'nobody' })), 'UNKNOWN_NUMBER'],
  ['"Resend" in a paused range', again(refused('sent', { reason: 'paused' })), 'PAUSED'],
  ['"Resend" pressed twice after a code that was lost', again(again(failed('opted_out'))), 'OPTED_OUT'],
  [
    '"Resend" after a lost code whose note was lost',
    again({ ...failed('invalid_number'), requests: [] }),
    'INVALID_NUMBER',
  ],
  [
    '"Resend" after a code that was lost, and one that was taken',
    again({
      requests: [{ ...SENT, messageId: 'second' }, SENT],
      messages: [
        { ...TAKEN, id: 'second' },
        { ...TAKEN, status: 'failed', failure: 'rejected' },
      ],
    }),
    'TOO_SOON',
  ],
  [
    'a limit an hour after a code that was lost',
    again(failed('rejected'), 'too_many_requests', { at: addSeconds(AT, 3600) }),
    'TOO_SOON',
  ],
  ['no CAPTCHA after a lost code, while a lock holds', { ...again(failed('rejected')), lockedUntil: LATER }, 'LOCKED'],
  [
    '"Resend" after a request that was blocked',
    again(refused('destination_not_allowed', { reason: 'blocked' })),
    'TOO_SOON',
  ],

  ['a lost note', { ...sent({}), requests: [] }, 'SENT'],
  ['a lost note after one that is kept', { ...sent({ createdAt: LATER }), ...refused('user_not_found') }, 'SENT'],
  [
    'a notice after the code',
    { ...sent({}), messages: [{ ...TAKEN, id: 'notice', purpose: null, createdAt: LATER }, TAKEN] },
    'SENT',
  ],
  ['a withheld message without a note', { ...failed('withheld'), requests: [] }, 'PAUSED'],
  [
    'the same of a password reset',
    { messages: [{ ...TAKEN, status: 'failed', failure: 'withheld', purpose: 'RESET_PASSWORD' }] },
    'UNKNOWN_NUMBER',
  ],
];

const ofFailures: Readonly<Record<(typeof messageFailures)[number], string>> = {
  invalid_number: 'INVALID_NUMBER',
  opted_out: 'OPTED_OUT',
  not_on_channel: 'NOT_ON_CHANNEL',
  destination_blocked: 'BLOCKED',
  withheld: 'PAUSED',
  provider_unavailable: 'PROVIDERS_DOWN',
  timeout: 'PROVIDERS_DOWN',
  expired: 'EXPIRED',
  superseded: 'EXPIRED',
  unreachable: 'UNDELIVERED',
  blocked: 'UNDELIVERED',
  not_answered: 'UNDELIVERED',
  undelivered: 'UNDELIVERED',
  country_not_enabled: 'PROVIDER_REFUSED',
  bad_credentials: 'PROVIDER_REFUSED',
  slow_down: 'PROVIDER_REFUSED',
  rejected: 'PROVIDER_REFUSED',
};

const causeOf = (facts: Partial<ReportFacts>) => judge({ ...NOTHING, ...facts }).cause;

describe('the cause of', () => {
  test.each(rows.map(([name, facts, cause]) => ({ name, facts, cause })))('$name: $cause', ({ facts, cause }) => {
    expect(causeOf(facts)).toBe(cause);
  });

  test.each(messageFailures)('a message that failed: %s', (failure) => {
    expect(causeOf(failed(failure))).toBe(ofFailures[failure]);
  });
});

test('every cause, and every answer to a request, is in the table', () => {
  const told = [...rows.map(([, , cause]) => cause), ...Object.values(ofFailures)];
  expect(new Set(told)).toEqual(new Set(deliveryCauses));
  const answers = rows.flatMap(([, { requests = [] }]) => requests.map(({ result }) => result));
  expect(new Set(answers)).toEqual(new Set(codeRequestResults));
});
