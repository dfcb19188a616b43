import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryFailure, DeliveryReport, ReportReceiver } from '../../src/providers/delivery-report.js';
import { createTwilioReceiver } from '../../src/providers/twilio/twilio.receiver.js';
import { twilioStatusUrl } from '../../src/providers/twilio/status-url.js';
import { MESSAGE_ID } from '../support/delivery/outgoing-message.js';
import { signedReport } from '../support/twilio/twilio-report.js';

/** What Twilio's reports mean. Who may report is in abuse.delivery-reports.test.ts. */

const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token' };
const MessageSid = `SM${'a'.repeat(32)}`;
const CallSid = `CA${'b'.repeat(32)}`;
const url = `https://accounts.example.com/webhooks/twilio?message=${MESSAGE_ID}`;

let told: DeliveryReport[];
let receiver: ReportReceiver;
beforeEach(async () => {
  told = [];
  const report = async (one: DeliveryReport) => told.push(one) > 0;
  receiver = await createTwilioReceiver({ ...account, reports: { report } });
});

async function receive(fields: Record<string, string>, at = url) {
  return receiver.receive(signedReport({ url: at, fields }, account));
}

const of = (providerMessageId: string) => ({ messageId: MESSAGE_ID, provider: 'twilio', providerMessageId });

describe('a message', () => {
  test.each(['accepted', 'queued', 'sending', 'scheduled', 'partially_delivered', 'something new'])(
    'that is %s says nothing new',
    async (MessageStatus) => {
      expect(await receive({ MessageSid, MessageStatus })).toBe(204);
      expect(told).toEqual([]);
    },
  );

  test.each([
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
  ])('that is %s is %s', async (MessageStatus, state) => {
    expect(await receive({ MessageSid, MessageStatus, SmsSid: MessageSid, SmsStatus: MessageStatus })).toBe(204);
    expect(told).toEqual([{ ...of(MessageSid), state }]);
  });

  const failures: readonly (readonly [code: string, failure: DeliveryFailure])[] = [
    ['30001', 'slow_down'],
    ['30002', 'bad_credentials'],
    ['30003', 'unreachable'],
    ['30004', 'blocked'],
    ['30005', 'invalid_number'],
    ['30006', 'invalid_number'],
    ['30007', 'blocked'],
    ['30008', 'undelivered'],
    ['30034', 'blocked'],
    ['30036', 'undelivered'],
    ['30450', 'blocked'],
    ['21610', 'opted_out'],
    ['21614', 'invalid_number'],
    ['63003', 'not_on_channel'],
    ['63013', 'blocked'],
    ['63014', 'opted_out'],
    ['63016', 'rejected'],
    ['63018', 'slow_down'],
    ['63024', 'not_on_channel'],
    ['30999', 'undelivered'],
  ];
  test.each(failures)('that was lost because of %s: %s', async (ErrorCode, failure) => {
    for (const MessageStatus of ['failed', 'undelivered']) {
      expect(await receive({ MessageSid, MessageStatus, ErrorCode })).toBe(204);
    }
    const report = { ...of(MessageSid), state: 'failed', failure, providerCode: ErrorCode };
    expect(told).toEqual([report, report]);
  });

  test.each([undefined, '', '0', 'None', '123456789', '-30003', '30003 or so'])(
    'that was lost and nobody tells why (%s)',
    async (ErrorCode) => {
      await receive({ MessageSid, MessageStatus: 'undelivered', ...(ErrorCode !== undefined && { ErrorCode }) });
      const because = { failure: 'undelivered', providerCode: null };
      expect(told).toEqual([{ ...of(MessageSid), state: 'failed', ...because }]);
    },
  );

  test('that was canceled is lost', async () => {
    await receive({ MessageSid, MessageStatus: 'canceled' });
    expect(told).toMatchObject([{ state: 'failed', failure: 'undelivered' }]);
  });
});

