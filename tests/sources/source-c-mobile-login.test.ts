import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cityTable } from '../../src/cities/city.table.js';
import {
  form,
  guessWrongly,
  me,
  obtainCode,
  problemsOf,
  REGISTER,
  register,
  requestOtp,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** Source C: "Mobile Authentication & Registration", in Nepal: numbers are typed without a country code. */

const KATHMANDU = { id: 1_283_240, name: 'Kathmandu', countryCode: 'NP', region: 'Bagmati Province' };

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({
    env: {
      REGISTRATION: 'open',
      REGISTRATION_FIELDS: 'email,password,firstName,lastName,username',
      DEFAULT_REGION: 'NP',
      UNKNOWN_PHONE: 'reject',
    },
  });
  await service.db.insert(cityTable).values({ ...KATHMANDU, population: 1_442_271, searchName: 'kathmandu' });
});
afterAll(() => service.close());

/** A form as this source asks for it: with a username. */
function ownForm(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return form({ username: 'mobile_user_02', ...changes });
}

/** A registered user with names that nobody has yet, typed the way people type numbers there. */
async function registered(changes: Record<string, unknown> = {}) {
  serial += 1;
  const phoneNumber = `98000001${String(serial).padStart(2, '0')}`;
  const input = form({ phoneNumber, email: `user${serial}@example.com`, username: `user_${serial}`, ...changes });
  const answer = await register(service, input);
  if (answer.__typename !== 'RegisterSuccess') throw new Error(JSON.stringify(answer));
  return { phoneNumber, e164: `+977${phoneNumber}`, input, ...answer };
}

describe('C: registration', () => {
  test('its own example registers, asks for a code, verifies it and gets token and marketplace profile', async () => {
    const example = {
      username: 'mobile_user_01',
      email: 'mobile.user@example.com',
      password: 'SecurePassword123!',
      passwordConfirm: 'SecurePassword123!',
      firstName: 'Rishi',
      lastName: 'Khatri',
      phoneNumber: '9800000000',
    };
    const { password, passwordConfirm, ...shown } = example;
    expect(await register(service, example)).toMatchObject({
      __typename: 'RegisterSuccess',
      user: { ...shown, phoneNumber: '+9779800000000', phoneVerified: false, hasPassword: true, location: null },
      tokens: { tokenType: 'Bearer' },
    });

    const asked = await requestOtp(service, { phoneNumber: '9800000000' });
    expect(asked).toMatchObject({ message: 'OTP sent successfully', phoneNumber: '+9779800000000' });
    const otp = service.phone.code('+9779800000000');
    expect(JSON.stringify(asked)).not.toContain(otp);

    const verified = await verifyOtp(service, { phoneNumber: '9800000000', otp });
    expect(verified).toMatchObject({
      __typename: 'VerifyOtpSuccess',
      newMember: false,
      user: {
        username: 'mobile_user_01',
        phoneVerified: true,
        marketplace: { hasAccess: false, businessType: null, shopId: null, b2bVerified: false },
      },
    });
    expect((await me(service, verified.tokens.accessToken)).body.data.me).toEqual(verified.user);
  });

  test('with a city', async () => {
    const { user, tokens } = await registered({ locationId: KATHMANDU.id });
    expect(user.location).toEqual(KATHMANDU);
    expect((await me(service, tokens.accessToken)).body.data.me.location).toEqual(KATHMANDU);
  });

  test('with a city that does not exist', async () => {
    const answer = await register(service, ownForm({ phoneNumber: '9800000901', locationId: 7 }));
    expect(problemsOf(answer)).toEqual({ locationId: 'There is no city with this id. Choose one from the list.' });
  });

  test('with names that others have, in other letters of the same', async () => {
    const { input, phoneNumber: theirs, e164, deviceToken } = await registered();
    await verifyOtp(service, { phoneNumber: theirs, otp: await obtainCodeOf(theirs, e164), deviceToken });
    const [email, username] = [String(input['email']).toUpperCase(), String(input['username']).toUpperCase()];
    const answer = await register(service, form({ phoneNumber: '9800000902', email, username, locationId: 7 }));
    expect(problemsOf(answer)).toEqual({
      email: 'A user with this email already exists.',
      username: 'A user with this username already exists.',
      locationId: 'There is no city with this id. Choose one from the list.',
    });
  });

  test('with a number that somebody has proved', async () => {
    const { phoneNumber, e164 } = await registered();
    await requestOtp(service, { phoneNumber });
    await verifyOtp(service, { phoneNumber, otp: service.phone.code(e164) });
    const answer = await register(service, ownForm({ phoneNumber, email: 'another@example.com' }));
    expect(problemsOf(answer)).toEqual({ phoneNumber: 'A user with this phone number already exists.' });
  });

  test('without a username', async () => {
    expect(problemsOf(await register(service, form()))).toEqual({ username: 'This field is required.' });
  });

  test('with two different passwords', async () => {
    const answer = await register(service, ownForm({ passwordConfirm: 'SecurePassword123?' }));
    expect(problemsOf(answer)).toEqual({ passwordConfirm: 'The two passwords do not match.' });
  });

  test('without the required phone number', async () => {
    const { phoneNumber, ...rest } = form();
    const { status, body } = await service.graphql(REGISTER, { input: rest });
    expect(status).toBe(400);
    expect(body.errors?.[0]?.message).toContain('"phoneNumber" of required type "String!" was not provided');
  });
});

