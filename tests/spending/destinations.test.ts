import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import {
  form,
  obtainCode,
  problemsOf,
  register,
  requestOtp,
  signIn,
  verifyOtp,
} from '../support/operations/operations.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { startService, type TestService } from '../support/service.js';
import { login } from '../support/operations/session-operations.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';

/** N2: where codes do not go, and that asking for one there costs nobody anything. */

const SATELLITE = '+881612345678';

let service: TestService;
let narrowed: TestService;
beforeAll(async () => {
  service = await startService();
  const { database, clock } = service;
  narrowed = await startService({ database, clock, env: { ALLOWED_COUNTRIES: 'NP, in' } });
});
afterAll(async () => {
  await narrowed.close();
  await service.close();
});

function refusal(reason: string): object {
  return { __typename: 'DestinationNotAllowedError', reason, message: expect.stringMatching(/^Codes are not sent to/) };
}

/** Rows that asking for a code leaves behind. */
async function traces(): Promise<unknown> {
  const [row] = await service.db.execute(sql`
    SELECT (SELECT count(*) FROM rate_budgets) AS budgets, (SELECT count(*) FROM otp_challenges) AS challenges,
      (SELECT count(*) FROM messages) AS messages`);
  return row;
}

describe('N2: a number that no text reaches, or that earns from it', () => {
  const numbers: readonly [name: string, phoneNumber: string][] = [
    ['premium rate', '+19002345678'],
    ['premium rate, British', '+449098765432'],
    ['shared cost', '+448431234567'],
    ['toll-free', '+18002345678'],
    ['toll-free, British', '+448001234567'],
    ['pager', '+447640123456'],
    ['personal number', '+447012345678'],
    ['company number', '+445512345678'],
  ];
  test.each(numbers)('%s: no code, no account, and nothing is counted against others', async (_name, phoneNumber) => {
    const before = await traces();
    expect(await requestOtp(service, { phoneNumber })).toEqual(refusal('NUMBER_TYPE'));
    expect(problemsOf(await register(service, form({ phoneNumber })))).toEqual({
      phoneNumber: 'Codes are not sent to this kind of number. Enter a mobile number.',
    });
    expect(await traces()).toEqual(before);
    expect(service.phone.messages).toEqual([]);
  });

  describe('a landline', () => {
    const landlines = ['+442079460958', '+390612345678'];

    test.each(landlines)('%s gets no text, and no account where codes only come as texts', async (phoneNumber) => {
      const { database, clock } = service;
      const sender = new ScriptedSender('twilio');
      const env = { ...THROUGH_TWILIO, DELIVERY_ROUTES: 'SMS=twilio VOICE:FR=twilio' };
      const textsOnly = await startService({ database, clock, sender, env });
      try {
        const before = await traces();
        expect(await requestOtp(textsOnly, { phoneNumber })).toEqual(refusal('NUMBER_TYPE'));
        expect(problemsOf(await register(textsOnly, form({ phoneNumber })))).toEqual({
          phoneNumber: 'Codes are not sent to this kind of number. Enter a mobile number.',
        });
        expect(await traces()).toEqual(before);
        expect(sender.attempts).toEqual([]);
      } finally {
        await textsOnly.close();
      }
    });

    test.each(landlines)('%s is called, and registers with the code that it hears', async (phoneNumber) => {
      const { database, clock } = service;
      const sender = new ScriptedSender();
      const calling = await startService({ database, clock, sender, env: { REGISTRATION: 'code' } });
      try {
        expect(await requestOtp(calling, { phoneNumber })).toEqual(refusal('NUMBER_TYPE'));
        expect(await requestOtp(calling, { phoneNumber, channel: 'VOICE' })).toMatchObject({
          __typename: 'RequestOtpSuccess',
        });
        await calling.background.outbox.drain();
        const verificationCode = sender.code(phoneNumber);
        const input = form({ phoneNumber, verificationCode, email: `line${phoneNumber.slice(1)}@example.com` });
        expect(await register(calling, input)).toMatchObject({
          __typename: 'RegisterSuccess',
          user: { phoneNumber, phoneVerified: true },
        });
      } finally {
        await calling.close();
      }
    });
  });

  test('a satellite phone gets no code unless that is allowed by name', async () => {
    expect(await requestOtp(service, { phoneNumber: SATELLITE })).toEqual(refusal('COUNTRY'));
    const { database, clock } = service;
    const remote = await startService({ database, clock, env: { ALLOWED_COUNTRIES: '001' } });
    expect(await requestOtp(remote, { phoneNumber: SATELLITE })).toMatchObject({ __typename: 'RequestOtpSuccess' });
    await remote.close();
  });
});

describe('N2: a country that codes are not sent to', () => {
  test('is refused before anything is sent or spent, however the number is typed', async () => {
    const before = await traces();
    for (const phoneNumber of ['+255679190720', '00255 679 190720', '+٢٥٥٦٧٩١٩٠٧٢٠']) {
      expect(await requestOtp(narrowed, { phoneNumber })).toEqual(refusal('COUNTRY'));
    }
    expect(problemsOf(await register(narrowed, form({ phoneNumber: '+255679190720' })))).toEqual({
      phoneNumber: 'Codes are not sent to this country. Enter a number of another country.',
    });
    expect(await traces()).toEqual(before);
    expect(narrowed.phone.messages).toEqual([]);
  });

  test('does not stand in the way of the others', async () => {
    for (const phoneNumber of ['+9779800001001', '+919876500001']) await signIn(narrowed, phoneNumber);
    const testNumber = await requestOtp(narrowed, { phoneNumber: '+1234567890' });
    expect(testNumber).toMatchObject({ __typename: 'RequestOtpSuccess' });
  });

  test('keeps nobody out who has a code or an account already', async () => {
    const phoneNumber = '+255679190721';
    const { tokens } = await register(service, form({ phoneNumber, email: 'kept@example.com' }));
    const otp = await obtainCode(service, phoneNumber);
    const proved = await verifyOtp(narrowed, { phoneNumber, otp }, { token: tokens.accessToken });
    expect(proved).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    const password = String(form()['password']);
    expect(await login(narrowed, { identifier: phoneNumber, password })).toMatchObject({ __typename: 'LoginSuccess' });
  });
});

test.each([
  ['XX', 'ALLOWED_COUNTRIES has "XX". Write two-letter country codes (ISO 3166-1 alpha-2): NP,IN'],
  ['NP,+977', 'ALLOWED_COUNTRIES has "+977". Write two-letter country codes (ISO 3166-1 alpha-2): NP,IN'],
  [',', 'ALLOWED_COUNTRIES names no country. Leave it empty to allow all.'],
])('ALLOWED_COUNTRIES=%s is refused at the start', (list, problem) => {
  expect(readConfig({ ALLOWED_COUNTRIES: list })).toEqual({ kind: 'problems', problems: [problem] });
});
