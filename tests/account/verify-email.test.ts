import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  form,
  me,
  obtainCode,
  register,
  requestOtp,
  signIn,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { emailCode, giveEmail, requestEmailOtp, verifyEmail } from '../support/operations/email-operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';

let service: TestService;
let people = 0;

beforeAll(async () => {
  service = await startService({ env: MANY_TEXTS });
});
afterAll(() => service.close());

/** Somebody who has just signed up by code. */
async function somebody(): Promise<{ token: string; phoneNumber: string; email: string; deviceToken: string }> {
  people += 1;
  const phoneNumber = `+97798410${String(people).padStart(5, '0')}`;
  const { tokens, deviceToken } = await signIn(service, phoneNumber);
  return { token: tokens.accessToken, phoneNumber, email: `person-${people}@example.com`, deviceToken };
}

async function emailOf(token: string): Promise<{ email: string | null; emailVerified: boolean }> {
  const { body } = await me(service, token);
  return { email: body.data.me.email, emailVerified: body.data.me.emailVerified };
}

describe('an address that nobody has verified', () => {
  test('belongs to the account that types in the code, and only then counts', async () => {
    const { token, email } = await somebody();
    const otp = await emailCode(service, email, token);
    expect(await emailOf(token)).toEqual({ email: null, emailVerified: false });
    const answer = await verifyEmail(service, { email, otp }, { token });
    expect(answer).toMatchObject({ __typename: 'VerifyEmailSuccess', user: { email, emailVerified: true } });
    expect(await emailOf(token)).toEqual({ email, emailVerified: true });
  });

  test('in any spelling is one address', async () => {
    const { token, email } = await somebody();
    const otp = await emailCode(service, email.toUpperCase().replace('EXAMPLE', 'Example'), token);
    const answer = await verifyEmail(service, { email: ` ${email} `, otp }, { token });
    expect(answer.user.email).toBe(email);
  });

  test('is taken from an account that only named it', async () => {
    const [thief, owner] = [await somebody(), await somebody()];
    await service.db.execute(`UPDATE users SET email = '${owner.email}' WHERE phone_number = '${thief.phoneNumber}'`);
    await giveEmail(service, owner.email, owner.token);
    expect(await emailOf(owner.token)).toEqual({ email: owner.email, emailVerified: true });
    expect(await emailOf(thief.token)).toEqual({ email: null, emailVerified: false });
  });

  test('is a fresh proof of who the user is', async () => {
    const { token, email } = await somebody();
    await giveEmail(service, email, token);
    // On a device this young, another address needs a code to the one before.
    const answer = await requestEmailOtp(service, { email: `other-${email}`, purpose: 'VERIFY_EMAIL' }, { token });
    expect(answer.__typename).toBe('RequestEmailOtpSuccess');
  });

  test('of an unfinished registration is found without typing it again, and keeps no username that another one took', async () => {
    const username = `name-${people}`;
    const open = await startService({
      env: { REGISTRATION: 'open' },
      database: service.database,
      clock: service.clock,
    });
    const registration = { phoneNumber: '+9779841200001', email: 'unfinished@example.com', username };
    const { tokens } = await register(open, form(registration));
    const { phoneNumber } = await somebody();
    await service.db.execute(`UPDATE users SET username = '${username}' WHERE phone_number = '${phoneNumber}'`);
    const token = tokens.accessToken;
    const asked = await requestEmailOtp(open, { purpose: 'VERIFY_EMAIL' }, { token });
    expect(asked).toMatchObject({ __typename: 'RequestEmailOtpSuccess', email: 'unfinished@example.com' });
    const otp = open.phone.code('unfinished@example.com');
    const answer = await verifyEmail(open, { email: 'unfinished@example.com', otp }, { token });
    expect(answer.user).toMatchObject({ emailVerified: true, username: null });
    await open.close();
  });
});

