import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  guessWrongly,
  obtainCode,
  problemsOf,
  requestOtp,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';

/** N1: one phone, however it is typed, is one account and one counter. */

let service: TestService;
beforeAll(async () => {
  service = await startService({ env: { DEFAULT_REGION: 'US', TEST_PHONES: '+1234567890=123456', ...MANY_TEXTS } });
});
afterAll(() => service.close());

const E164 = '+14155550123';
const SPELLINGS: readonly [name: string, typed: string][] = [
  ['as E.164', E164],
  ['as people write it', '+1 (415) 555-0123'],
  ['with 00 for +', '0014155550123'],
  ['with 00 and spaces', '00 1 415 555 0123'],
  ['with the prefix of the country for +', '011 1 415 555 0123'],
  ['national', '(415) 555-0123'],
  ['national with a trunk prefix', '1-415-555-0123'],
  ['with dots', '415.555.0123'],
  ['in full-width digits', '＋１４１５５５５０１２３'],
  ['in Arabic-Indic digits', '+١٤١٥٥٥٥٠١٢٣'],
  ['in Devanagari digits', '+१४१५५५५०१२३'],
  ['with zero-width characters', '+1\u200b415\u200d555\u2060\ufeff0123'],
  ['with direction marks', '\u202a+14155550123\u202c'],
  ['with spaces of other widths', '\u2003+1\u00a0415\u2009555\u202f0123 '],
  ['with a soft hyphen', '+1415555\u00ad0123'],
  ['with the country code in brackets', '(+1) 4155550123'],
  ['with 00 and the country code in brackets', '(001) 415 555 0123'],
  ['as a link (RFC 3966)', 'tel:+1-415-555-0123'],
  ['as a link with a context', 'tel:415-555-0123;phone-context=+1'],
  ['with dots after the country code', '+1.415.555.0123'],
  ['with a comma after it', '+1 415 555 0123,'],
  ['in quotation marks', '"+1 415 555 0123"'],
  ['as WhatsApp copies it', '\u202a+1\u00a0(415)\u00a0555\u20110123\u202c'],
];

describe('N1: one number in every spelling', () => {
  test.each(SPELLINGS)('%s: is understood as the same number', async (_name, typed) => {
    service.clock.advance(60);
    expect(await requestOtp(service, { phoneNumber: typed })).toMatchObject({ phoneNumber: E164 });
    expect(await requestOtp(service, { phoneNumber: E164 })).toMatchObject({ __typename: 'TooManyRequestsError' });
  });

  test('every spelling signs in to one account', async () => {
    const ids = new Set<string>();
    for (const [, phoneNumber] of SPELLINGS) {
      service.clock.advance(60);
      await requestOtp(service, { phoneNumber: E164 });
      const { user } = await verifyOtp(service, { phoneNumber, otp: service.phone.code(E164) });
      expect(user.phoneNumber).toBe(E164);
      ids.add(user.id);
    }
    expect(ids.size).toBe(1);
    const accounts = await service.db.execute(`SELECT id FROM users`);
    expect(accounts).toHaveLength(1);
  });

  test('wrong guesses in six spellings are six wrong guesses, and lock them all', async () => {
    service.clock.advance(60);
    const code = await obtainCode(service, E164);
    for (const [, phoneNumber] of SPELLINGS.slice(0, 6)) {
      await verifyOtp(service, { phoneNumber, otp: wrongCode(code) });
    }
    for (const [, phoneNumber] of SPELLINGS) {
      const answer = await verifyOtp(service, { phoneNumber, otp: code });
      expect(answer).toMatchObject({ __typename: 'AccountLockedError' });
    }
  });

  test('a test number has its spellings, too', async () => {
    const spellings = [
      '+1234567890',
      '+1 (234) 567-890',
      '001234567890',
      '+١٢٣٤٥٦٧٨٩٠',
      '+1234\u200b567890',
      '(+1) 234567890',
      'tel:+1-234-567-890',
      '+1.234.567.890,',
    ];
    for (const phoneNumber of spellings) {
      service.clock.advance(60);
      expect(await requestOtp(service, { phoneNumber })).toMatchObject({ phoneNumber: '+1234567890' });
    }
    await guessWrongly(service, '+1 (234) 567-890', 5);
    expect(await guessWrongly(service, '001234567890')).toMatchObject({ __typename: 'AccountLockedError' });
  });

  test('an extension, two numbers or words around a number are refused, not cut down to one', async () => {
    const others = [
      `${E164} ext. 5`,
      `${E164},5`,
      `${E164};ext=5`,
      `${E164} / +14155550124`,
      `call ${E164}`,
      `Tel: ${E164}`,
      `whatsapp:${E164}`,
      `${E164} or`,
      `${E164}#`,
      `${E164} доб. 5`,
      `tel:${E164};ext=5`,
      '+1 415 555 CALL',
      `${E164}0`,
    ];
    for (const phoneNumber of others) {
      expect(Object.keys(problemsOf(await requestOtp(service, { phoneNumber })))).toEqual(['phoneNumber']);
    }
  });
});

describe("N1: Mexico's old 1, which WhatsApp still writes", () => {
  test.each([
    '+52 1 55 1234 5678',
    '+5215512345678',
    '005215512345678',
    '(+52) 1 55 1234 5678',
    'tel:+52-1-55-1234-5678',
  ])('%s and the number without the 1 are one number', async (phoneNumber) => {
    service.clock.advance(60);
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ phoneNumber: '+525512345678' });
    const again = await requestOtp(service, { phoneNumber: '+52 55 1234 5678' });
    expect(again).toMatchObject({ __typename: 'TooManyRequestsError' });
  });

  test.each(['+52 1 55 1234 5678 ext. 5', '+52 1 55 1234 567', '+52 1 1 55 1234 5678'])(
    '%s is no number',
    async (typed) => {
      expect(problemsOf(await requestOtp(service, { phoneNumber: typed }))).toHaveProperty('phoneNumber');
    },
  );
});

describe('N1: where no default region is set', () => {
  let international: TestService;
  beforeAll(async () => {
    international = await startService();
  });
  afterAll(() => international.close());

  test('00 still stands for +, and a national number is refused', async () => {
    expect(await requestOtp(international, { phoneNumber: '0014155550123' })).toMatchObject({ phoneNumber: E164 });
    for (const phoneNumber of ['4155550123', '14155550123']) {
      expect(problemsOf(await requestOtp(international, { phoneNumber }))).toEqual({
        phoneNumber: 'Start with the country code, for example +977.',
      });
    }
  });
});
