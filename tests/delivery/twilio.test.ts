import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTwilioSender } from '../../src/providers/twilio/twilio.sender.js';
import { eventually } from '../support/eventually.js';
import { me, register, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { ManualClock } from '../support/manual-clock.js';
import { messagesTo } from '../support/postgres/rows.js';
import { startService, type TestService } from '../support/service.js';
import { startTwilioStandIn, type TwilioAnswer, type TwilioStandIn } from '../support/twilio/twilio-stand-in.js';

const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token-of-twilio' };
const TIMEOUT_MS = 1_500;

let twilio: TwilioStandIn;
let service: TestService;
/** The settings of a deployment whose texts Twilio sends. */
const THROUGH_TWILIO = {
  SMS_PROVIDER: 'twilio',
  TWILIO_ACCOUNT_SID: account.accountSid,
  TWILIO_AUTH_TOKEN: account.authToken,
  TWILIO_PHONE_NUMBER: '+15005550006',
};

let phoneNumber: string;
let serial = 10;
beforeAll(async () => {
  const clock = new ManualClock();
  twilio = await startTwilioStandIn(account, clock);
  const from = { phoneNumber: '+15005550006' };
  const sender = await createTwilioSender({ ...account, from, baseUrl: twilio.url, timeoutMs: TIMEOUT_MS });
  service = await startService({
    clock,
    sender,
    env: { ...THROUGH_TWILIO, SERVICE_NAME: 'Bazaar', WEB_OTP_DOMAIN: 'bazaar.example.com' },
  });
});
afterAll(async () => {
  await service.close();
  await twilio.close();
});
beforeEach(() => {
  serial += 1;
  phoneNumber = `+97798000013${serial}`;
});

/** The row of the only message, once its last attempt is over. */
async function attempted() {
  await service.background.outbox.drain();
  const [row, ...others] = await messagesTo(service, phoneNumber);
  if (!row || others.length > 0) throw new Error('There is not one message.');
  return row;
}

/** Lets time pass until the next attempt, however late it comes, and waits until it is over. */
async function attemptAgain() {
  service.clock.advance(130);
  await service.background.outbox.run();
  return attempted();
}

/** What the log says about the only message. */
async function deliveryLines() {
  const [row] = await messagesTo(service, phoneNumber);
  const lines = service.logs.map((line) => JSON.parse(line));
  return lines.filter(({ messageId }) => messageId !== undefined && messageId === row?.id);
}

/** What arrived at Twilio for the number, taken or not. */
function requestsToTwilio() {
  return twilio.requests.filter(({ form }) => form.get('To') === phoneNumber);
}

describe('D with Twilio: from registration to a proved number', () => {
  test('the code arrives as a text from Twilio and signs in', async () => {
    const [form] = [{ email: 'test@example.com', phoneNumber, firstName: 'Test', lastName: 'User' }];
    const password = { password: 'securepass123', passwordConfirm: 'securepass123' };
    const { tokens } = await register(service, { ...form, ...password });
    await requestOtp(service, { phoneNumber });
    const { body, to, from } = await twilio.nextMessage(phoneNumber);
    expect({ to, from }).toEqual({ to: phoneNumber, from: '+15005550006' });
    const otp = body.slice(0, 6);
    expect(body).toBe(
      `${otp} is your Bazaar code. It expires in 10 minutes. Do not share it with anyone.\n\n@bazaar.example.com #${otp}`,
    );
    const verified = await verifyOtp(service, { phoneNumber, otp }, { token: tokens.accessToken });
    expect(verified.user).toMatchObject({ phoneVerified: true, email: 'test@example.com' });
    expect((await me(service, tokens.accessToken)).body.data.me).toEqual(verified.user);
  });

  test('a test number is never handed to Twilio', async () => {
    await requestOtp(service, { phoneNumber: '+1234567890' });
    await verifyOtp(service, { phoneNumber: '+1234567890', otp: '123456' });
    expect(twilio.requests.filter(({ form }) => form.get('To') === '+1234567890')).toEqual([]);
    expect(await messagesTo(service, '+1234567890')).toEqual([]);
  });
});

describe('what became of a text', () => {
  test('taken: kept with Twilio’s id, and logged without number, text or credentials', async () => {
    await requestOtp(service, { phoneNumber });
    const row = await attempted();
    const sent = twilio.messages.find(({ to }) => to === phoneNumber);
    expect(row).toMatchObject({
      status: 'sent',
      provider: 'twilio',
      providerMessageId: sent?.sid,
      failure: null,
      providerCode: null,
      locale: 'en',
      settledAt: service.clock.now(),
    });
    expect(await deliveryLines()).toEqual([
      {
        level: 30,
        time: expect.any(String),
        messageId: row.id,
        provider: 'twilio',
        phoneNumber: `+977…${serial}`,
        attempts: 1,
        providerMessageId: sent?.sid,
        channel: 'SMS',
        msg: 'message sent',
      },
    ]);
    expectNothingSecretInLog(sent?.body ?? 'no text');
  });

  type Failing = [name: string, answer: TwilioAnswer, failure: string, code: string | null];
  const final: readonly Failing[] = [
    ['invalid number', { kind: 'error', code: 21211 }, 'invalid_number', '21211'],
    ['no mobile number', { kind: 'error', code: 21614 }, 'invalid_number', '21614'],
    ['country not enabled', { kind: 'error', code: 21408 }, 'country_not_enabled', '21408'],
    ['opted out', { kind: 'error', code: 21610 }, 'opted_out', '21610'],
    ['bad credentials', { kind: 'error', code: 20003, status: 401 }, 'bad_credentials', '20003'],
    ['400', { kind: 'error', code: 21617, status: 400 }, 'rejected', '21617'],
  ];
  const passing: readonly Failing[] = [
    ['500', { kind: 'error', code: 20500, status: 500 }, 'provider_unavailable', '20500'],
    ['429', { kind: 'error', code: 20429, status: 429 }, 'slow_down', '20429'],
    ['garbage', { kind: 'http', status: 201, body: '<html>' }, 'provider_unavailable', null],
    ['connection closed', { kind: 'close' }, 'provider_unavailable', 'ECONNRESET'],
    ['answer cut off', { kind: 'truncate' }, 'provider_unavailable', 'HTTP_201'],
    ['no answer', { kind: 'hang' }, 'timeout', null],
  ];

  /** The caller has the answer while Twilio still holds the request. */
  async function askWhileHeld(answer: TwilioAnswer): Promise<void> {
    const release = twilio.hold();
    twilio.answerNext(answer);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'RequestOtpSuccess' });
    await eventually(async () => requestsToTwilio()[0]);
    expect(await messagesTo(service, phoneNumber)).toMatchObject([{ status: 'queued', failure: null }]);
    release();
  }

  test.each(final)('M3: %s: the caller is answered as ever, the outcome is kept, logged and final', async (...all) => {
    const [, answer, failure, providerCode] = all;
    await askWhileHeld(answer);
    expect(await attempted()).toMatchObject({ status: 'failed', provider: 'twilio', failure, providerCode });
    expect(await deliveryLines()).toMatchObject([
      { level: 40, msg: 'message failed', failure, providerCode, phoneNumber: `+977…${serial}`, provider: 'twilio' },
    ]);
    await attemptAgain();
    expect(requestsToTwilio()).toHaveLength(1);
    expectNothingSecretInLog(requestsToTwilio()[0]?.form.get('Body') ?? 'no text');
  });

  test.each(passing)('M3: %s: the caller is answered as ever, and the text is sent again, once', async (...all) => {
    const [, answer, failure, providerCode] = all;
    await askWhileHeld(answer);
    expect(await attempted()).toMatchObject({ status: 'queued', provider: 'twilio', failure, providerCode });
    expect(await attemptAgain()).toMatchObject({ status: 'sent', failure: null, providerCode: null, attempts: 2 });
    expect(requestsToTwilio()).toHaveLength(2);
    expect(await deliveryLines()).toMatchObject([
      { level: 40, msg: 'message not taken, to be tried again', failure, providerCode, attempts: 1 },
      { level: 30, msg: 'message sent', attempts: 2 },
    ]);
    expectNothingSecretInLog(requestsToTwilio()[0]?.form.get('Body') ?? 'no text');
  });

  test.each(['hang', 'close', 'error'] as const)(
    'M3: taken, but the answer got lost (%s): found when it is tried again, and nobody gets two texts',
    async (answer) => {
      await askWhileHeld({ kind: 'lose', answer });
      expect(await attempted()).toMatchObject({ status: 'queued' });
      const [taken, ...others] = twilio.messages.filter(({ to }) => to === phoneNumber);
      expect(await attemptAgain()).toMatchObject({ status: 'sent', providerMessageId: taken?.sid });
      expect(others).toEqual([]);
      expect(requestsToTwilio()).toHaveLength(1);
    },
  );

  test('M3: a Twilio that fails for good gets five requests for a text, and no more', async () => {
    twilio.answerTo(phoneNumber, { kind: 'error', code: 20503, status: 503 });
    await requestOtp(service, { phoneNumber });
    for (let round = 0; round < 10; round += 1) {
      await attempted();
      service.clock.advance(50);
      await service.background.outbox.run();
    }
    expect(requestsToTwilio()).toHaveLength(5);
    expect(await attempted()).toMatchObject({
      status: 'failed',
      failure: 'provider_unavailable',
      providerCode: '20503',
    });
  });

  test('operators see each attempt in the metrics', async () => {
    twilio.answerNext({ kind: 'error', code: 20429, status: 429 });
    const before = [await attemptsCounted('slow_down'), await attemptsCounted('accepted')];
    await requestOtp(service, { phoneNumber });
    await attempted();
    await attemptAgain();
    expect([await attemptsCounted('slow_down'), await attemptsCounted('accepted')]).toEqual(before.map((n) => n + 1));
  });

  async function attemptsCounted(outcome: string): Promise<number> {
    const { body } = await service.background.metricsServer.inject({ url: '/metrics' });
    const line = `phone_accounts_messages_total{provider="twilio",channel="SMS",country="NP",outcome="${outcome}"} `;
    return Number(body.split(line)[1]?.split('\n')[0] ?? 0);
  }

  test('a resend is a message of its own, with the same code, and the one before is not sent any more', async () => {
    twilio.answerNext({ kind: 'error', code: 20500, status: 500 });
    await requestOtp(service, { phoneNumber });
    await attempted();
    service.clock.advance(60);
    await requestOtp(service, { phoneNumber });
    await service.background.outbox.drain();
    await service.background.outbox.run();
    const rows = await messagesTo(service, phoneNumber);
    expect(rows.map(({ status, failure }) => `${status} ${failure}`).sort()).toEqual([
      'failed superseded',
      'sent null',
    ]);
    expect(new Set(rows.map(({ challengeId }) => challengeId)).size).toBe(1);
    const codes = requestsToTwilio().map(({ form }) => form.get('Body')?.slice(0, 6));
    expect(codes).toHaveLength(2);
    expect(new Set(codes).size).toBe(1);
  });

  function expectNothingSecretInLog(text: string): void {
    const log = service.logs.join('');
    const credentials = Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64');
    // As a word: ids hold any digits.
    expect(log).not.toMatch(new RegExp(`\\b${text.slice(0, 6)}\\b`));
    for (const secret of [phoneNumber, text.slice(6, 40), account.authToken, credentials]) {
      expect(log).not.toContain(secret);
    }
  }
});