describe('a call', () => {
  test.each(['queued', 'initiated', 'something new'])('that is %s says nothing new', async (CallStatus) => {
    expect(await receive({ CallSid, CallStatus })).toBe(204);
    expect(told).toEqual([]);
  });

  test.each(['ringing', 'in-progress'])('that is %s is on its way', async (CallStatus) => {
    await receive({ CallSid, CallStatus });
    expect(told).toEqual([{ ...of(CallSid), state: 'sent' }]);
  });

  test.each(['6', '31', '60'])('of %s seconds was heard', async (CallDuration) => {
    await receive({ CallSid, CallStatus: 'completed', CallDuration });
    expect(told).toEqual([{ ...of(CallSid), state: 'delivered' }]);
  });

  test.each(['0', '5', '', 'long', undefined])(
    'of %s seconds was not: the last digit was not said yet',
    async (CallDuration) => {
      await receive({ CallSid, CallStatus: 'completed', ...(CallDuration !== undefined && { CallDuration }) });
      const failure = { state: 'failed', failure: 'not_answered', providerCode: null };
      expect(told).toEqual([{ ...of(CallSid), ...failure }]);
    },
  );

  test.each(['busy', 'no-answer'])('that ended with %s was not answered', async (CallStatus) => {
    await receive({ CallSid, CallStatus, CallDuration: '0' });
    expect(told).toMatchObject([{ state: 'failed', failure: 'not_answered' }]);
  });

  test.each<[string | undefined, DeliveryFailure, string | null]>([
    ['404', 'invalid_number', 'SIP_404'],
    ['480', 'unreachable', 'SIP_480'],
    ['486', 'not_answered', 'SIP_486'],
    ['603', 'not_answered', 'SIP_603'],
    ['607', 'blocked', 'SIP_607'],
    ['503', 'undelivered', 'SIP_503'],
    ['200', 'undelivered', null],
    ['404 or so', 'undelivered', null],
    [undefined, 'undelivered', null],
  ])('that failed because the network said %s: %s', async (SipResponseCode, failure, providerCode) => {
    await receive({ CallSid, CallStatus: 'failed', ...(SipResponseCode !== undefined && { SipResponseCode }) });
    expect(told).toEqual([{ ...of(CallSid), state: 'failed', failure, providerCode }]);
  });

  test('that failed because of something at Twilio tells that first', async () => {
    await receive({ CallSid, CallStatus: 'failed', SipResponseCode: '503', ErrorCode: '13227' });
    expect(told).toMatchObject([{ failure: 'country_not_enabled', providerCode: '13227' }]);
  });
});

describe('docs/twilio.md', () => {
  const guide = readFileSync(new URL('../../docs/twilio.md', import.meta.url), 'utf8');
  const rows = [...guide.matchAll(/^\| (.*) \| failed: `(\w+)` \|$/gm)].map(([, codes = '', failure = '']) => ({
    codes: [...codes.matchAll(/\b(\d{5})(?: to (\d{5}))?/g)].flatMap(([, first, last = first]) =>
      Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => String(Number(first) + index)),
    ),
    sipCodes: [...codes.matchAll(/\b([3-6]\d\d)\b/g)].map(([, code = '']) => code),
    failure,
  }));

  test('tells what codes mean as they do mean it', async () => {
    expect(rows.flatMap(({ codes }) => codes).length).toBeGreaterThan(30);
    expect(rows.flatMap(({ sipCodes }) => sipCodes).length).toBeGreaterThan(8);
    for (const { codes, sipCodes, failure } of rows) {
      told = [];
      for (const ErrorCode of codes) await receive({ MessageSid, MessageStatus: 'undelivered', ErrorCode });
      for (const SipResponseCode of sipCodes) await receive({ CallSid, CallStatus: 'failed', SipResponseCode });
      expect(told).toHaveLength(codes.length + sipCodes.length);
      expect(told.filter((report) => report.failure !== failure)).toEqual([]);
    }
  });
});

test('a report of a message that is gone is taken, so that Twilio does not send it again', async () => {
  receiver = await createTwilioReceiver({ ...account, reports: { report: async () => false } });
  expect(await receive({ MessageSid, MessageStatus: 'delivered' })).toBe(204);
});

test('a report that cannot be kept is the surprise of whoever keeps it', async () => {
  const report = () => Promise.reject(new Error('the database is away'));
  receiver = await createTwilioReceiver({ ...account, reports: { report } });
  await expect(receive({ MessageSid, MessageStatus: 'delivered' })).rejects.toThrow('the database is away');
});

describe('a genuine report that says something else than was asked for', () => {
  test.each([
    ['of no message', {}],
    ['without a status', { MessageSid }],
    ['with an id that is none', { MessageSid: 'SM1', MessageStatus: 'sent' }],
    ['of a call, with the id of a message', { CallSid: MessageSid, CallStatus: 'completed' }],
  ])('%s', async (_name, fields) => {
    expect(await receive(fields)).toBe(400);
    expect(told).toEqual([]);
  });

  test.each([
    '',
    '?',
    '?message=',
    '?message=1',
    `?message=${MESSAGE_ID}&message=${MESSAGE_ID}`,
    `?Message=${MESSAGE_ID}`,
    `?message=${MESSAGE_ID}%00`,
  ])('of the row "%s"', async (query) => {
    const fields = { MessageSid, MessageStatus: 'delivered' };
    expect(await receive(fields, `https://accounts.example.com/webhooks/twilio${query}`)).toBe(400);
    expect(told).toEqual([]);
  });
});

describe('where Twilio is told to report', () => {
  test('names the row and asks for another try', () => {
    const statusUrl = twilioStatusUrl('https://example.com/accounts');
    expect(statusUrl?.(MESSAGE_ID)).toBe(
      `https://example.com/accounts/webhooks/twilio?message=${MESSAGE_ID}#rc=3&rp=ct,rt,5xx`,
    );
  });

  test.each([
    null,
    'http://localhost:4000',
    'http://accounts.localhost',
    'http://127.0.0.1:4000',
    'http://0.0.0.0:4000',
    'http://[::1]:4000',
    'http://accounts:4000',
    'https://my_accounts.example.com',
  ])('is nowhere if the service is at %s', (publicUrl) => {
    expect(twilioStatusUrl(publicUrl)).toBeUndefined();
  });
});
