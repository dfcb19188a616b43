import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTwilioSender } from '../src/messaging/twilio.sender.js';
import { eventually } from './support/eventually.js';
import { me, register, requestOtp, verifyOtp } from './support/operations.js';
import { messagesTo } from './support/rows.js';
import { startService, type TestService } from './support/service.js';
import { startTwilioStandIn, type TwilioAnswer, type TwilioStandIn } from './support/twilio-stand-in.js';

const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token-of-twilio' };
const TIMEOUT_MS = 1_500;

let twilio: TwilioStandIn;
let service: TestService;
let phoneNumber: string;
let serial = 10;
beforeAll(async () => {
  twilio = await startTwilioStandIn(account);
  const from = { phoneNumber: '+15005550006' };
  const sender = await createTwilioSender({ ...account, from, baseUrl: twilio.url, timeoutMs: TIMEOUT_MS });
  service = await startService({ sender, env: { SERVICE_NAME: 'Bazaar', WEB_OTP_DOMAIN: 'bazaar.example.com' } });
});
afterAll(async () => {
  await service.close();
  await twilio.close();
});
beforeEach(() => {
  serial += 1;
  phoneNumber = `+97798000013${serial}`;
});

/** The row of the only message once it is settled. */
function settled() {
  return eventually(async () => (await messagesTo(service, phoneNumber)).find(({ status }) => status !== 'queued'));
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
    const row = await settled();
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
        providerMessageId: sent?.sid,
        msg: 'message sent',
      },
    ]);
    expectNothingSecretInLog(sent?.body ?? 'no text');
  });

  const failures: readonly [name: string, answer: TwilioAnswer, failure: string, code: string | null][] = [
    ['invalid number', { kind: 'error', code: 21211 }, 'invalid_number', '21211'],
    ['no mobile number', { kind: 'error', code: 21614 }, 'invalid_number', '21614'],
    ['country not enabled', { kind: 'error', code: 21408 }, 'country_not_enabled', '21408'],
    ['opted out', { kind: 'error', code: 21610 }, 'opted_out', '21610'],
    ['bad credentials', { kind: 'error', code: 20003, status: 401 }, 'bad_credentials', '20003'],
    ['slow down', { kind: 'error', code: 20429, status: 429 }, 'slow_down', '20429'],
    ['server error', { kind: 'error', code: 20500, status: 500 }, 'provider_unavailable', '20500'],
    ['connection closed', { kind: 'close' }, 'provider_unavailable', 'ECONNRESET'],
    ['no answer', { kind: 'hang' }, 'timeout', null],
  ];
  test.each(failures)('%s: the caller is answered as ever, the outcome is kept and logged', async (...all) => {
    const [, answer, failure, providerCode] = all;
    twilio.answerNext(answer);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'RequestOtpSuccess' });
    expect(await settled()).toMatchObject({ status: 'failed', provider: 'twilio', failure, providerCode });
    expect(await deliveryLines()).toMatchObject([
      { level: 40, msg: 'message failed', failure, providerCode, phoneNumber: `+977…${serial}`, provider: 'twilio' },
    ]);
    expectNothingSecretInLog(requestsToTwilio()[0]?.form.get('Body') ?? 'no text');
  });

  test('a resend is a message of its own, with the same code', async () => {
    twilio.answerNext({ kind: 'error', code: 20500, status: 500 });
    await requestOtp(service, { phoneNumber });
    await settled();
    service.clock.advance(60);
    await requestOtp(service, { phoneNumber });
    await eventually(async () => (await messagesTo(service, phoneNumber)).find(({ status }) => status === 'sent'));
    const rows = await messagesTo(service, phoneNumber);
    expect(rows.map(({ status }) => status).sort()).toEqual(['failed', 'sent']);
    expect(new Set(rows.map(({ challengeId }) => challengeId)).size).toBe(1);
    const codes = requestsToTwilio().map(({ form }) => form.get('Body')?.slice(0, 6));
    expect(new Set(codes).size).toBe(1);
  });

  function expectNothingSecretInLog(text: string): void {
    const log = service.logs.join('');
    const credentials = Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64');
    for (const secret of [phoneNumber, text.slice(6, 40), `"${text.slice(0, 6)}`, account.authToken, credentials]) {
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
    patient = await startService({ database: service.database, clock: service.clock, sender });
  });

  const onItsWay = { status: 'queued', settledAt: null };
  const hungUp = { status: 'failed', failure: 'provider_unavailable', providerCode: 'ECONNRESET' };

  test('keeps nobody waiting: the answer is there while the request is still open', async () => {
    const answer = await requestOtp(patient, { phoneNumber });
    expect(answer).toMatchObject({ __typename: 'RequestOtpSuccess', phoneNumber });
    expect(await messagesTo(service, phoneNumber)).toMatchObject([onItsWay]);
    await silent.close();
    expect(await settled()).toMatchObject(hungUp);
    await patient.close();
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