describe('an address that another account has verified', () => {
  test('gets the same answer until the code is right, then TAKEN; nothing is merged', async () => {
    const [first, second] = [await somebody(), await somebody()];
    await giveEmail(service, first.email, first.token);
    const free = await requestEmailOtp(
      service,
      { email: second.email, purpose: 'VERIFY_EMAIL' },
      { token: second.token },
    );
    const taken = await requestEmailOtp(
      service,
      { email: first.email, purpose: 'VERIFY_EMAIL' },
      { token: second.token },
    );
    const { requestToken: _, email: __, ...same } = free;
    expect(taken).toMatchObject(same);
    const otp = service.phone.code(first.email);
    const wrong = await verifyEmail(service, { email: first.email, otp: wrongCode(otp) }, { token: second.token });
    expect(wrong.__typename).toBe('InvalidOtpError');
    const right = await verifyEmail(service, { email: first.email, otp }, { token: second.token });
    expect(right.fields).toMatchObject([{ field: 'email', code: 'TAKEN' }]);
    expect(await emailOf(first.token)).toEqual({ email: first.email, emailVerified: true });
    expect(await emailOf(second.token)).toEqual({ email: null, emailVerified: false });
  });

  test('is won by one of two who verify it at the same moment, forty times', async () => {
    const winners = new Set<number>();
    for (let round = 0; round < 40; round += 1) {
      const pair = [await somebody(), await somebody()];
      const email = `race-${round}@example.com`;
      // Each reserves the address already, as an account that was registered with it does.
      await service.db.execute(`UPDATE users SET email = '${email}' WHERE phone_number = '${pair[0]?.phoneNumber}'`);
      const codes: string[] = [];
      for (const { token } of pair) codes.push(await emailCode(service, email, token));
      const answers = await Promise.all(
        pair.map(({ token }, index) => verifyEmail(service, { email, otp: codes[index] }, { token })),
      );
      expect(answers.map(({ __typename }) => __typename).sort()).toEqual(['InvalidInputError', 'VerifyEmailSuccess']);
      winners.add(answers.findIndex(({ __typename }) => __typename === 'VerifyEmailSuccess'));
      const rows = await service.db.execute(`SELECT 1 FROM users WHERE lower(email) = '${email}'`);
      expect(rows).toHaveLength(1);
    }
    expect(winners.size).toBeGreaterThan(0);
  });
});

describe('another address in place of a verified one', () => {
  test('needs a code to the address before, on a device that the account has not known for long', async () => {
    const { token, email } = await somebody();
    await giveEmail(service, email, token);
    const otp = await emailCode(service, `new-${email}`, token);
    service.clock.advance(301);
    const { tokens } = await signIn(service, `+97798410${String(people).padStart(5, '0')}`);
    const again = tokens.accessToken;
    const asked = await requestEmailOtp(service, { email: `new-${email}`, purpose: 'VERIFY_EMAIL' }, { token: again });
    expect(asked).toMatchObject({ __typename: 'ReauthenticationRequiredError', methods: ['EMAIL_OTP'] });
    const answer = await verifyEmail(service, { email: `new-${email}`, otp }, { token: again });
    expect(answer).toMatchObject({ __typename: 'ReauthenticationRequiredError', methods: ['EMAIL_OTP'] });
    expect(await emailOf(again)).toEqual({ email, emailVerified: true });
  });

  test('ends all other sessions and kills the codes under way for the address before', async () => {
    const { token, email, phoneNumber } = await somebody();
    await giveEmail(service, email, token);
    service.clock.advance(61);
    const other = (await signIn(service, phoneNumber)).tokens.accessToken;
    await requestEmailOtp(service, { email, purpose: 'RESET_PASSWORD' });
    await giveEmail(service, `new-${email}`, token);
    expect((await me(service, other)).body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(await emailOf(token)).toEqual({ email: `new-${email}`, emailVerified: true });
    const alive = await service.db.execute(
      `SELECT 1 FROM otp_challenges WHERE phone_number = '${email}' AND consumed_at IS NULL`,
    );
    expect(alive).toHaveLength(0);
  });

  test('that was verified first in another session is judged once more', async () => {
    const { token, email, phoneNumber } = await somebody();
    const otp = await emailCode(service, `late-${email}`, token);
    service.clock.advance(61);
    const thief = (await signIn(service, phoneNumber)).tokens.accessToken;
    await giveEmail(service, email, token);
    const code = await emailCodeOfThief(`late-${email}`, thief);
    expect(code).toMatchObject({ __typename: 'ReauthenticationRequiredError' });
    const answer = await verifyEmail(service, { email: `late-${email}`, otp }, { token: thief });
    expect(answer).toMatchObject({ __typename: 'ReauthenticationRequiredError', methods: ['EMAIL_OTP'] });
  });
});

describe('somebody with a session of a few days, while the owner verifies an address', () => {
  test('is judged by what the account has when the code is used, not by what it had when the call began', async () => {
    const { token, email, phoneNumber } = await somebody();
    const otp = await emailCode(service, `thief-${email}`, token);
    const { pending } = await service.db.transaction(async (owner) => {
      await owner.execute(`SELECT 1 FROM users WHERE phone_number = '${phoneNumber}' FOR UPDATE`);
      const waiting = verifyEmail(service, { email: `thief-${email}`, otp }, { token });
      const queued = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      while ((await owner.execute(queued)).length === 0) await nextTurn();
      await owner.execute(
        `UPDATE users SET email = '${email}', email_verified_at = now() WHERE phone_number = '${phoneNumber}'`,
      );
      return { pending: waiting };
    });
    expect(await pending).toMatchObject({ __typename: 'ReauthenticationRequiredError', methods: ['EMAIL_OTP'] });
    expect(await emailOf(token)).toEqual({ email, emailVerified: true });
  });
});

function emailCodeOfThief(email: string, token: string) {
  return requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, { token });
}

