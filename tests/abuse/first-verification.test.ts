import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deviceIdOf, devicesOf } from '../support/devices.js';
import { emptyAccount } from '../support/empty-account.js';
import {
  form,
  inParallel,
  me,
  obtainCode,
  register,
  requestOtp,
  signIn,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { isSignedIn, login, registered } from '../support/operations/session-operations.js';

/** N3, N9: which account the owner of a registered number gets, and what is in it. The rule itself: tests/sign-in. */

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000010${String(serial).padStart(2, '0')}`;
}

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents ask for.
type Claimed = any;

/** An account that claims a number without proof. */
function claim(phoneNumber: string, changes: Record<string, unknown> = {}): Promise<Claimed> {
  serial += 1;
  return registered(service, form({ phoneNumber, email: `first${serial}@example.com`, ...changes }));
}

describe('N9: what somebody else wrote does not show in the owner’s account', () => {
  const NEPALI = { headers: { 'accept-language': 'ne' } };
  const SPANISH = { headers: { 'accept-language': 'es' } };

  test('names and username stay for an hour, while nobody else registers the number: people register, then sign in', async () => {
    const phoneNumber = nextNumber();
    const { user: before } = await claim(phoneNumber, { username: 'fresh.one' });
    service.clock.advance(3599);
    const { user, newMember } = await signIn(service, phoneNumber);
    expect(newMember).toBe(false);
    expect(user).toMatchObject({ id: before.id, username: 'fresh.one', firstName: 'Rishi', lastName: 'Khatri' });
    expect(user).toMatchObject({ email: null, hasPassword: false });
  });

  test('after an hour the owner gets an empty account, and the registration goes on without the number', async () => {
    const phoneNumber = nextNumber();
    const email = 'an.hour.old@example.com';
    const stranger = await claim(phoneNumber, { username: 'hour.old', email });
    service.clock.advance(3600);
    const owner = await signIn(service, phoneNumber);
    expect({ ...owner.user, newMember: owner.newMember }).toEqual({
      ...emptyAccount(phoneNumber, owner.user),
      newMember: true,
    });
    expect(owner.user.id).not.toBe(stranger.user.id);
    for (const identifier of ['hour.old', email]) {
      const { user } = await login(service, { identifier, password: 'SecurePassword123!' });
      expect(user).toMatchObject({ id: stranger.user.id, phoneVerified: false });
    }
    service.clock.advance(60);
    expect((await signIn(service, phoneNumber)).user.id).toBe(owner.user.id);
  });

  test('the language of the registration is not the owner’s, neither in the account nor in the text', async () => {
    const phoneNumber = nextNumber();
    const input = form({ phoneNumber, email: 'nepali@example.com' });
    expect((await register(service, input, NEPALI)).user.locale).toBe('ne');
    await requestOtp(service, { phoneNumber });
    expect(service.phone.to(phoneNumber).at(-1)?.text).toMatch(/^\d{6} is your/);
    service.clock.advance(60);
    await requestOtp(service, { phoneNumber }, SPANISH);
    expect(service.phone.to(phoneNumber).at(-1)?.text).toMatch(/^\d{6} es tu/);
    const { user } = await verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber) }, SPANISH);
    expect(user).toMatchObject({ username: null, firstName: 'Rishi', locale: 'es' });
  });

  test('a language that the owner does not name is forgotten, and once verified the account’s own counts', async () => {
    const phoneNumber = nextNumber();
    await register(service, form({ phoneNumber, email: 'nepali.too@example.com' }), NEPALI);
    expect((await signIn(service, phoneNumber)).user.locale).toBeNull();
    const next = nextNumber();
    await verifyOtp(service, { phoneNumber: next, otp: await obtainCode(service, next) }, SPANISH);
    service.clock.advance(60);
    await requestOtp(service, { phoneNumber: next });
    expect(service.phone.to(next).at(-1)?.text).toMatch(/^\d{6} es tu/);
  });
});

describe('N9: where UNKNOWN_PHONE is not sign-up', () => {
  test.each(['register', 'reject'])('%s: the only registration of the last hour is taken over', async (mode) => {
    const strict = await startService({ env: { UNKNOWN_PHONE: mode } });
    const phoneNumber = nextNumber();
    const { user: before } = await register(strict, form({ phoneNumber, username: 'only' }));
    const { user } = await signIn(strict, phoneNumber);
    expect(user).toMatchObject({ id: before.id, username: 'only', email: null, hasPassword: false });
    await strict.close();
  });

  test('reject: the owner of a number that strangers registered gets an account of their own', async () => {
    const strict = await startService({ env: { UNKNOWN_PHONE: 'reject' } });
    const phoneNumber = nextNumber();
    for (const email of ['one@example.com', 'two@example.com']) await register(strict, form({ phoneNumber, email }));
    const { user, newMember } = await signIn(strict, phoneNumber);
    expect({ ...user, newMember }).toEqual({ ...emptyAccount(phoneNumber, user), newMember: true });
    await strict.close();
  });

  test('register: the owner is told to register, and the same code does that and takes the number from the strangers', async () => {
    const strict = await startService({ env: { UNKNOWN_PHONE: 'register', ACCESS_TOKEN_TTL: '7200' } });
    const phoneNumber = nextNumber();
    const stranger = await register(strict, form({ phoneNumber, email: 'stranger@example.com', username: 'stranger' }));
    strict.clock.advance(3600);
    const otp = await obtainCode(strict, phoneNumber);
    for (let times = 0; times < 4; times += 1) {
      expect(await verifyOtp(strict, { phoneNumber, otp })).toMatchObject({ __typename: 'RegistrationRequiredError' });
    }
    const kept = (await me(strict, stranger.tokens.accessToken)).body.data.me;
    expect(kept).toEqual(stranger.user);
    const input = form({ phoneNumber, email: 'owner@example.com', firstName: 'Asha', verificationCode: otp });
    const owner = await register(strict, input);
    expect(owner.user).toMatchObject({ phoneNumber, phoneVerified: true, firstName: 'Asha', username: null });
    expect((await me(strict, stranger.tokens.accessToken)).body.data.me.phoneNumber).toBeNull();
    strict.clock.advance(60);
    expect((await signIn(strict, phoneNumber)).user.id).toBe(owner.user.id);
    await strict.close();
  });
});

describe('N3: an owner who proves the number with the device token that register returned', () => {
  test('keeps password, email, names, language and every session, and stays one device', async () => {
    const phoneNumber = nextNumber();
    const owner = await claim(phoneNumber);
    const otp = await obtainCode(service, phoneNumber);
    const { deviceToken } = owner;
    const { user, tokens, ...rest } = await verifyOtp(service, { phoneNumber, otp, deviceToken });
    expect(rest).toMatchObject({ newMember: false });
    expect(user).toEqual({ ...owner.user, phoneVerified: true, updatedAt: user.updatedAt });
    for (const { accessToken } of [owner.tokens, tokens]) {
      expect((await me(service, accessToken)).body.data.me).toEqual(user);
    }
    expect(await devicesOf(service, user.id)).toEqual([deviceIdOf(deviceToken)]);
    expect(deviceIdOf(rest.deviceToken)).toBe(deviceIdOf(deviceToken));
  });

  test('also days later, when the access token is long over and others registered the number, too', async () => {
    const phoneNumber = nextNumber();
    const [first, owner, last] = [await claim(phoneNumber), await claim(phoneNumber), await claim(phoneNumber)];
    service.clock.advance(3 * 86_400);
    const otp = await obtainCode(service, phoneNumber);
    const { user } = await verifyOtp(service, { phoneNumber, otp, deviceToken: owner.deviceToken });
    expect(user).toMatchObject({ id: owner.user.id, hasPassword: true, email: owner.user.email });
    const numbers = await service.db.execute(
      sql`SELECT phone_number FROM users WHERE id IN (${first.user.id}, ${last.user.id})`,
    );
    expect(numbers).toEqual([{ phone_number: null }, { phone_number: null }]);
  });

  const worthless: readonly [name: string, token: (claimant: Claimed) => Promise<string>][] = [
    ['of another account', async () => (await signIn(service, nextNumber())).deviceToken],
    ['of a registration of another number', async () => (await claim(nextNumber())).deviceToken],
    ['that is made up', async ({ deviceToken }) => `${deviceToken.slice(0, -6)}AAAAAA`],
    [
      'of a device that the account has forgotten',
      async ({ deviceToken, user }) => {
        await service.db.execute(sql`DELETE FROM devices WHERE user_id = ${user.id}`);
        return deviceToken;
      },
    ],
  ];
  test.each(worthless)('but not with one %s', async (_, tokenOf) => {
    const phoneNumber = nextNumber();
    const claimant = await claim(phoneNumber);
    const deviceToken = await tokenOf(claimant);
    const otp = await obtainCode(service, phoneNumber);
    const { user } = await verifyOtp(service, { phoneNumber, otp, deviceToken });
    expect(user).toMatchObject({ id: claimant.user.id, hasPassword: false, email: null });
    expect(await isSignedIn(service, claimant.tokens.accessToken)).toBe(false);
  });

  test('which gives the claimant neither guesses nor the account without the code', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken } = await claim(phoneNumber);
    const otp = wrongCode(await obtainCode(service, phoneNumber));
    await inParallel(6, () => verifyOtp(service, { phoneNumber, otp, deviceToken }));
    const answer = await verifyOtp(service, { phoneNumber, otp, deviceToken });
    expect(answer).toMatchObject({ __typename: 'AccountLockedError' });
  });
});
