import { sql } from 'drizzle-orm';
import argon2 from 'argon2';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  REAUTHENTICATE,
  REMOVE_PASSWORD,
  reauthenticate,
  removePassword,
  UPDATE_PROFILE,
} from '../support/operations/account-operations.js';
import { form, obtainCode, signIn, wrongCode } from '../support/operations/operations.js';
import { isBehindTheAnswer } from '../support/postgres/behind-the-answer.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { startCountedService } from '../support/postgres/counted-service.js';
import type { TestService } from '../support/service.js';
import {
  CHANGE_PASSWORD,
  changePassword,
  LOGIN,
  login,
  logout,
  logoutEverywhere,
  REFRESH_SESSION,
  refresh,
  registered,
  revokeSession,
  sessionsOf,
} from '../support/operations/session-operations.js';
import {
  CHANGE_PHONE_NUMBER,
  codeInNotice,
  moveTo,
  newNumberCode,
  revertChange,
} from '../support/operations/number-changes.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

/**
 * What sessions and passwords cost the database. Not "at most": whoever changes one of these numbers shall see it here.
 * The budgets of the design: refreshSession and logout 2 statements in 1 round trip, login 4 in 3.
 */

/** For what a process does once. Preparing a statement on one more connection is no round trip (postgres-wire.ts). */
const WARM_UP_ROUNDS = 2;
const PASSWORD = 'SecurePassword123!';

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;
let people = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url, isBehindTheAnswer);
  service = await startCountedService({ database, databaseUrl: proxy.url });
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    await everything();
  }
});

afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.close();
});

async function account() {
  people += 1;
  const username = `cost${people}`;
  const phoneNumber = `+2556792${String(people).padStart(5, '0')}`;
  const { user, tokens } = await registered(service, form({ phoneNumber, username, email: `${username}@example.com` }));
  const { accessToken: token, refreshToken } = tokens as { accessToken: string; refreshToken: string };
  return { id: user.id as string, username, token, refreshToken, sessionId: String(decodeJwt(token)['sid']) };
}

/** What the tests below do, or stands before it. */
async function everything(): Promise<void> {
  const { username, token, refreshToken, sessionId } = await account();
  const newPassword = `${PASSWORD}!`;
  await login(service, { identifier: username, password: PASSWORD });
  await refresh(service, refreshToken);
  await sessionsOf(service, token);
  await revokeSession(service, token, sessionId);
  await login(service, { identifier: `nobody${people}@example.com`, password: PASSWORD });
  const { token: other, id } = await account();
  await makeOld(id);
  await login(service, { identifier: `cost${people}`, password: PASSWORD });
  await changePassword(service, other, { currentPassword: PASSWORD, newPassword });
  await logoutEverywhere(service, other, true);
  await logoutEverywhere(service, other);
  await logout(service, { accessToken: other });
  const { tokens, user } = await signIn(service, `+2556793${String(people).padStart(5, '0')}`);
  await changePassword(service, tokens.accessToken, { newPassword });
  const mover = { accessToken: tokens.accessToken, userId: user.id };
  await moveTo(service, mover, `+2556795${String(people).padStart(5, '0')}`);
  await revertChange(service, await codeInNotice(service, user.id, 'number'));
  const { token: asking } = await verified();
  await service.graphql(
    UPDATE_PROFILE,
    { input: { firstName: 'Asha', username: `asha${people}`, locale: 'ne' } },
    { token: asking },
  );
  await reauthenticate(service, asking, { password: PASSWORD });
  await removePassword(service, asking);
}

/** Somebody with a password and a verified number. */
async function verified() {
  people += 1;
  const phoneNumber = `+2556794${String(people).padStart(5, '0')}`;
  const names = { phoneNumber, email: `cost${people}@example.com`, username: `cost${people}` };
  const verificationCode = await obtainCode(service, phoneNumber);
  const { tokens } = await registered(service, form({ ...names, verificationCode }));
  return { phoneNumber, token: tokens.accessToken as string };
}

