import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { form, obtainCode, REGISTER, register } from '../support/operations/operations.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import { changePassword, login } from '../support/operations/session-operations.js';

/** What a registration requires is the operator's to say (REGISTRATION_FIELDS). */

const NOTHING = { email: null, password: null, passwordConfirm: null, firstName: null, lastName: null };
const FIELDS = `mutation Register($input: RegisterInput!) {
  register(input: $input) { __typename ... on InvalidInputError { fields { field code } } }
}`;

let usual: TestService;
let phoneFirst: TestService;
let withUsername: TestService;
let serial = 0;
beforeAll(async () => {
  [usual, phoneFirst, withUsername] = (await Promise.all(
    [{}, { REGISTRATION_FIELDS: 'none' }, { REGISTRATION_FIELDS: 'username, password' }].map((env) =>
      startService({ env }),
    ),
  )) as [TestService, TestService, TestService];
});
afterAll(() => Promise.all([usual, phoneFirst, withUsername].map((service) => service.close())));

function nextNumber(): string {
  serial += 1;
  return `+97798000153${String(serial).padStart(2, '0')}`;
}

async function missing(service: TestService, input: object): Promise<string[]> {
  const { body } = await service.graphql(FIELDS, { input });
  return body.data.register.fields.map(({ field, code }: { field: string; code: string }) => `${field}: ${code}`);
}

async function told(service: TestService): Promise<string[]> {
  const { body } = await service.graphql('{ signInOptions { registrationFields } }');
  return body.data.signInOptions.registrationFields;
}

describe('a service without the setting', () => {
  const ALL = ['email', 'password', 'passwordConfirm', 'firstName', 'lastName'];

  test.each(['null', 'left out'])('names every field that is missing (%s), and tells them beforehand', async (how) => {
    const { phoneNumber } = form({ phoneNumber: nextNumber() });
    const input = how === 'null' ? { phoneNumber, ...NOTHING } : { phoneNumber };
    expect(await missing(usual, input)).toEqual(ALL.map((field) => `${field}: REQUIRED`));
    expect(await told(usual)).toEqual(ALL.filter((field) => field !== 'passwordConfirm'));
  });

  test('a password that is not typed twice is not taken', async () => {
    const once = form({ phoneNumber: nextNumber(), passwordConfirm: null });
    expect(await missing(usual, once)).toEqual(['passwordConfirm: REQUIRED']);
  });
});

describe('a product that knows people by their number (none)', () => {
  test('registers somebody with a number and a code alone, and asks for the rest later', async () => {
    const phoneNumber = nextNumber();
    const verificationCode = await obtainCode(phoneFirst, phoneNumber);
    const answer = await register(phoneFirst, { phoneNumber, verificationCode });
    expect(answer).toMatchObject({
      __typename: 'RegisterSuccess',
      user: { phoneNumber, phoneVerified: true, email: null, firstName: null, username: null, hasPassword: false },
    });
    expect(await told(phoneFirst)).toEqual([]);
  });

  test('a registration without code and password proves nothing: it sets no password afterwards', async () => {
    const { tokens } = await register(phoneFirst, { phoneNumber: nextNumber() });
    expect(
      await changePassword(phoneFirst, tokens.accessToken, { newPassword: 'an even better passphrase' }),
    ).toMatchObject({ __typename: 'ReauthenticationRequiredError', methods: ['PHONE_OTP'] });
  });

  test('nobody signs in by password to an account that has none', async () => {
    const phoneNumber = nextNumber();
    const username = `without${serial}`;
    await register(phoneFirst, { phoneNumber, username, verificationCode: await obtainCode(phoneFirst, phoneNumber) });
    for (const password of ['', ' ', 'null', 'undefined']) {
      const { __typename } = await login(phoneFirst, { identifier: username, password });
      expect(__typename).toBe(password === '' ? 'InvalidInputError' : 'InvalidCredentialsError');
    }
  });

  test('what is given is judged as everywhere', async () => {
    const wrong = { email: 'not an address', password: 'short', firstName: ' ', username: 'a b' };
    expect(await missing(phoneFirst, { phoneNumber: nextNumber(), ...wrong })).toEqual([
      'email: INVALID_FORMAT',
      'password: TOO_SHORT',
      'passwordConfirm: REQUIRED',
      'firstName: BLANK',
      'username: INVALID_FORMAT',
    ]);
    const onlyAgain = { phoneNumber: nextNumber(), passwordConfirm: 'SecurePassword123!' };
    expect(await missing(phoneFirst, onlyAgain)).toEqual(['passwordConfirm: MISMATCH']);
  });
});

test('a service that signs people in by username requires one', async () => {
  const phoneNumber = nextNumber();
  expect(await missing(withUsername, form({ phoneNumber }))).toEqual(['username: REQUIRED']);
  expect(await told(withUsername)).toEqual(['password', 'username']);
  const { body } = await withUsername.graphql(REGISTER, {
    input: { phoneNumber, username: 'chosen', password: 'SecurePassword123!', passwordConfirm: 'SecurePassword123!' },
  });
  expect(body.data.register).toMatchObject({ user: { username: 'chosen', email: null, firstName: null } });
});

test('a list that names another field keeps the service from starting', () => {
  const problems = (REGISTRATION_FIELDS: string) => {
    const reading = readConfig({ APP_SECRET: TEST_SECRET, REGISTRATION_FIELDS });
    return reading.kind === 'problems' ? reading.problems : [];
  };
  for (const wrong of ['e-mail', 'none,email', 'email;password', 'phoneNumber', ',', 'firstname']) {
    expect(problems(wrong)).toEqual([expect.stringMatching(/^REGISTRATION_FIELDS must be none, or a list such as /)]);
  }
  for (const right of ['none', '', 'username', ' lastName , email ']) expect(problems(right)).toEqual([]);
});