describe('a code by email', () => {
  test('for one account, purpose or address never works for another', async () => {
    const [one, two] = [await somebody(), await somebody()];
    await giveEmail(service, one.email, one.token);
    service.clock.advance(61);
    const resetCode = await resetCodeTo(one.email);
    // Same address, other purpose.
    const other = await verifyEmail(service, { email: one.email, otp: resetCode }, { token: one.token });
    expect(other.__typename).toBe('InvalidOtpError');
    // Same address and purpose, other account.
    const otp = await emailCode(service, two.email, two.token);
    const stolen = await verifyEmail(service, { email: two.email, otp }, { token: one.token });
    expect(stolen.__typename).toBe('InvalidOtpError');
    // Same account and purpose, other address.
    const moved = await verifyEmail(service, { email: `x-${two.email}`, otp }, { token: two.token });
    expect(moved.__typename).toBe('InvalidOtpError');
    // No code by email signs in, and no code by text verifies an address.
    const text = await obtainCode(service, two.phoneNumber);
    const byText = await verifyEmail(service, { email: two.email, otp: text }, { token: two.token });
    expect(byText.__typename).toBe('InvalidOtpError');
    const signedIn = await verifyOtp(service, { phoneNumber: two.phoneNumber, otp });
    expect(signedIn.__typename).toBe('InvalidOtpError');
  });

  test('is right once, whatever is submitted at the same moment', async () => {
    const { token, email } = await somebody();
    const otp = await emailCode(service, email, token);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => verifyEmail(service, { email, otp }, { token })),
    );
    const kinds = answers.map(({ __typename }) => __typename);
    expect(kinds.filter((kind) => kind === 'VerifyEmailSuccess')).toHaveLength(1);
  });

  test('is dead after three wrong guesses, and a resend gives none back', async () => {
    const { token, email } = await somebody();
    const otp = await emailCode(service, email, token);
    for (const left of [2, 1, 0]) {
      const answer = await verifyEmail(service, { email, otp: wrongCode(otp) }, { token });
      expect(answer).toMatchObject({ __typename: 'InvalidOtpError', attemptsRemaining: left });
    }
    expect((await verifyEmail(service, { email, otp }, { token })).__typename).toBe('InvalidOtpError');
    service.clock.advance(61);
    expect(await emailCode(service, email, token)).toBe(otp);
    expect((await verifyEmail(service, { email, otp }, { token })).__typename).toBe('InvalidOtpError');
  });

  test('is locked by strangers for strangers only: a device that the account knows has guesses of its own', async () => {
    const [owner, stranger] = [await somebody(), await somebody()];
    await giveEmail(service, owner.email, owner.token);
    service.clock.advance(61);
    const { email } = owner;
    const code = await emailCode(service, email, stranger.token);
    let answer = await verifyEmail(service, { email, otp: wrongCode(code) }, { token: stranger.token });
    for (let guess = 0; guess < 6; guess += 1)
      answer = await verifyEmail(service, { email, otp: wrongCode(code) }, { token: stranger.token });
    expect(answer.__typename).toBe('AccountLockedError');
    const otp = await emailCode(service, email, owner.token);
    const right = await verifyEmail(service, { email, otp }, { token: owner.token });
    expect(right.__typename).toBe('VerifyEmailSuccess');
  });

  test('and its address are in no log line', async () => {
    const { token, email } = await somebody();
    const otp = await emailCode(service, email, token);
    await verifyEmail(service, { email, otp }, { token });
    const lines = service.logs.join('');
    expect(lines.includes(email)).toBe(false);
    expect(lines.includes('"channel":"EMAIL","email":"p…@example.com"')).toBe(true);
    expect(lines.includes(`"${otp}"`)).toBe(false);
  });

  test('dies with a change of the password', async () => {
    const { token, email } = await somebody();
    await giveEmail(service, email, token);
    const code = await resetCodeTo(email);
    expect(code).toMatch(/^\d{6}$/);
    const newPassword = 'a long enough pass phrase';
    const { body } = await service.graphql(
      'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }',
      { input: { newPassword, newPasswordConfirm: newPassword } },
      { token },
    );
    expect(body.data.changePassword.__typename).toBe('ChangePasswordSuccess');
    const alive = await service.db.execute(
      `SELECT 1 FROM otp_challenges WHERE phone_number = '${email}' AND consumed_at IS NULL`,
    );
    expect(alive).toHaveLength(0);
  });
});

