import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  form,
  obtainCode,
  problemsOf,
  REGISTER,
  REQUEST_OTP,
  register,
  requestOtp,
  signIn,
  VERIFY_OTP,
  verifyOtp,
} from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const BLANK = 'This field may not be blank.';
const MISSING = 'Start with the country code, for example +977.';
const SHORT_NUMBER = 'This phone number is too short. Check that no digit is missing.';
const LONG_NUMBER = 'This phone number is too long. Check that it has no extra digits.';
const NO_COUNTRY = 'No country has this country code. Check the digits after the +.';
const NO_NUMBER = 'Enter a phone number, for example +977 984 1234567.';
const EMAIL = 'Enter a valid email address.';

describe('a registration form', () => {
  test('with everything blank names every field at once', async () => {
    const fields = ['phoneNumber', 'email', 'password', 'passwordConfirm', 'firstName', 'lastName', 'username'];
    const blank = Object.fromEntries([...fields, 'verificationCode'].map((field) => [field, '']));
    expect(problemsOf(await register(service, blank))).toEqual(
      Object.fromEntries(Object.keys(blank).map((field) => [field, BLANK])),
    );
  });

  test('with everything wrong names every field at once, in the order of the form', async () => {
    const answer = await register(service, {
      phoneNumber: '12345',
      email: 'not an address',
      password: 'short',
      passwordConfirm: 'other',
      firstName: ' ',
      lastName: 'x'.repeat(151),
      username: 'a b',
      verificationCode: '12345',
    });
    expect(answer.fields).toEqual([
      { field: 'phoneNumber', message: MISSING },
      { field: 'email', message: EMAIL },
      { field: 'password', message: 'This password is too short. It must contain at least 8 characters.' },
      { field: 'passwordConfirm', message: 'The two passwords do not match.' },
      { field: 'firstName', message: BLANK },
      { field: 'lastName', message: 'Ensure this field has no more than 150 characters.' },
      { field: 'username', message: 'Enter 3 to 64 letters, digits, dots, hyphens or underscores.' },
      { field: 'verificationCode', message: 'The code has 6 digits.' },
    ]);
  });

  const COMMON = 'This password is too common. Choose another one.';
  const SHORT = 'This password is too short. It must contain at least 8 characters.';
  const CHARACTERS = 'Enter 3 to 64 letters, digits, dots, hyphens or underscores.';
  const LONG_EMAIL = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.com`;
  const wrong: readonly [field: string, value: string | number, message: string][] = [
    ['email', '   ', BLANK],
    ['email', 'nobody', EMAIL],
    ['email', '@example.com', EMAIL],
    ['email', 'a@b', EMAIL],
    ['email', 'a b@example.com', EMAIL],
    ['email', 'a@example.com\nBcc: b@example.com', EMAIL],
    ['email', 'a@example.com, b@example.com', EMAIL],
    ['email', 'Name <a@example.com>', EMAIL],
    ['email', LONG_EMAIL, EMAIL],
    ['password', '1234567', SHORT],
    ['password', '😀😀😀😀😀😀😀', SHORT],
    ['password', 'x'.repeat(257), 'This password is too long. It may contain at most 256 characters.'],
    ['password', 'password', COMMON],
    ['password', 'PassWord', COMMON],
    ['password', '12345678', COMMON],
    ['password', 'qwertyuiop', COMMON],
    ['firstName', 'x'.repeat(151), 'Ensure this field has no more than 150 characters.'],
    ['firstName', 'a\u0000b', 'Enter a name without control characters.'],
    ['lastName', 'a\nb', 'Enter a name without control characters.'],
    ['username', 'ab', CHARACTERS],
    ['username', 'x'.repeat(65), CHARACTERS],
    ['username', 'me@example.com', CHARACTERS],
    ['username', '+9779800000000', CHARACTERS],
    ['username', 'аdmin', CHARACTERS],
    ['username', "x'; --", CHARACTERS],
    ['username', '9800000000', 'Enter a username with at least one letter.'],
    ['locationId', 987_654, 'There is no city with this id. Choose one from the list.'],
    ['locationId', -1, 'There is no city with this id. Choose one from the list.'],
    ['verificationCode', '1234567', 'The code has 6 digits.'],
  ];
  test.each(wrong)('%s %j is refused: %s', async (field, value, message) => {
    const changes = field === 'password' ? { password: value, passwordConfirm: value } : { [field]: value };
    expect(problemsOf(await register(service, form(changes)))).toEqual({ [field]: message });
  });

  test('passwords are compared as typed, spaces included', async () => {
    const answer = await register(service, form({ passwordConfirm: 'SecurePassword123! ' }));
    expect(problemsOf(answer)).toEqual({ passwordConfirm: 'The two passwords do not match.' });
  });

  test('nothing of all this has made an account', async () => {
    const [count] = await service.db.execute(sql`SELECT count(*)::int FROM users`);
    expect(count).toEqual({ count: 0 });
  });

  test('names of every script, long passphrases and emoji are welcome', async () => {
    const names = { firstName: "ऋषि O'Brien-Núñez", lastName: 'خَتْري' };
    const password = 'पासवर्ड 😀 with spaces, of any kind '.repeat(5);
    const answer = await register(service, form({ ...names, password, passwordConfirm: password }));
    expect(answer).toMatchObject({ __typename: 'RegisterSuccess', user: names });
  });

  test('two forms with one email at the same moment: one account, and a field error for the other', async () => {
    // Of its own, because these people are sent codes.
    const sending = await startService();
    const same = { email: 'same@example.com', username: 'same_name' };
    const numbers = ['+9779800000901', '+9779800000902', '+9779800000903'];
    const codes = await Promise.all(numbers.map((phoneNumber) => obtainCode(sending, phoneNumber)));
    const answers = await Promise.all(
      numbers.map((phoneNumber, index) =>
        register(sending, form({ ...same, phoneNumber, verificationCode: codes[index] })),
      ),
    );
    await sending.close();
    const refused = answers.filter(({ __typename }) => __typename === 'InvalidInputError');
    expect(answers.filter(({ __typename }) => __typename === 'RegisterSuccess')).toHaveLength(1);
    expect(refused).toHaveLength(2);
    for (const { fields } of refused) {
      expect(['email', 'username']).toContain(fields[0].field);
      expect(fields[0].message).toBe(`A user with this ${fields[0].field} already exists.`);
    }
  });
});

describe('what is no phone number', () => {
  const numbers: readonly [name: string, phoneNumber: string, message: string][] = [
    ['emergency number', '112', MISSING],
    ['short code', '+97798000', SHORT_NUMBER],
    ['impossible', '+9770000000000', 'Enter a valid phone number.'],
    ['country that does not exist', '+999123456789', NO_COUNTRY],
    ['too long', '+97798000000001234', LONG_NUMBER],
    ['only a plus', '+', NO_NUMBER],
    ['letters', '+1800FLOWERS', NO_NUMBER],
    ['SQL', "+977' OR true --", NO_NUMBER],
  ];
  test.each(numbers)('%s: refused by every mutation, and nothing is sent', async (_name, phoneNumber, message) => {
    const answers = [
      await requestOtp(service, { phoneNumber }),
      await verifyOtp(service, { phoneNumber, otp: '123456' }),
      await register(service, form({ phoneNumber })),
    ];
    for (const answer of answers) expect(problemsOf(answer)).toEqual({ phoneNumber: message });
    expect(service.phone.messages).toEqual([]);
  });

  test('mobile numbers of many countries, and of plans that do not tell mobile from landline, are welcome', async () => {
    const numbers = [
      '+255679190720',
      '+96550000000',
      '+14155550123',
      '+5491123456789',
      '+8613812345678',
      '+33612345678',
    ];
    for (const phoneNumber of numbers) {
      expect(await requestOtp(service, { phoneNumber })).toMatchObject({
        __typename: 'RequestOtpSuccess',
        phoneNumber,
      });
    }
    service.phone.messages.length = 0;
  });
});

describe('values of another type', () => {
  const operations: readonly [name: string, document: string, valid: Record<string, unknown>, required: string[]][] = [
    ['requestOtp', REQUEST_OTP, { phoneNumber: '+9779800000904' }, ['phoneNumber']],
    ['verifyOtp', VERIFY_OTP, { phoneNumber: '+9779800000904', otp: '123456' }, ['phoneNumber', 'otp']],
    ['register', REGISTER, form(), ['phoneNumber']],
  ];
  test.each(operations)('%s: missing, null, list, number, true and object are refused by GraphQL', async (...all) => {
    const [, document, valid, required] = all;
    for (const field of required) {
      const { [field]: _left, ...without } = valid;
      const inputs = [without, ...[null, ['x'], 7, true, {}].map((value) => ({ ...valid, [field]: value }))];
      for (const input of inputs) {
        const { status, body } = await service.graphql(document, { input });
        expect(status).toBe(400);
        expect(body.data).toBeUndefined();
        expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
        expect(body.errors?.[0]?.message).toContain(field);
      }
    }
  });

  test.each(operations)('%s: no input, an unknown field and an unknown enum value are refused', async (...all) => {
    const [name, document, valid] = all;
    const extra =
      name === 'requestOtp'
        ? [
            { ...valid, purpose: 'RESET_EVERYTHING' },
            { ...valid, channel: 'PIGEON' },
          ]
        : [];
    for (const variables of [
      {},
      { input: null },
      ...[{ ...valid, role: 'ADMIN' }, ...extra].map((input) => ({ input })),
    ]) {
      const { status, body } = await service.graphql(document, variables);
      expect(status).toBe(400);
      expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    }
  });
});

describe('far too much of it', () => {
  const HUGE = 60_000;
  const inputs: readonly [name: string, text: string][] = [
    ['letters', 'a'.repeat(HUGE)],
    ['digits', '1'.repeat(HUGE)],
    ['spaces', ' '.repeat(HUGE)],
    ['zero-width characters', '\u200b'.repeat(HUGE / 3)],
    ['at signs', '@'.repeat(HUGE)],
    ['dots', `a@${'a.'.repeat(HUGE / 2 - 10)}`],
    ['brackets', '('.repeat(HUGE)],
    ['ligatures that grow eighteenfold', '\ufdfa'.repeat(HUGE / 3)],
  ];
  test.each(inputs)('60,000 bytes of %s in any field: refused within a moment', async (_name, text) => {
    const started = performance.now();
    const answers = [
      await requestOtp(service, { phoneNumber: text }),
      await requestOtp(service, { phoneNumber: '+9779800000905', locale: text }),
      await verifyOtp(service, { phoneNumber: text, otp: '123456' }),
      await verifyOtp(service, { phoneNumber: '+9779800000905', otp: text }),
      ...(await Promise.all(
        [
          'phoneNumber',
          'email',
          'password',
          'passwordConfirm',
          'firstName',
          'lastName',
          'username',
          'verificationCode',
        ].map((field) => register(service, form({ [field]: text }))),
      )),
    ];
    for (const answer of answers) expect(answer.__typename).toBe('InvalidInputError');
    // A pattern that backtracks over so much takes minutes; the machine may be busy otherwise.
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('a body beyond the limit, a document of 10,000 fields and one nested a thousand deep are refused', async () => {
    const big = await service.graphql(REQUEST_OTP, { input: { phoneNumber: '1'.repeat(70_000) } });
    expect(big.status).toBe(413);
    const wide = await service.graphql(`{ ${'me { id } '.repeat(3_000)} }`);
    expect(wide.status).toBe(400);
    const deep = await service.graphql(`{ ${'a { '.repeat(1_500)} b ${'} '.repeat(1_500)} }`);
    expect(deep.status).toBe(400);
  });

  test('sixty-four kilobytes of nothing that is JSON are refused', async () => {
    for (const body of ['[', '{"query":', 'null', '""', '[]', '{}', '\u0000', '[['.repeat(30_000)]) {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${service.url}/graphql`, { method: 'POST', headers, body });
      expect(response.status).toBe(400);
    }
  });
});

test('after all this the service signs people in as before', async () => {
  expect((await signIn(service, '+9779800000906')).__typename).toBe('VerifyOtpSuccess');
  expect(service.logs.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
});
