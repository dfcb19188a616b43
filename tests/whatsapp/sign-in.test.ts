import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WhatsAppSender } from '../../src/providers/whatsapp/whatsapp.sender.js';
import { otpDelivery, requestOtp, requestOtpAndFollow, signIn, verifyOtp } from '../support/operations/operations.js';
import { RecordingSender } from '../support/delivery/recording-sender.js';
import { ManualClock } from '../support/manual-clock.js';
import { messagesTo } from '../support/postgres/rows.js';
import { startService, type TestService } from '../support/service.js';
import { notificationOf, signatureOf } from '../support/whatsapp/whatsapp-report.js';
import { startWhatsAppStandIn, type WhatsAppStandIn } from '../support/whatsapp/whatsapp-stand-in.js';

/** A person who asks for a code by WhatsApp, from the request to the session. */

const account = {
  accessToken: 'EAAJB-the-access-token',
  phoneNumberId: '106540352242922',
  template: 'sign_in_code',
  languages: ['en_US', 'hi'],
};
const appSecret = '0123456789abcdef0123456789abcdef';

let whatsApp: WhatsAppStandIn;
let texts: RecordingSender;
let service: TestService;
let phoneNumber: string;
let serial = 10;
beforeAll(async () => {
  const clock = new ManualClock();
  whatsApp = await startWhatsAppStandIn(account);
  const { accessToken, phoneNumberId, template: name, languages } = account;
  const config = { accessToken, phoneNumberId, template: { name, languages }, reports: null };
  const sender = new WhatsAppSender({ ...config, apiUrl: `${whatsApp.url}/v25.0`, clock, timeoutMs: 2_000 });
  const env = {
    SMS_PROVIDER: 'twilio',
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'the-auth-token',
    TWILIO_PHONE_NUMBER: '+15005550006',
    DELIVERY_ROUTES: 'WHATSAPP=whatsapp',
    WHATSAPP_ACCESS_TOKEN: accessToken,
    WHATSAPP_PHONE_NUMBER_ID: phoneNumberId,
    WHATSAPP_TEMPLATE: name,
    WHATSAPP_TEMPLATE_LANGUAGES: languages.join(','),
    WHATSAPP_APP_SECRET: appSecret,
    WHATSAPP_VERIFY_TOKEN: 'a-token-that-nobody-guesses',
  };
  texts = new RecordingSender('twilio');
  service = await startService({ clock, env, senders: [texts, sender] });
});
afterAll(async () => {
  await service.close();
  await whatsApp.close();
});
beforeEach(() => {
  serial += 1;
  phoneNumber = `+97798000033${serial}`;
});

async function ask(given: object = {}) {
  const answer = await requestOtp(service, { phoneNumber, channel: 'WHATSAPP', ...given });
  await service.background.outbox.drain();
  return answer;
}

async function row() {
  const latest = (await messagesTo(service, phoneNumber)).find(({ channel }) => channel === 'WHATSAPP');
  if (!latest) throw new Error('There is no message.');
  return latest;
}

const messages = () => whatsApp.messages.filter(({ to }) => to === phoneNumber);

/** Meta reports about the latest message. */
async function report(status: string, more: object = {}) {
  const { wamid = '', id = '' } = messages().at(-1) ?? {};
  const one = { id: wamid, status, biz_opaque_callback_data: id, ...more };
  const body = JSON.stringify(notificationOf(account.phoneNumberId, [one]));
  const headers = { 'content-type': 'application/json', ...signatureOf(body, appSecret) };
  expect((await fetch(`${service.url}/webhooks/whatsapp`, { method: 'POST', headers, body })).status).toBe(200);
}

const notOnWhatsApp = { errors: [{ code: 131026, title: 'Message undeliverable' }] };

test('gets the code in the language of the person, sees it delivered, and signs in', async () => {
  expect(await ask({ locale: 'hi' })).toMatchObject({ __typename: 'RequestOtpSuccess' });
  const [message] = messages();
  expect(message).toMatchObject({ language: 'hi', id: (await row()).id });
  expect(await row()).toMatchObject({ status: 'sent', provider: 'whatsapp', price: null });
  await report('delivered');
  expect(await row()).toMatchObject({ status: 'delivered' });
  expect(await verifyOtp(service, { phoneNumber, otp: message?.code })).toMatchObject({
    __typename: 'VerifyOtpSuccess',
  });
});

test('without WhatsApp is told so on a device that the account knows, and gets a text', async () => {
  const { deviceToken } = await signIn({ ...service, phone: texts }, phoneNumber);
  service.clock.advance(60);
  const asked = { phoneNumber, channel: 'WHATSAPP', deviceToken };
  const { requestToken } = await requestOtpAndFollow(service, asked);
  await service.background.outbox.drain();
  await report('failed', notOnWhatsApp);
  expect(await otpDelivery(service, requestToken)).toMatchObject({ status: 'FAILED', problem: 'NOT_ON_CHANNEL' });
  // A message that did not arrive is not paid.
  expect(await row()).toMatchObject({ failure: 'not_on_channel', price: '0' });
  service.clock.advance(60);
  expect(await ask()).toMatchObject({ __typename: 'DestinationNotAllowedError', reason: 'NOT_ON_CHANNEL' });
  expect(await ask({ channel: 'SMS' })).toMatchObject({ __typename: 'RequestOtpSuccess' });
});

test('gets one message although the answer of Meta was lost, because Meta reports it', async () => {
  whatsApp.answerNext({ kind: 'lose' });
  await ask();
  expect(await row()).toMatchObject({ status: 'queued', failure: 'provider_unavailable' });
  await report('sent');
  expect(await row()).toMatchObject({ status: 'sent', failure: null });
  service.clock.advance(130);
  await service.background.outbox.run();
  await service.background.outbox.drain();
  expect(messages()).toHaveLength(1);
});

test('S: an attacker who replays what Meta reported changes nothing', async () => {
  await ask();
  await report('sent');
  await report('delivered');
  const settled = await row();
  service.clock.advance(3_600);
  await report('failed', notOnWhatsApp);
  await report('sent');
  await report('delivered');
  expect(await row()).toEqual(settled);
});

test('leaves neither number nor code nor secret in the log', () => {
  const logs = service.logs.join('');
  expect(logs).toContain('"provider":"whatsapp"');
  for (const { to, code, wamid } of whatsApp.messages) {
    for (const secret of [to, wamid, `"${code}"`]) expect(logs).not.toContain(secret);
    // The number as WhatsApp's ids hold it.
    expect(logs).not.toContain(wamid.slice(10, 22));
  }
  expect(logs).not.toContain(account.accessToken);
});