async function resetCodeTo(email: string): Promise<string> {
  const answer = await requestEmailOtp(service, { email, purpose: 'RESET_PASSWORD' });
  if (answer.__typename !== 'RequestEmailOtpSuccess') throw new Error(JSON.stringify(answer));
  return service.phone.code(email);
}

test('an account with a verified address is not taken over by whoever verifies the number that it was registered with', async () => {
  const open = await startService({ env: { REGISTRATION: 'open' }, database: service.database, clock: service.clock });
  const typo = { phoneNumber: '+9779841300001', email: 'typo@example.com', username: 'typo' };
  const { tokens } = await register(open, form(typo));
  await requestEmailOtp(open, { purpose: 'VERIFY_EMAIL' }, { token: tokens.accessToken });
  const otp = open.phone.code(typo.email);
  await verifyEmail(open, { email: typo.email, otp }, { token: tokens.accessToken });
  const stranger = await signIn(service, typo.phoneNumber);
  expect(stranger).toMatchObject({ newMember: true, user: { email: null, username: null } });
  const { body } = await me(service, tokens.accessToken);
  expect(body.data.me).toMatchObject({ email: typo.email, emailVerified: true, username: 'typo', phoneNumber: null });
  await open.close();
});

test('verifying an address lands in the audit trail with who, from where, on which device', async () => {
  const { token, email, phoneNumber } = await somebody();
  await giveEmail(service, email, token);
  const events = await service.db.execute(
    `SELECT e.kind, e.ip_address, e.session_id IS NOT NULL AS session, e.device_id IS NOT NULL AS device, e.details
     FROM audit_events e JOIN users u ON u.id = e.user_id
     WHERE u.phone_number = '${phoneNumber}' AND e.kind = 'email_verified'`,
  );
  expect([...events]).toEqual([
    { kind: 'email_verified', ip_address: '127.0.0.1', session: true, device: true, details: { replaced: false } },
  ]);
});

test('a session without a fresh proof adds no address', async () => {
  const { token, email } = await somebody();
  service.clock.advance(301);
  const asked = await requestEmailOtp(service, { email, purpose: 'VERIFY_EMAIL' }, { token });
  expect(asked).toMatchObject({ __typename: 'ReauthenticationRequiredError', methods: ['PHONE_OTP'] });
  expect((await requestOtp(service, { phoneNumber: '+9779841099999' })).__typename).toBe('RequestOtpSuccess');
});
