import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { LoginRepository } from '../../src/sign-in/login.repository.js';
import {
  form,
  inParallel,
  obtainCode,
  problemsOf,
  register,
  requestOtp,
  verifyOtp,
} from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { login } from '../support/operations/session-operations.js';
import { TEST_SECRETS } from '../support/hashed-subject.js';

/** V5: somebody registers with names of other people, and verifies nothing. */

const STRANGERS = 'the password of a stranger';
const OWNERS = 'the password of the owner';
const REFUSED = { __typename: 'InvalidCredentialsError' };

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

function names() {
  serial += 1;
  return { email: `asha${serial}@example.com`, username: `asha_${serial}` };
}

function nextNumber(): string {
  serial += 1;
  return `+977980${String(serial).padStart(7, '0')}`;
}

function formOf(password: string, fields: object) {
  return form({ phoneNumber: nextNumber(), password, passwordConfirm: password, ...fields });
}

/** Registers somebody who never types a code. */
async function stranger(fields: object) {
  const answer = await register(service, formOf(STRANGERS, fields));
  if (answer.__typename !== 'RegisterSuccess') throw new Error(JSON.stringify(answer));
  return answer;
}

/** Registers somebody whose number is verified from the start. */
async function owner(fields: object) {
  const input = formOf(OWNERS, fields);
  return register(service, { ...input, verificationCode: await obtainCode(service, String(input['phoneNumber'])) });
}

const loginAs = (identifier: string, password: string) => login(service, { identifier, password });

describe('V5: a registration that verified nothing', () => {
  test('keeps nobody from registering its email address and username, in any spelling', async () => {
    const { email, username } = names();
    await stranger({ email: email.toUpperCase(), username: username.toUpperCase() });
    await stranger({ email, username });
    const { __typename, user } = await owner({ email, username });
    expect({ __typename, user }).toMatchObject({ __typename: 'RegisterSuccess', user: { email, username } });
    expect(problemsOf(await owner({ email, username: username.toUpperCase() }))).toEqual({
      email: 'A user with this email already exists.',
      username: 'A user with this username already exists.',
    });
  });

  test('does not open by a name that a verified account has, and does not keep that account closed', async () => {
    const { email, username } = names();
    await stranger({ email, username });
    const { user } = await owner({ email, username });
    for (const identifier of [email, username]) {
      expect(await loginAs(identifier, OWNERS)).toMatchObject({ __typename: 'LoginSuccess', user: { id: user.id } });
      expect(await loginAs(identifier, STRANGERS)).toMatchObject(REFUSED);
    }
  });

  test('opens by its name where no other account has it', async () => {
    const { email, username } = names();
    const { user } = await stranger({ email, username });
    for (const identifier of [email, username]) {
      expect(await loginAs(identifier, STRANGERS)).toMatchObject({ __typename: 'LoginSuccess', user: { id: user.id } });
    }
  });

  test('opens by no name that another unverified account has too, until one of them verifies its number', async () => {
    const { email, username } = names();
    await stranger({ email, username });
    const asha = await register(service, formOf(OWNERS, { email, username }));
    for (const password of [STRANGERS, OWNERS]) expect(await loginAs(email, password)).toMatchObject(REFUSED);
    const { phoneNumber, id } = asha.user;
    const otp = await obtainCode(service, phoneNumber);
    const verified = await verifyOtp(service, { phoneNumber, otp, deviceToken: asha.deviceToken });
    expect(verified.user).toMatchObject({ id, email, username });
    expect(await loginAs(email, OWNERS)).toMatchObject({ __typename: 'LoginSuccess', user: { id } });
    expect(await loginAs(username, STRANGERS)).toMatchObject(REFUSED);
  });
});

