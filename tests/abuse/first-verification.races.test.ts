import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { FirstVerificationRepository } from '../../src/sign-in/first-verification/write.repository.js';
import { emptyAccount } from '../support/empty-account.js';
import {
  countOf,
  form,
  me,
  obtainCode,
  register,
  signIn,
  VERIFY_OTP,
  verifyOtp,
} from '../support/operations/operations.js';
import { failuresOf } from '../support/postgres/rows.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';
import type { TestService } from '../support/service.js';
import { isSignedIn, login, logout, registered } from '../support/operations/session-operations.js';

/** N3: what happens between the decision of a first verification and its writing, and at the very same moment. */

const PASSWORD = 'SecurePassword123!';
const ROUNDS = 10;

let processes: TwoProcesses;
let service: TestService;
let serial = 0;
beforeAll(async () => {
  processes = await startTwoProcesses();
  service = processes.first;
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => processes.close());

function nextNumber(): string {
  serial += 1;
  return `+9779800011${String(serial).padStart(3, '0')}`;
}

function newForm(phoneNumber: string) {
  serial += 1;
  return form({ phoneNumber, email: `race${serial}@example.com`, username: `race${serial}` });
}

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents ask for.
type Claimed = any;

function claim(phoneNumber: string): Promise<Claimed> {
  return registered(service, newForm(phoneNumber));
}

/** Once, between decision and writing. */
function beforeWriting(write: 'keep' | 'takeOver', between: () => Promise<unknown>) {
  // biome-ignore lint/suspicious/noExplicitAny: either of the two, which take what the service gives them.
  const original = FirstVerificationRepository.prototype[write] as any;
  const spy = vi.spyOn(FirstVerificationRepository.prototype, write);
  spy.mockImplementationOnce(async function (this: FirstVerificationRepository, ...values: unknown[]) {
    await between();
    return original.apply(this, values);
  } as never);
  return spy;
}

async function rowOf(userId: string) {
  const [row] = await service.db.execute(
    sql`SELECT phone_number, email, password_hash IS NOT NULL AS has_password FROM users WHERE id = ${userId}`,
  );
  return row;
}

async function livingSessions(userId: string): Promise<number> {
  const rows = await service.db.execute(sql`SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE u.id = ${userId} AND s.ended_at IS NULL AND s.epoch >= u.session_epoch`);
  return rows.length;
}

describe('between the decision and its writing', () => {
  test('somebody else registers the number: the owner gets an account of their own, in one call', async () => {
    const phoneNumber = nextNumber();
    const first = await claim(phoneNumber);
    let second: Claimed;
    beforeWriting('takeOver', async () => {
      second = await claim(phoneNumber);
    });
    const { user, newMember } = await signIn(service, phoneNumber);
    expect({ ...user, newMember }).toEqual({ ...emptyAccount(phoneNumber, user), newMember: true });
    for (const claimant of [first, second]) {
      expect(await rowOf(claimant.user.id)).toEqual({
        phone_number: null,
        email: claimant.user.email,
        has_password: true,
      });
    }
  });

  test('the session of the access token ends: the token shows nothing any more', async () => {
    const phoneNumber = nextNumber();
    const { user: claimed, tokens } = await claim(phoneNumber);
    beforeWriting('keep', () => logout(service, tokens));
    const otp = await obtainCode(service, phoneNumber);
    const { user } = await verifyOtp(service, { phoneNumber, otp }, { token: tokens.accessToken });
    expect(user).toMatchObject({ id: claimed.id, hasPassword: false, email: null });
  });

  test('another submission uses the code: this one is told of a wrong code, and costs the number no guess', async () => {
    const phoneNumber = nextNumber();
    const { user } = await claim(phoneNumber);
    const otp = await obtainCode(service, phoneNumber);
    const answers: Claimed[] = [];
    beforeWriting('takeOver', async () => answers.push(await verifyOtp(processes.second, { phoneNumber, otp })));
    answers.push(await verifyOtp(service, { phoneNumber, otp }));
    expect(countOf(answers)).toEqual({ VerifyOtpSuccess: 1, InvalidOtpError: 1 });
    expect(await failuresOf(service, phoneNumber)).toBe(0);
    expect(await livingSessions(user.id)).toBe(1);
  });

  test('the claimant signs in by password once more: that session does not survive either', async () => {
    const phoneNumber = nextNumber();
    const { user } = await claim(phoneNumber);
    let late: Claimed;
    beforeWriting('takeOver', async () => {
      late = await login(processes.second, { identifier: user.username, password: PASSWORD });
    });
    const owner = await signIn(service, phoneNumber);
    expect(owner.user.id).toBe(user.id);
    expect(await isSignedIn(service, late.tokens.accessToken)).toBe(false);
    expect(await livingSessions(user.id)).toBe(1);
  });

  test('the process is killed: nothing is written, and the same code verifies the number afterwards', async () => {
    const phoneNumber = nextNumber();
    const claimant = await claim(phoneNumber);
    const otp = await obtainCode(service, phoneNumber);
    beforeWriting('takeOver', async () => {
      throw new Error('Killed.');
    });
    const { body } = await service.graphql(VERIFY_OTP, { input: { phoneNumber, otp } });
    expect(body.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect((await me(service, claimant.tokens.accessToken)).body.data.me).toEqual(claimant.user);
    const { user } = await verifyOtp(processes.second, { phoneNumber, otp });
    expect(user).toMatchObject({ id: claimant.user.id, phoneVerified: true, hasPassword: false });
  });

  test('the database fails in the middle of the writing: all of it is undone', async () => {
    const phoneNumber = nextNumber();
    const claimant = await claim(phoneNumber);
    const otp = await obtainCode(service, phoneNumber);
    await service.db.execute(sql`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql
      AS 'BEGIN RAISE EXCEPTION ''no more''; END'`);
    await service.db.execute(sql`CREATE TRIGGER fail BEFORE INSERT ON devices FOR EACH ROW EXECUTE FUNCTION fail()`);
    const { body } = await service.graphql(VERIFY_OTP, { input: { phoneNumber, otp } });
    await service.db.execute(sql`DROP FUNCTION fail CASCADE`);
    expect(body.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect((await me(service, claimant.tokens.accessToken)).body.data.me).toEqual(claimant.user);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });
});

describe('at the very same moment', () => {
  test('two registrations, a login and the owner: one account has the number, with one session, and nothing of theirs', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const phoneNumber = nextNumber();
      const claimant = await claim(phoneNumber);
      const otp = await obtainCode(service, phoneNumber);
      const [proof, ...others] = await Promise.all([
        verifyOtp(processes.turn(round), { phoneNumber, otp }),
        register(service, newForm(phoneNumber)),
        register(processes.second, newForm(phoneNumber)),
        login(processes.turn(round + 1), { identifier: claimant.user.username, password: PASSWORD }),
      ]);
      expect(proof).toMatchObject({
        __typename: 'VerifyOtpSuccess',
        user: { phoneNumber, hasPassword: false, email: null },
      });
      expect(await livingSessions(proof.user.id)).toBe(1);
      for (const { __typename, tokens } of others) {
        if (__typename === 'RegisterSuccess') expect(await isSignedIn(service, tokens.accessToken)).toBe(true);
      }
      service.clock.advance(60);
      expect((await signIn(service, phoneNumber)).user.id).toBe(proof.user.id);
      const numbers = await service.db.execute(sql`SELECT id FROM users WHERE phone_number = ${phoneNumber}`);
      expect(numbers).toEqual([{ id: proof.user.id }]);
    }
  });

  test('two who registered, each with a token, submit one code: one of them keeps all, the other loses the number only', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const phoneNumber = nextNumber();
      const [first, second] = [await claim(phoneNumber), await claim(phoneNumber)];
      const otp = await obtainCode(service, phoneNumber);
      const answers = await Promise.all([
        verifyOtp(processes.turn(round), { phoneNumber, otp }, { token: first.tokens.accessToken }),
        verifyOtp(processes.turn(round + 1), { phoneNumber, otp, deviceToken: second.deviceToken }),
      ]);
      expect(countOf(answers)).toEqual({ VerifyOtpSuccess: 1, InvalidOtpError: 1 });
      const [winner, loser] = answers[0]?.user ? [first, second] : [second, first];
      for (const { user } of [winner, loser]) {
        const number = user.id === winner.user.id ? phoneNumber : null;
        expect(await rowOf(user.id)).toEqual({ phone_number: number, email: user.email, has_password: true });
      }
    }
  });
});