describe('a Twilio that holds the request', () => {
  let silent: TwilioStandIn;
  let patient: TestService;
  beforeEach(async () => {
    silent = await startTwilioStandIn(account);
    silent.answerNext({ kind: 'hang' });
    const from = { messagingServiceSid: `MG${'f'.repeat(32)}` };
    // Far beyond the test's own end: only hanging up ends the wait.
    const sender = await createTwilioSender({ ...account, from, baseUrl: silent.url, timeoutMs: 600_000 });
    patient = await startService({ database: service.database, clock: service.clock, sender, env: THROUGH_TWILIO });
  });

  const onItsWay = { status: 'queued', settledAt: null };
  const hungUp = { status: 'queued', failure: 'provider_unavailable', providerCode: 'ECONNRESET' };

  test('keeps nobody waiting: the answer is there while the request is still open', async () => {
    const answer = await requestOtp(patient, { phoneNumber });
    expect(answer).toMatchObject({ __typename: 'RequestOtpSuccess', phoneNumber });
    expect(await messagesTo(service, phoneNumber)).toMatchObject([onItsWay]);
    await silent.close();
    await patient.close();
    expect(await messagesTo(service, phoneNumber)).toMatchObject([hungUp]);
  });

  test('keeps no code from working that did arrive', async () => {
    await requestOtp(patient, { phoneNumber });
    const { form } = await eventually(async () => silent.requests[0]);
    const otp = form.get('Body')?.slice(0, 6) ?? '';
    expect(await verifyOtp(patient, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    expect(await messagesTo(service, phoneNumber)).toMatchObject([onItsWay]);
    await silent.close();
    await patient.close();
  });

  test('is waited for by a service that stops, and the outcome kept', async () => {
    await requestOtp(patient, { phoneNumber });
    await eventually(async () => silent.requests[0]);
    const stopped = patient.close();
    expect(await messagesTo(service, phoneNumber)).toMatchObject([onItsWay]);
    await silent.close();
    await stopped;
    expect(await messagesTo(service, phoneNumber)).toMatchObject([hungUp]);
  });
});
