import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, REGISTER, REQUEST_OTP, register, signIn, VERIFY_OTP } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { LOGIN, login } from '../support/operations/session-operations.js';

/** A person types something that is no phone number, and wants to know what to change. */

let worldwide: TestService;
let nepal: TestService;
let europe: TestService;
beforeAll(async () => {
  worldwide = await startService();
  nepal = await startService({ env: { DEFAULT_REGION: 'NP' } });
  europe = await startService({ env: { ALLOWED_COUNTRIES: '001,FR,DE' } });
});
afterAll(() => Promise.all([worldwide, nepal, europe].map((service) => service.close())));

async function problem(service: TestService, phoneNumber: string, document = REQUEST_OTP, others: object = {}) {
  const query = document.replace('fields { field message }', 'fields { field code message minimum maximum }');
  const { body } = await service.graphql(query, { input: { ...others, phoneNumber } });
  const [answer] = Object.values<{ fields?: { code: string; message: string }[] }>(body.data);
  const [found, ...more] = answer?.fields ?? [];
  expect(more).toEqual([]);
  return found && [found.code, found.message];
}

const MISSING = 'Start with the country code, for example +977.';
const SHORT = 'This phone number is too short. Check that no digit is missing.';
const LONG = 'This phone number is too long. Check that it has no extra digits.';
const NO_COUNTRY = 'No country has this country code. Check the digits after the +.';
const EMAIL = 'This is an email address. Enter a phone number.';
const NO_NUMBER = 'Enter a phone number, for example +977 984 1234567.';
const ONE = 'Enter only one phone number.';
const EXTENSION = 'Enter the phone number without an extension.';

describe('what is wrong with a number is told apart', () => {
  test.each([
    ['9841234567', 'COUNTRY_CODE_MISSING', MISSING],
    ['9779841234567', 'COUNTRY_CODE_MISSING', MISSING],
    ['(984) 123-4567', 'COUNTRY_CODE_MISSING', MISSING],
    ['९८४१२३४५६७', 'COUNTRY_CODE_MISSING', MISSING],
    ['+977984123', 'TOO_SHORT', SHORT],
    ['00977984123', 'TOO_SHORT', SHORT],
    ['+977984123456789', 'TOO_LONG', LONG],
    ['+977984123456', 'INVALID_FORMAT', 'This phone number has a digit too many or too few.'],
    ['+999123456789', 'UNKNOWN_COUNTRY', NO_COUNTRY],
    ['00999123456789', 'UNKNOWN_COUNTRY', NO_COUNTRY],
    ['asha@example.com', 'NOT_A_NUMBER', EMAIL],
    ['asha.rai+9779841234567@example.com', 'NOT_A_NUMBER', EMAIL],
    ['Asha Rai', 'NOT_A_NUMBER', NO_NUMBER],
    ['+1800FLOWERS', 'NOT_A_NUMBER', NO_NUMBER],
    ['+9779841234567, +9779841234568', 'SEVERAL_NUMBERS', ONE],
    ['+9779841234567;+9779841234568', 'SEVERAL_NUMBERS', ONE],
    ['+9779841234567 or +14155550123', 'SEVERAL_NUMBERS', ONE],
    ['+9779841234567+9779841234568', 'SEVERAL_NUMBERS', ONE],
    ['+14155550123 ext. 5', 'INVALID_FORMAT', EXTENSION],
    ['+9770000000000', 'INVALID_FORMAT', 'Enter a valid phone number.'],
    ['1312345;phone-context=+263', 'INVALID_FORMAT', 'Enter a valid phone number.'],
    // The library answers every second one in another way.
    ['1312345;phone-context=+263', 'INVALID_FORMAT', 'Enter a valid phone number.'],
  ])('%s: %s', async (typed, code, message) => {
    expect(await problem(worldwide, typed)).toEqual([code, message]);
  });

  test('in the same way by every mutation that takes a number', async () => {
    const documents = [
      [REQUEST_OTP, {}],
      [VERIFY_OTP, { otp: '123456' }],
      [REGISTER, form()],
    ] as const;
    for (const [document, others] of documents) {
      expect(await problem(worldwide, '9841234567', document, others)).toEqual(['COUNTRY_CODE_MISSING', MISSING]);
    }
  });

  test('and more than 64 characters are too long, whatever they are', async () => {
    const { body } = await worldwide.graphql(
      REQUEST_OTP.replace('fields { field message }', 'fields { field code maximum }'),
      { input: { phoneNumber: '+9779841234567 '.repeat(5) } },
    );
    expect(body.data.requestOtp.fields).toEqual([{ field: 'phoneNumber', code: 'TOO_LONG', maximum: 64 }]);
  });
});

describe('a service with a default region', () => {
  const ABROAD = ' Numbers of other countries start with + and the country code.';
  test.each([
    ['984123', 'TOO_SHORT', SHORT + ABROAD],
    ['98412345678901', 'TOO_LONG', LONG + ABROAD],
    ['14155550123', 'INVALID_FORMAT', `Enter a valid phone number.${ABROAD}`],
    ['+977984123', 'TOO_SHORT', SHORT],
    ['9841234567, 9841234568', 'SEVERAL_NUMBERS', ONE],
    ['9841234567 / 9841234568', 'SEVERAL_NUMBERS', ONE],
    ['9841234567 9841234568', 'SEVERAL_NUMBERS', ONE],
  ])('%s: %s', async (typed, code, message) => {
    expect(await problem(nepal, typed)).toEqual([code, message]);
  });
});

test('the examples are of the first country that codes are sent to', async () => {
  expect(await problem(europe, '0612345678')).toEqual([
    'COUNTRY_CODE_MISSING',
    'Start with the country code, for example +33.',
  ]);
  expect(await problem(europe, 'bonjour')).toEqual([
    'NOT_A_NUMBER',
    'Enter a phone number, for example +33 6 12 34 56 78.',
  ]);
});

describe('signing in with a password', () => {
  const identify = async (identifier: string) => {
    const query = LOGIN.replace('fields { field message }', 'fields { field code message }');
    return (await worldwide.graphql(query, { input: { identifier, password: 'SecurePassword123!' } })).body.data.login;
  };

  test('with a number that has no country code: the form says so, and no guess is counted', async () => {
    for (let times = 0; times < 10; times += 1) {
      expect(await identify('9841234567')).toMatchObject({
        __typename: 'InvalidInputError',
        fields: [{ field: 'identifier', code: 'COUNTRY_CODE_MISSING', message: MISSING }],
      });
    }
  });

  test('whether the number has an account does not change what the form says', async () => {
    await register(worldwide, form({ phoneNumber: '+9779841234500', email: 'known@example.com' }));
    await signIn(worldwide, '+9779841234500');
    expect(await identify('9841234500')).toEqual(await identify('9841234599'));
  });

  test.each(['asha_rai', 'asha@example.com', '9841234567x', '+9779841234567'])(
    '%s can be an identifier, so the answer is that of a wrong password',
    async (identifier) => {
      expect(await login(worldwide, { identifier, password: 'wrong' })).toMatchObject({
        __typename: 'InvalidCredentialsError',
      });
    },
  );
});
