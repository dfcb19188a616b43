import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTwilioSender } from '../src/messaging/twilio.sender.js';
import { eventually } from './support/eventually.js';
import { me, register, requestOtp, verifyOtp } from './support/operations.js';
import { messagesTo } from './support/rows.js';
import { startService, type TestService } from './support/service.js';
import { startTwilioStandIn, type TwilioAnswer, type TwilioStandIn } from './support/twilio-stand-in.js';

const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'the-auth-token-of-twilio' };
const TIMEOUT_MS = 400;

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

describe('a Twilio that does not answer', () => {
  test('keeps nobody waiting: the answer arrives while Twilio still holds the request', async () => {
    twilio.answerNext({ kind: 'hang' });
    const answer = await requestOtp(service, { phoneNumber });
    expect(answer).toMatchObject({ __typename: 'RequestOtpSuccess', phoneNumber });
    // Nothing else has settled it: the message is on its way and the request open.
    expect(await messagesTo(service, phoneNumber)).toMatchObject([{ status: 'queued', settledAt: null }]);
    await eventually(async () => requestsToTwilio()[0]);
    expect(await deliveryLines()).toEqual([]);
    expect(await settled()).toMatchObject({ status: 'failed', failure: 'timeout' });
  });

  test('keeps no code from working that did arrive', async () => {
    twilio.answerNext({ kind: 'hang' });
    await requestOtp(service, { phoneNumber });
    const request = await eventually(async () => requestsToTwilio()[0]);
    const otp = request.form.get('Body')?.slice(0, 6) ?? '';
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    expect(await messagesTo(service, phoneNumber)).toMatchObject([{ status: 'queued' }]);
    await settled();
  });

  test('is waited for by a service that stops, and its outcome kept', async () => {
    const other = await startService({ database: service.database, sender: await slowSender() });
    twilio.answerNext({ kind: 'accept', delayMs: 200 });
    await requestOtp(other, { phoneNumber });
    expect(await messagesTo(service, phoneNumber)).toMatchObject([{ status: 'queued' }]);
    await other.close();
    expect(await messagesTo(service, phoneNumber)).toMatchObject([{ status: 'sent' }]);
  });

  async function slowSender() {
    const from = { messagingServiceSid: `MG${'f'.repeat(32)}` };
    return createTwilioSender({ ...account, from, baseUrl: twilio.url, timeoutMs: 5_000 });
  }
});
