import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TelegramSender } from '../../src/providers/telegram/telegram.sender.js';
import { otpDelivery, requestOtp, requestOtpAndFollow, signIn, verifyOtp } from '../support/operations/operations.js';
import { ManualClock } from '../support/manual-clock.js';
import { messagesTo } from '../support/postgres/rows.js';
import { startService, type TestService } from '../support/service.js';
import { RecordingSender } from '../support/delivery/recording-sender.js';
import { signedReport } from '../support/telegram/telegram-report.js';
import { startTelegramStandIn, type TelegramStandIn } from '../support/telegram/telegram-stand-in.js';

/** A person who asks for a code by Telegram, from the request to the session. */

const token = 'AAEAAAC8the-token-of-the-gateway';

let telegram: TelegramStandIn;
let texts: RecordingSender;
let service: TestService;
let phoneNumber: string;
let serial = 10;
beforeAll(async () => {
  const clock = new ManualClock();
  telegram = await startTelegramStandIn(token);
  const parts = { token, baseUrl: telegram.url, senderUsername: null, clock, timeoutMs: 2_000 };
  const reportUrl = 'https://accounts.example.com/webhooks/telegram';
  const env = {
    SMS_PROVIDER: 'twilio',
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'the-auth-token',
    TWILIO_PHONE_NUMBER: '+15005550006',
    DELIVERY_ROUTES: 'TELEGRAM=telegram',
    TELEGRAM_GATEWAY_TOKEN: token,
  };
  texts = new RecordingSender('twilio');
  service = await startService({ clock, env, senders: [texts, new TelegramSender({ ...parts, reportUrl })] });
});
afterAll(async () => {
  await service.close();
  await telegram.close();
});
beforeEach(() => {
  serial += 1;
  phoneNumber = `+97798000031${serial}`;
});

async function ask(given: object = {}) {
  const answer = await requestOtp(service, { phoneNumber, channel: 'TELEGRAM', ...given });
  await service.background.outbox.drain();
  return answer;
}

async function row() {
  const [latest] = await messagesTo(service, phoneNumber);
  if (!latest) throw new Error('There is no message.');
  return latest;
}

const message = () => telegram.messages.find(({ to }) => to === phoneNumber);

/** Telegram reports about the message. */
async function report(status: string, more: object = {}) {
  const content = telegram.statusOf(message()?.requestId ?? '', status, more);
  const { headers, body } = signedReport(content, { token, at: service.clock.now() });
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
  expect((await fetch(`${service.url}/webhooks/telegram`, init)).status).toBe(200);
}

test('is offered Telegram where a route leads there', async () => {
  const { body } = await service.graphql('{ signInOptions { channels } }');
  expect(body.data.signInOptions.channels).toEqual(['SMS', 'TELEGRAM']);
});

test('gets the code in Telegram, signs in, and Telegram learns that it was typed', async () => {
  expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
  expect(await row()).toMatchObject({ channel: 'TELEGRAM', status: 'sent', provider: 'telegram', price: '0.01' });
  await report('read');
  const signedIn = await verifyOtp(service, { phoneNumber, otp: message()?.code });
  expect(signedIn).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  // RFC 8176 has no value for it.
  expect(decodeJwt(signedIn.tokens.accessToken)).toMatchObject({ amr: ['otp'] });
  await service.background.deliveries.drain();
  await service.background.feedback.poll();
  expect(await row()).toMatchObject({ status: 'delivered', verifiedAt: expect.any(Date) });
  const requestId = message()?.requestId ?? '';
  expect(telegram.statusOf(requestId, 'read')).toMatchObject({ verification_status: { status: 'code_valid' } });
});

test('has the same code, pause and guesses as by text', async () => {
  await requestOtp(service, { phoneNumber });
  await service.background.outbox.drain();
  expect(await ask()).toMatchObject({ __typename: 'TooManyRequestsError' });
  service.clock.advance(60);
  expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
  expect(message()?.code).toBe(texts.code(phoneNumber));
  const wrong = texts.code(phoneNumber) === '000000' ? '111111' : '000000';
  expect(await verifyOtp(service, { phoneNumber, otp: wrong })).toMatchObject({ attemptsRemaining: 2 });
});

describe('without Telegram', () => {
  test('pays nothing, is refused there for a day, and gets a text', async () => {
    telegram.absent.add(phoneNumber);
    await ask();
    expect(await row()).toMatchObject({ status: 'failed', failure: 'not_on_channel', price: null, attempts: 1 });
    service.clock.advance(60);
    expect(await ask()).toMatchObject({ __typename: 'DestinationNotAllowedError', reason: 'NOT_ON_CHANNEL' });
    expect(await ask({ channel: 'SMS' })).toMatchObject({ __typename: 'RequestOtpSuccess' });
    telegram.absent.delete(phoneNumber);
    service.clock.advance(86_400);
    expect(await ask()).toMatchObject({ __typename: 'RequestOtpSuccess' });
  });

  test('is told so at once on a device that the account knows, and a stranger is told nothing', async () => {
    const { deviceToken } = await signIn({ ...service, phone: texts }, phoneNumber);
    telegram.absent.add(phoneNumber);
    service.clock.advance(60);
    const follow = async (given: object) => {
      const { requestToken } = await requestOtpAndFollow(service, { phoneNumber, channel: 'TELEGRAM', ...given });
      await service.background.outbox.drain();
      return otpDelivery(service, requestToken);
    };
    expect(await follow({ deviceToken })).toMatchObject({
      status: 'FAILED',
      problem: 'NOT_ON_CHANNEL',
      channel: 'TELEGRAM',
      message: expect.stringContaining('Choose another way'),
    });
    const other = `+97798000032${serial}`;
    telegram.absent.add(other);
    expect(await follow({ phoneNumber: other })).toMatchObject({ status: 'SENT', problem: null });
  });
});

test('whose phone was off gets no code, and it costs nothing in the end', async () => {
  await ask();
  await report('expired', { is_refunded: true });
  expect(await row()).toMatchObject({ status: 'failed', failure: 'unreachable', price: '0', priceCurrency: 'USD' });
  // A report that comes once more changes nothing, and neither does a later one of the same request.
  await report('expired', { is_refunded: true });
  await report('sent');
  expect(await row()).toMatchObject({ status: 'failed', failure: 'unreachable', price: '0' });
});

test('gets one message, although the answer of Telegram was lost', async () => {
  telegram.answerNext('sendVerificationMessage', { kind: 'lose' });
  await ask();
  expect(telegram.messages.filter(({ to }) => to === phoneNumber)).toHaveLength(1);
  expect(await row()).toMatchObject({ status: 'queued', failure: 'provider_unavailable' });
  service.clock.advance(130);
  await service.background.outbox.run();
  await service.background.outbox.drain();
  expect(await row()).toMatchObject({ status: 'sent', provider: 'telegram' });
  expect(telegram.messages.filter(({ to }) => to === phoneNumber)).toHaveLength(1);
});

test('leaves neither number nor code nor token in the log', () => {
  const logs = service.logs.join('');
  expect(logs).toContain('"provider":"telegram"');
  for (const { to, code } of telegram.messages) {
    expect(logs).not.toContain(to);
    expect(logs).not.toContain(`"${code}"`);
  }
  expect(logs).not.toContain(token);
});