describe('C: login with a code', () => {
  test('a number without an account: No user found with this phone number.', async () => {
    const before = service.phone.messages.length;
    expect(await requestOtp(service, { phoneNumber: '9800000903' })).toEqual({
      __typename: 'UserNotFoundError',
      message: 'No user found with this phone number.',
    });
    expect(service.phone.messages).toHaveLength(before);
    const [count] = await service.db.execute(sql`SELECT count(*) FROM messages WHERE phone_number = '+9779800000903'`);
    expect(count).toEqual({ count: '0' });
    const guess = await verifyOtp(service, { phoneNumber: '9800000903', otp: '123456' });
    expect(guess).toMatchObject({ __typename: 'InvalidOtpError', message: 'Invalid OTP' });
  });

  test('a wrong code: Invalid OTP, with the attempts that remain', async () => {
    const { phoneNumber, e164 } = await registered();
    const code = await obtainCode(service, phoneNumber);
    const wrong = { __typename: 'InvalidOtpError', message: 'Invalid OTP' };
    const guess = () => verifyOtp(service, { phoneNumber, otp: wrongCode(code) });
    expect(await guess()).toEqual({ ...wrong, attemptsRemaining: 2 });
    expect(await guess()).toEqual({ ...wrong, attemptsRemaining: 1 });
    expect(await guess()).toEqual({ ...wrong, attemptsRemaining: 0 });
    expect(await verifyOtp(service, { phoneNumber: e164, otp: code })).toEqual({ ...wrong, attemptsRemaining: 0 });
  });

  test('too many wrong codes: Account temporarily locked, with retry_after and locked_until', async () => {
    const { phoneNumber, e164 } = await registered();
    await obtainCode(service, phoneNumber);
    const locked = {
      __typename: 'AccountLockedError',
      message: 'Account temporarily locked due to too many failed login attempts.',
      lockedUntil: new Date(service.clock.now().getTime() + 900_000).toISOString(),
    };
    expect(await guessWrongly(service, e164, 6)).toEqual({ ...locked, retryAfterSeconds: 900 });
    service.clock.advance(50);
    expect(await guessWrongly(service, e164)).toEqual({ ...locked, retryAfterSeconds: 850 });
  });

  test('the marketplace profile comes with the token', async () => {
    const { phoneNumber, e164 } = await registered();
    await verifyOtp(service, { phoneNumber, otp: await obtainCodeOf(phoneNumber, e164) });
    await service.db.execute(sql`UPDATE users SET marketplace_access = true, business_type = 'retail', shop_id = '42',
      b2b_verified = true WHERE phone_number = ${e164}`);
    service.clock.advance(60);
    const { user } = await verifyOtp(service, { phoneNumber, otp: await obtainCodeOf(phoneNumber, e164) });
    expect(user.marketplace).toEqual({ hasAccess: true, businessType: 'retail', shopId: '42', b2bVerified: true });
  });

  test('who proves the number with the access token from register keeps password and email', async () => {
    const { phoneNumber, e164, input, tokens } = await registered();
    const otp = await obtainCodeOf(phoneNumber, e164);
    const { user } = await verifyOtp(service, { phoneNumber, otp }, { token: tokens.accessToken });
    expect(user).toMatchObject({ phoneVerified: true, hasPassword: true, email: input['email'] });
    expect((await me(service, tokens.accessToken)).body.data.me).toEqual(user);
  });

  test('who proves it without that token gets the account without the password and email set before', async () => {
    const { phoneNumber, e164, user: before, tokens } = await registered();
    const { user } = await verifyOtp(service, { phoneNumber, otp: await obtainCodeOf(phoneNumber, e164) });
    expect(user).toMatchObject({ id: before.id, phoneVerified: true, hasPassword: false, email: null });
    expect((await me(service, tokens.accessToken)).body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

async function obtainCodeOf(phoneNumber: string, e164: string): Promise<string> {
  await requestOtp(service, { phoneNumber });
  return service.phone.code(e164);
}
