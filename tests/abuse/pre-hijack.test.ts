import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  form,
  inParallel,
  me,
  obtainCode,
  register,
  signIn,
  VERIFY_OTP,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { emptyAccount } from '../support/empty-account.js';
import { startService, type TestService } from '../support/service.js';

/** N3: somebody registers a number that is not theirs, and waits for its owner to come. */

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000006${String(serial).padStart(2, '0')}`;
}

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents ask for.
type Claimed = any;

/** An account that claims a number without proof. */
async function claim(phoneNumber: string, changes: Record<string, unknown> = {}): Promise<Claimed> {
  serial += 1;
  const answer = await register(service, form({ phoneNumber, email: `claim${serial}@example.com`, ...changes }));
  if (answer.__typename !== 'RegisterSuccess') throw new Error(JSON.stringify(answer));
  return answer;
}

async function expectSignedOut(token: string): Promise<void> {
  const { body } = await me(service, token);
  expect(body.data).toEqual({ me: null });
  expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
}

describe('N3: the owner of a number that a stranger registered proves it', () => {
  test('password, email and sessions of the stranger do not survive', async () => {
    const phoneNumber = nextNumber();
    const stranger = await claim(phoneNumber, { username: 'stranger' });
    const owner = await signIn(service, phoneNumber);
    expect(owner.user).toMatchObject({
      id: stranger.user.id,
      phoneNumber,
      phoneVerified: true,
      hasPassword: false,
      email: null,
      emailVerified: false,
    });
    await expectSignedOut(stranger.tokens.accessToken);
    const [row] = await service.db.execute(sql`SELECT password_hash, email FROM users WHERE id = ${owner.user.id}`);
    expect(row).toEqual({ password_hash: null, email: null });
    expect((await me(service, owner.tokens.accessToken)).body.data.me).toEqual(owner.user);
  });

  test('nor do rights that were given to the account in the meantime', async () => {
    const phoneNumber = nextNumber();
    const stranger = await claim(phoneNumber);
    await service.db.execute(sql`UPDATE users SET role = 'ADMIN', marketplace_access = true, business_type = 'retail',
      shop_id = '42', b2b_verified = true, email_verified_at = now() WHERE id = ${stranger.user.id}`);
    const { user } = await signIn(service, phoneNumber);
    expect(user).toMatchObject({
      role: 'USER',
      emailVerified: false,
      marketplace: { hasAccess: false, businessType: null, shopId: null, b2bVerified: false },
    });
  });

  test('the email is free again for its real owner', async () => {
    const phoneNumber = nextNumber();
    await claim(phoneNumber, { email: 'real.owner@example.com' });
    await signIn(service, phoneNumber);
    await claim(nextNumber(), { email: 'real.owner@example.com' });
  });

  test('a wrong code takes nothing from anybody', async () => {
    const phoneNumber = nextNumber();
    const claimant = await claim(phoneNumber);
    const code = await obtainCode(service, phoneNumber);
    await verifyOtp(service, { phoneNumber, otp: wrongCode(code) });
    expect((await me(service, claimant.tokens.accessToken)).body.data.me).toEqual(claimant.user);
  });

  test('a code submitted three times at the same moment verifies the number once', async () => {
    const phoneNumber = nextNumber();
    const stranger = await claim(phoneNumber);
    const otp = await obtainCode(service, phoneNumber);
    const answers = await inParallel(3, () => verifyOtp(service, { phoneNumber, otp }));
    const outcomes = answers.map(({ __typename }) => __typename).sort();
    expect(outcomes).toEqual(['InvalidOtpError', 'InvalidOtpError', 'VerifyOtpSuccess']);
    await expectSignedOut(stranger.tokens.accessToken);
  });

  test('the second proof takes nothing: the account is the owner’s by then', async () => {
    const phoneNumber = nextNumber();
    await claim(phoneNumber);
    const first = await signIn(service, phoneNumber);
    service.clock.advance(60);
    await signIn(service, phoneNumber);
    expect((await me(service, first.tokens.accessToken)).body.data.me).toEqual(first.user);
  });
});

describe('N3: an owner who proves the number while signed in as that account', () => {
  test('keeps password, email and every session', async () => {
    const phoneNumber = nextNumber();
    const owner = await claim(phoneNumber);
    const otp = await obtainCode(service, phoneNumber);
    const { user, tokens } = await verifyOtp(service, { phoneNumber, otp }, { token: owner.tokens.accessToken });
    expect(user).toEqual({ ...owner.user, phoneVerified: true, updatedAt: user.updatedAt });
    for (const { accessToken } of [owner.tokens, tokens]) {
      expect((await me(service, accessToken)).body.data.me).toEqual(user);
    }
  });

  test('but not with a token of another account, an expired one, or a made-up one', async () => {
    const other = await signIn(service, nextNumber());
    const phoneNumber = nextNumber();
    const { tokens } = await claim(phoneNumber);
    const otp = await obtainCode(service, phoneNumber);
    const forged = `${tokens.accessToken.slice(0, -6)}AAAAAA`;
    const answer = await verifyOtp(service, { phoneNumber, otp }, { token: forged });
    expect(answer.user).toMatchObject({ hasPassword: false, email: null });

    const next = nextNumber();
    await claim(next);
    const asOther = { token: other.tokens.accessToken };
    const nextAnswer = await verifyOtp(service, { phoneNumber: next, otp: await obtainCode(service, next) }, asOther);
    expect(nextAnswer.user).toMatchObject({ hasPassword: false, email: null, phoneNumber: next });

    const last = nextNumber();
    const expired = await claim(last);
    service.clock.advance(900);
    const asExpired = { token: expired.tokens.accessToken };
    const lastAnswer = await verifyOtp(service, { phoneNumber: last, otp: await obtainCode(service, last) }, asExpired);
    expect(lastAnswer.user).toMatchObject({ hasPassword: false, email: null });
  });

  test('nor with the token of a session that has ended', async () => {
    const phoneNumber = nextNumber();
    const claimant = await claim(phoneNumber);
    await service.db.execute(sql`UPDATE sessions SET ended_at = now() WHERE user_id = ${claimant.user.id}`);
    await expectSignedOut(claimant.tokens.accessToken);
    const otp = await obtainCode(service, phoneNumber);
    const { user } = await verifyOtp(service, { phoneNumber, otp }, { token: claimant.tokens.accessToken });
    expect(user).toMatchObject({ id: claimant.user.id, hasPassword: false, email: null });
  });

  test('nor with one whose session is past its end', async () => {
    const short = await startService({ env: { REFRESH_TOKEN_TTL: '60' } });
    const phoneNumber = nextNumber();
    const { tokens } = await register(short, form({ phoneNumber }));
    short.clock.advance(60);
    expect((await me(short, tokens.accessToken)).body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const otp = await obtainCode(short, phoneNumber);
    const { user } = await verifyOtp(short, { phoneNumber, otp }, { token: tokens.accessToken });
    expect(user).toMatchObject({ hasPassword: false, email: null });
    await short.close();
  });
});

describe('N3: several claimants of one number', () => {
  test('the one who is signed in gets it, the others lose the number and nothing else', async () => {
    const phoneNumber = nextNumber();
    const [first, second, third] = [await claim(phoneNumber), await claim(phoneNumber), await claim(phoneNumber)];
    const otp = await obtainCode(service, phoneNumber);
    const { user } = await verifyOtp(service, { phoneNumber, otp }, { token: second.tokens.accessToken });
    expect(user).toMatchObject({ id: second.user.id, hasPassword: true, email: second.user.email });
    for (const other of [first, third]) {
      const kept = { id: other.user.id, email: other.user.email, hasPassword: true };
      const now = (await me(service, other.tokens.accessToken)).body.data.me;
      expect(now).toMatchObject({ ...kept, phoneNumber: null, phoneVerified: false });
    }
  });

  test('a stranger to all of them gets an account of their own, and the claimants keep theirs without the number', async () => {
    const phoneNumber = nextNumber();
    const claimants = [await claim(phoneNumber), await claim(phoneNumber), await claim(phoneNumber)];
    const { user, newMember } = await signIn(service, phoneNumber);
    expect({ ...user, newMember }).toEqual({ ...emptyAccount(phoneNumber, user), newMember: true });
    for (const claimant of claimants) {
      const { body } = await me(service, claimant.tokens.accessToken);
      expect(claimant.user.id).not.toBe(user.id);
      expect(body.data.me).toEqual({ ...claimant.user, phoneNumber: null, updatedAt: body.data.me.updatedAt });
    }
    const [count] = await service.db.execute(sql`SELECT count(*)::int FROM users WHERE phone_number = ${phoneNumber}`);
    expect(count).toEqual({ count: 1 });
  });

  test('a claim made after the proof is refused, and one made before it cannot win it back', async () => {
    const phoneNumber = nextNumber();
    const early = await claim(phoneNumber);
    await claim(phoneNumber);
    const owner = await signIn(service, phoneNumber);
    const late = await register(service, form({ phoneNumber, email: 'late@example.com' }));
    expect(late.fields).toEqual([{ field: 'phoneNumber', message: 'A user with this phone number already exists.' }]);
    service.clock.advance(60);
    const otp = await obtainCode(service, phoneNumber);
    const again = await verifyOtp(service, { phoneNumber, otp }, { token: early.tokens.accessToken });
    expect(again.user.id).toBe(owner.user.id);
  });

  test('when several register while the owner proves the number, one account owns it in the end', async () => {
    const phoneNumber = nextNumber();
    const otp = await obtainCode(service, phoneNumber);
    const [proof, ...claims] = await Promise.all([
      service.graphql(VERIFY_OTP, { input: { phoneNumber, otp } }),
      ...(await inParallel(5, (index) => register(service, form({ phoneNumber, email: `race${index}@example.com` })))),
    ]);
    expect(proof.body.data.verifyOtp.__typename).toBe('VerifyOtpSuccess');
    expect(claims).toHaveLength(5);
    const [owners] = await service.db.execute(
      sql`SELECT count(*)::int FROM users WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NOT NULL`,
    );
    expect(owners).toEqual({ count: 1 });
  });
});

describe('N3: registering with the code of a number that others claim', () => {
  test('makes the owner an account of their own and takes the number from the claimants', async () => {
    const phoneNumber = nextNumber();
    const claimants = [await claim(phoneNumber), await claim(phoneNumber)];
    const verificationCode = await obtainCode(service, phoneNumber);
    const owner = await claim(phoneNumber, { verificationCode });
    expect(owner.user).toMatchObject({ phoneNumber, phoneVerified: true, hasPassword: true });
    for (const claimant of claimants) {
      expect(owner.user.id).not.toBe(claimant.user.id);
      expect((await me(service, claimant.tokens.accessToken)).body.data.me).toMatchObject({
        phoneNumber: null,
        phoneVerified: false,
        email: claimant.user.email,
      });
    }
    service.clock.advance(60);
    expect((await signIn(service, phoneNumber)).user.id).toBe(owner.user.id);
  });
});