/** Gives an account a hash as an earlier version made it. */
async function makeOld(userId: string): Promise<void> {
  const hash = await argon2.hash(PASSWORD, { type: argon2.argon2id, memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  await database.db.execute(sql`UPDATE users SET password_hash = ${hash} WHERE id = ${userId}`);
}

/** An operation without the user's sessions, which cost a statement wherever somebody asks for them. */
async function costOfBare(document: string, variables: object, token?: string) {
  const query = document.replace('sessions { id current }', '');
  return costOf(async () => {
    const { body } = await service.graphql(query, variables, token === undefined ? {} : { token });
    expect(body.errors).toBeUndefined();
  });
}

async function costOf(operation: () => Promise<unknown>): Promise<{ statements: number; roundTrips: number }> {
  while (!proxy.wire.quiet) await new Promise(setImmediate);
  proxy.wire.reset();
  await operation();
  while (!proxy.wire.quiet) await new Promise(setImmediate);
  const { statements, roundTrips } = proxy.wire.count;
  return { statements, roundTrips };
}

const one = { statements: 1, roundTrips: 1 };
const two = { statements: 2, roundTrips: 2 };

describe('refreshSession', () => {
  const refreshCost = (refreshToken: string) => costOfBare(REFRESH_SESSION, { refreshToken });

  test('rotates, repeats and revokes in one statement', async () => {
    const { refreshToken } = await account();
    expect(await refreshCost(refreshToken)).toEqual(one);
    expect(await refreshCost(refreshToken)).toEqual(one);
    service.clock.advance(31);
    expect(await refreshCost(refreshToken)).toEqual(one);
    expect(await refreshCost(refreshToken)).toEqual(one);
  });

  test('asks for nothing when the token is none of ours', async () => {
    expect(await refreshCost('e30.e30.forged')).toEqual({ statements: 0, roundTrips: 0 });
  });
});

describe('ending sessions', () => {
  test('logout has one statement; the others look who asks first', async () => {
    const { token } = await account();
    expect(await costOf(() => revokeSession(service, token, '0197b3a0-0000-7000-8000-000000000000'))).toEqual(two);
    expect(await costOf(() => revokeSession(service, token, 'no id'))).toEqual(one);
    expect(await costOf(() => logoutEverywhere(service, token, true))).toEqual(two);
    expect(await costOf(() => logout(service, { accessToken: token }))).toEqual(one);
    expect(await costOf(() => logout(service, { accessToken: token }))).toEqual(one);
  });

  test('looking at one’s sessions costs one statement more than me', async () => {
    const { token } = await account();
    expect(await costOf(() => service.graphql('{ me { id } }', {}, { token }))).toEqual(one);
    expect(await costOf(() => sessionsOf(service, token))).toEqual(two);
  });
});

describe('login', () => {
  const loginCost = (identifier: string, password: string) => costOfBare(LOGIN, { input: { identifier, password } });

  test('claims the guess, and begins the session when it was right, or counts the failure when it was wrong', async () => {
    const { username } = await account();
    expect(await loginCost(username, PASSWORD)).toEqual(two);
    expect(await loginCost(username, 'wrong')).toEqual(two);
  });

  test('replaces an old hash on the way', async () => {
    const { id, username } = await account();
    await makeOld(id);
    expect(await loginCost(username, PASSWORD)).toEqual({ statements: 3, roundTrips: 3 });
    expect(await loginCost(username, PASSWORD)).toEqual(two);
  });

  test('costs the same for nobody, and less while locked', async () => {
    const costs = [two, two, two, two, two, two, one, one];
    for (const cost of costs) expect(await loginCost('nobody@example.com', 'wrong')).toEqual(cost);
  });

  test('asks for nothing when a field is blank', async () => {
    expect(await loginCost('', '')).toEqual({ statements: 0, roundTrips: 0 });
  });
});

describe('what a user changes: look who asks, look what the rule needs to know, write', () => {
  const profileCost = (input: object, token: string) => costOfBare(UPDATE_PROFILE, { input }, token);

  test('updateProfile looks at what others have only where it matters, and writes nothing where nothing changes', async () => {
    const { token } = await verified();
    expect(await profileCost({ firstName: 'Asha', locale: 'ne' }, token)).toEqual(two);
    expect(await profileCost({ firstName: 'Asha' }, token)).toEqual(one);
    expect(await profileCost({ firstName: ' ' }, token)).toEqual(one);
    const three = { statements: 3, roundTrips: 3 };
    expect(await profileCost({ username: `asha.of.${people}` }, token)).toEqual(three);
    expect(await profileCost({ username: 'x' }, token)).toEqual(one);
  });

  test('removePassword', async () => {
    const { token } = await verified();
    expect(await costOfBare(REMOVE_PASSWORD, {}, token)).toEqual(two);
    expect(await costOfBare(REMOVE_PASSWORD, {}, token)).toEqual(one);
  });

  test('reauthenticate claims the guess, and writes the proof down', async () => {
    const { phoneNumber, token } = await verified();
    const cost = (input: object) => costOfBare(REAUTHENTICATE, { input }, token);
    expect(await cost({ password: 'wrong' })).toEqual(two);
    expect(await cost({ password: PASSWORD })).toEqual({ statements: 3, roundTrips: 3 });
    service.clock.advance(60);
    const otp = await obtainCode(service, phoneNumber);
    expect(await cost({ otp })).toEqual({ statements: 3, roundTrips: 3 });
    expect(await cost({})).toEqual(one);
  });
});

describe('changePassword', () => {
  const newPassword = `${PASSWORD}!`;
  const changeCost = (token: string, currentPassword: string | null) =>
    costOfBare(CHANGE_PASSWORD, { input: { currentPassword, newPassword, newPasswordConfirm: newPassword } }, token);

  test('looks who asks, claims the guess, and changes', async () => {
    const { token } = await account();
    expect(await changeCost(token, 'wrong')).toEqual(two);
    expect(await changeCost(token, PASSWORD)).toEqual({ statements: 3, roundTrips: 3 });
  });

  test('of an account that has none claims no guess', async () => {
    const { tokens } = await signIn(service, '+255679299999');
    expect(await changeCost(tokens.accessToken, null)).toEqual(two);
  });
});

describe('changePhoneNumber and revertChange', () => {
  const three = { statements: 3, roundTrips: 3 };

  test('look who asks, claim the guess, and change; look and take back', async () => {
    const { tokens, user } = await signIn(service, '+255679399999');
    const [phoneNumber, free] = ['+255679599999', '+255679599998'];
    const change = async (otp: string, number: string) =>
      costOfBare(CHANGE_PHONE_NUMBER, { input: { phoneNumber: number, otp } }, tokens.accessToken);
    const otp = await newNumberCode({ ...service, db: database.db }, phoneNumber, user.id);
    expect(await change('12', phoneNumber)).toEqual(one);
    expect(await change(wrongCode(otp), phoneNumber)).toEqual(three);
    expect(await change(otp, phoneNumber)).toEqual(three);
    await signIn(service, free);
    const taken = await newNumberCode({ ...service, db: database.db }, free, user.id);
    expect(await change(taken, free)).toEqual(three);
    const token = await codeInNotice({ ...service, db: database.db }, user.id, 'number');
    expect(await costOf(() => revertChange(service, 'AAAA-AAAA-AAAA-AAAA'))).toEqual(two);
    expect(await costOf(() => revertChange(service, 'no code'))).toEqual({ statements: 0, roundTrips: 0 });
    expect(await costOf(() => revertChange(service, token))).toEqual(two);
  });
});
