import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { form, obtainCode, problemsOf, register, signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { changePassword, registered } from '../support/operations/session-operations.js';

/** Whoever attacks one account tries its names, numbers and addresses first. */

const OWN =
  'This password is easy to guess from your name, email address, phone number or country, or from our name. Choose another one.';
const PERSON = {
  phoneNumber: '+9779841234567',
  email: 'asha.r1990@himal-trek.example',
  username: 'yak_rider',
  firstName: 'Asha',
  lastName: 'Rai',
};

const REFUSED: readonly [what: string, password: string][] = [
  ['number, as stored', '+9779841234567'],
  ['number, national', '9841234567'],
  ['number, national with its trunk prefix', '098-4123-4567'],
  ['number, with 00 and marks', '00 (977) 984.123.4567'],
  ['number and a mark', '9841234567!'],
  ['number in other digits', '९८४१२३४५६७'],
  ['email', 'asha.r1990@himal-trek.example'],
  ['email in capitals', 'ASHA.R1990@HIMAL-TREK.EXAMPLE'],
  ['part before the @', 'asha.r1990'],
  ['part before the @ and digits', 'AshaR1990#77'],
  ['domain', 'himal-trek.example'],
  ['part of the domain and digits', 'himal2024'],
  ['first name and digits', 'asha12345'],
  ['names and a year', 'AshaRai2000'],
  ['names the other way round', 'rai.asha.99'],
  ['names with marks between them', 'Asha_Rai_!!'],
  ['name twice', 'ashaashaasha1'],
  ['digits before the name', '2000-01-31asha'],
  ['name with an accent', 'Ásha12345'],
  ['name in full-width letters', 'Ａｓｈａ12345'],
  ['name in disguise', '4sh4R@i2000'],
  ['name backwards', 'ahsa12345'],
  ['username', 'yak_rider'],
  ['username without its mark', 'YakRider1'],
  ['name of the country', 'nepal@123'],
  ['name of the country in its language', 'नेपाल12345'],
  ['name and country', 'asha-nepal'],
  ['name of the country in disguise', 'N3p@l!!99'],
  ['name of the service', 'AcmeBazaar'],
  ['part of the name of the service and digits', 'bazaar1234'],
  ['word of the operator and digits', 'rocketcart7'],
  ['word of the operator in disguise', '@ur0r4!!99'],
  ['word of the operator and own name', 'asha-aurora'],
];

const WELCOME: readonly [what: string, password: string][] = [
  ['other words beside the name', 'asha likes mangoes'],
  ['a word that contains the name', 'trailblazer77'],
  ['a number of somebody else', '9841999888'],
  ['the name among many random marks', 'rai$#@!839201^%&*(2'],
  ['emoji only', '😀🏔️🐂🎒🥾🍜🚌🌄🎶'],
  ['marks only', '!#%&/()=?*+-'],
  ['words of others', 'constructor1'],
  ['another country', 'Uruguay@123x'],
];

const withPassword = (password: string) => form({ ...PERSON, password, passwordConfirm: password });

let service: TestService;
beforeAll(async () => {
  service = await startService({
    env: { SERVICE_NAME: 'Acme Bazaar', PASSWORD_WORDS: 'Rocket Cart, Aurora,火箭', OTP_RESEND_COOLDOWN: '1' },
  });
});
afterAll(() => service.close());

describe('a registration', () => {
  test.each(REFUSED)('with a password made of the %s (%s) is refused', async (_what, password) => {
    expect(problemsOf(await register(service, withPassword(password)))).toEqual({ password: OWN });
  });

  test.each(WELCOME)('with %s as a password (%s) is welcome', async (_what, password) => {
    // The unknown city keeps the account from being made.
    const answer = await register(service, { ...withPassword(password), locationId: -1 });
    expect(problemsOf(answer)).toEqual({ locationId: 'There is no city with this id. Choose one from the list.' });
  });

  test('with mistakes in other fields still hears what is wrong with the password', async () => {
    const answer = await register(service, { ...withPassword('AshaRai2000'), phoneNumber: '12', email: 'asha' });
    expect(Object.keys(problemsOf(answer))).toEqual(['phoneNumber', 'email', 'password']);
  });

  test('with a name in Chinese, Arabic or Hindi and digits is refused', async () => {
    for (const [firstName, lastName, password] of [
      ['明', '李', '李明20001231'],
      ['فاطمة', 'خان', 'فاطمة12345'],
      ['ऋषि', 'खत्री', 'ऋषि@12345'],
    ]) {
      const answer = await register(service, { ...withPassword(password ?? ''), firstName, lastName });
      expect(problemsOf(answer)).toEqual({ password: OWN });
    }
  });

  test('with names of two letters in either order and digits is refused', async () => {
    for (const password of ['BoLi2000', 'LiBo2000', 'li.bo.1988']) {
      const answer = await register(service, { ...withPassword(password), firstName: 'Bo', lastName: 'Li' });
      expect(problemsOf(answer)).toEqual({ password: OWN });
    }
  });

  test('with 20 kB of combining marks as a name is answered at once', async () => {
    const started = performance.now();
    const firstName = `a${'\u0316\u0300'.repeat(5_000)}`;
    await register(service, { ...withPassword('asha likes mangoes'), firstName });
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('a change of the password', () => {
  test('to own words is refused', async () => {
    const verificationCode = await obtainCode(service, PERSON.phoneNumber);
    const { tokens } = await registered(service, form({ ...PERSON, verificationCode }));
    for (const [, newPassword] of REFUSED) {
      const answer = await changePassword(service, tokens.accessToken, {
        currentPassword: 'SecurePassword123!',
        newPassword,
      });
      expect([newPassword, problemsOf(answer)]).toEqual([newPassword, { newPassword: OWN }]);
    }
  });

  test('of an account that has only a number: the number, the country and the service are refused', async () => {
    const { tokens } = await signIn(service, '+14155550123');
    for (const newPassword of ['4155550123', '1-415-555-0123', 'UnitedStates1', 'acmebazaar7']) {
      const answer = await changePassword(service, tokens.accessToken, { newPassword });
      expect([newPassword, problemsOf(answer)]).toEqual([newPassword, { newPassword: OWN }]);
    }
    const answer = await changePassword(service, tokens.accessToken, { newPassword: 'asha likes mangoes' });
    expect(answer).toMatchObject({ __typename: 'ChangePasswordSuccess' });
  });
});

test('an operator is told of words that are in too many passwords', () => {
  const about = (words: string) => {
    const reading = readConfig({ PASSWORD_WORDS: words });
    return reading.kind === 'problems' ? reading.problems : [];
  };
  expect(about('Aurora, 火箭, X-15 Rocket')).toEqual([]);
  expect(about('Aurora, ab, 2026')).toEqual([
    'PASSWORD_WORDS has ab, 2026: too short, too many passwords have it. Write three letters or more.',
  ]);
});