describe('V5: a registration that verifies its number later', () => {
  test('loses the names that a verified account has by then, and keeps all else', async () => {
    const { email, username } = names();
    const late = await stranger({ email, username });
    await owner({ email, username });
    const { phoneNumber } = late.user;
    const otp = await obtainCode(service, phoneNumber);
    const { user } = await verifyOtp(service, { phoneNumber, otp }, { token: late.tokens.accessToken });
    const kept = { ...late.user, phoneVerified: true, updatedAt: user.updatedAt };
    expect(user).toEqual({ ...kept, email: null, username: null });
  });

  test('loses the username also where it is taken over without a token', async () => {
    const { email, username } = names();
    const { user: late } = await stranger({ email, username });
    await owner({ username, email: `other-${email}` });
    const otp = await obtainCode(service, late.phoneNumber);
    const { user } = await verifyOtp(service, { phoneNumber: late.phoneNumber, otp });
    expect(user).toMatchObject({ id: late.id, firstName: late.firstName, username: null });
  });

  test('two with the same names verify at the same moment: both sign in, one keeps the names', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { email, username } = names();
      const both = await inParallel(2, () => stranger({ email, username }));
      const codes = await Promise.all(both.map(({ user }) => obtainCode(service, user.phoneNumber)));
      const answers = await inParallel(2, (index) => {
        const { user, deviceToken } = both[index];
        return verifyOtp(service, { phoneNumber: user.phoneNumber, otp: codes[index], deviceToken });
      });
      expect(answers.map(({ __typename }) => __typename)).toEqual(['VerifyOtpSuccess', 'VerifyOtpSuccess']);
      expect(answers.map(({ user }) => user.email).sort()).toEqual([email, null]);
      expect(answers.map(({ user }) => user.username).sort()).toEqual([username, null]);
    }
  });

  test('while others register the same names with a code, one account has them in the end', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { email, username } = names();
      const late = await stranger({ email, username });
      const input = formOf(OWNERS, { email, username });
      const verificationCode = await obtainCode(service, String(input['phoneNumber']));
      await requestOtp(service, { phoneNumber: late.user.phoneNumber });
      const otp = service.phone.code(late.user.phoneNumber);
      const [verified, registered] = await Promise.all([
        verifyOtp(service, { phoneNumber: late.user.phoneNumber, otp, deviceToken: late.deviceToken }),
        register(service, { ...input, verificationCode }),
      ]);
      expect(verified.__typename).toBe('VerifyOtpSuccess');
      expect([verified.user.email, registered.user?.email ?? null].filter(Boolean)).toEqual([email]);
    }
  });
});

test('V5: a login reads two rows, however many accounts have the name', async () => {
  const { email } = names();
  const now = service.clock.now().toISOString();
  await service.db.execute(sql`
    INSERT INTO users (id, email, created_at, updated_at)
    SELECT gen_random_uuid(), ${email}, ${now}, ${now} FROM generate_series(1, 3000)`);
  await service.db.execute(sql`
    INSERT INTO users (id, email, phone_number, phone_verified_at, created_at, updated_at)
    SELECT gen_random_uuid(), 'other' || n, '+99' || n, ${now}, ${now}, ${now} FROM generate_series(1, 3000) n`);
  await service.db.execute(sql`ANALYZE users`);
  const read = await service.db.transaction(async (transaction) => {
    const before = await entriesRead(transaction);
    await new LoginRepository(transaction, TEST_SECRETS).claim({
      identifier: { kind: 'email', value: email },
      guesser: { ipAddress: null, networks: [''], device: null, suspicionCleared: false, refuseSuspicious: false },
      failures: [],
      now: service.clock.now(),
      limits: { lockAfter: 6, lockDuration: 900, perDay: 20 },
    });
    return (await entriesRead(transaction)) - before;
  });
  expect(read).toBeLessThanOrEqual(2);
});

/** Rows of `users` that this connection has read. */
async function entriesRead(db: Database): Promise<number> {
  const [row] = await db.execute<{ read: number }>(sql`
    SELECT (seq_tup_read + coalesce(idx_tup_fetch, 0))::int AS read FROM pg_stat_xact_user_tables
    WHERE relname = 'users'`);
  return row?.read ?? Number.NaN;
}
