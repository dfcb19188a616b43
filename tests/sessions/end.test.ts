import { sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, obtainCode, requestOtp, signIn, verifyOtp } from '../support/operations/operations.js';
import type { TestService } from '../support/service.js';
import {
  errorCode,
  isSignedIn,
  login,
  logout,
  logoutEverywhere,
  refresh,
  registered,
  revokeSession,
  sessionsOf,
} from '../support/operations/session-operations.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';

const LOGGED_OUT = { __typename: 'LogoutSuccess', endedSessions: 1 };
const ALREADY_OVER = { __typename: 'LogoutSuccess', endedSessions: 0 };
const NO_TOKEN = {
  __typename: 'InvalidTokenError',
  message: 'There is no session to end: send a refresh token or a valid access token.',
};
const NOT_FOUND = { __typename: 'SessionNotFoundError', message: 'You have no active session with this id.' };
const OVER = { __typename: 'InvalidTokenError', message: 'The session has ended. Sign in again.' };

let processes: TwoProcesses;
let service: TestService;
let serial = 0;
beforeAll(async () => {
  processes = await startTwoProcesses({ env: { TRUST_PROXY: '1', OTP_RESEND_COOLDOWN: '1' } });
  service = processes.first;
});
afterAll(() => processes.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000043${String(serial).padStart(2, '0')}`;
}

/** Signs in once more and has `me` checked everywhere, so that the token is remembered as a good one. */
async function device(phoneNumber: string, headers: Record<string, string> = {}) {
  service.clock.advance(1);
  const { phoneNumber: read } = await requestOtp(service, { phoneNumber });
  const { tokens } = await verifyOtp(service, { phoneNumber, otp: service.phone.code(read) }, { headers });
  expect(await signedInAnywhere(tokens.accessToken)).toEqual([true, true]);
  return { ...tokens, id: String(decodeJwt(tokens.accessToken)['sid']) };
}

/** By process. */
function signedInAnywhere(token: string): Promise<boolean[]> {
  return Promise.all([processes.first, processes.second].map((each) => isSignedIn(each, token)));
}

describe('S2: log out', () => {
  test('ends this session in every process at once, and no other', async () => {
    const phoneNumber = nextNumber();
    const [phone, laptop] = [await device(phoneNumber), await device(phoneNumber)];
    expect(await logout(service, { accessToken: phone.accessToken })).toEqual(LOGGED_OUT);
    expect(await signedInAnywhere(phone.accessToken)).toEqual([false, false]);
    expect(await refresh(processes.second, phone.refreshToken)).toEqual(OVER);
    expect(await signedInAnywhere(laptop.accessToken)).toEqual([true, true]);
  });

  test('twice: the second time there is nothing left to end', async () => {
    const { accessToken } = await device(nextNumber());
    await logout(service, { accessToken });
    expect(await logout(processes.second, { accessToken })).toEqual(ALREADY_OVER);
  });

  test('a client that may have lost the answer repeats the call, and it succeeds again', async () => {
    const { accessToken, refreshToken } = await device(nextNumber());
    expect(await logout(service, { refreshToken })).toEqual(LOGGED_OUT);
    expect(await logout(processes.second, { refreshToken })).toEqual(ALREADY_OVER);
    expect(await logout(service, { accessToken })).toEqual(ALREADY_OVER);
  });

  test('works by the refresh token when the access token has expired', async () => {
    const { accessToken, refreshToken } = await device(nextNumber());
    service.clock.advance(901);
    expect(await logout(service, { accessToken })).toEqual(NO_TOKEN);
    expect(await logout(service, { accessToken, refreshToken })).toEqual(LOGGED_OUT);
    expect(await refresh(processes.second, refreshToken)).toEqual(OVER);
  });

  test('ends the session of the refresh token, not that of the access token beside it', async () => {
    const phoneNumber = nextNumber();
    const [phone, laptop] = [await device(phoneNumber), await device(phoneNumber)];
    const { accessToken } = laptop;
    expect(await logout(service, { accessToken, refreshToken: phone.refreshToken })).toEqual(LOGGED_OUT);
    expect(await signedInAnywhere(phone.accessToken)).toEqual([false, false]);
    expect(await signedInAnywhere(accessToken)).toEqual([true, true]);
    expect(await logout(service, { accessToken, refreshToken: 'e30.e30.forged' })).toEqual(NO_TOKEN);
    expect(await signedInAnywhere(accessToken)).toEqual([true, true]);
  });

  test.each([
    ['long replaced', 60],
    ['long expired, while the session lives', 29 * 86_400],
  ])('works by an earlier refresh token, %s', async (_age, seconds) => {
    const { refreshToken } = await device(nextNumber());
    let latest = refreshToken;
    for (let generation = 0; generation < 2; generation += 1) {
      service.clock.advance(seconds);
      latest = (await refresh(service, latest)).tokens.refreshToken;
    }
    expect(await logout(processes.second, { refreshToken })).toEqual(LOGGED_OUT);
    expect(await refresh(service, latest)).toEqual(OVER);
  });

  test('without a token, or with one that is not ours, there is nothing to end', async () => {
    const { accessToken } = await device(nextNumber());
    for (const tokens of [{}, { refreshToken: '' }, { refreshToken: accessToken }, { accessToken: 'a.b.c' }]) {
      expect(await logout(service, tokens)).toEqual(NO_TOKEN);
    }
    expect(await isSignedIn(service, accessToken)).toBe(true);
  });

  test.each(['logoutEverywhere', 'revokeSession(id: "0197b3a0-0000-7000-8000-000000000000")'])(
    '%s without a token is refused',
    async (mutation) => {
      const answer = await service.graphql(`mutation { ${mutation} { __typename } }`);
      expect(errorCode(answer)).toBe('UNAUTHENTICATED');
    },
  );
});

describe('S2: log out everywhere', () => {
  test('ends all sessions of the user at once, the current one included, and nobody else’s', async () => {
    const phoneNumber = nextNumber();
    const devices = [await device(phoneNumber), await device(phoneNumber), await device(phoneNumber)] as const;
    const stranger = await device(nextNumber());
    expect(await logoutEverywhere(service, devices[1].accessToken)).toBe(3);
    for (const { accessToken, refreshToken } of devices) {
      expect(await signedInAnywhere(accessToken)).toEqual([false, false]);
      expect(await refresh(service, refreshToken)).toEqual(OVER);
    }
    expect(await signedInAnywhere(stranger.accessToken)).toEqual([true, true]);
  });

  test('but for this device: the current session goes on', async () => {
    const phoneNumber = nextNumber();
    const [phone, laptop, lost] = [await device(phoneNumber), await device(phoneNumber), await device(phoneNumber)];
    expect(await logoutEverywhere(processes.second, laptop.accessToken, true)).toBe(2);
    expect(await signedInAnywhere(phone.accessToken)).toEqual([false, false]);
    expect(await signedInAnywhere(lost.accessToken)).toEqual([false, false]);
    expect(await signedInAnywhere(laptop.accessToken)).toEqual([true, true]);
    expect(await refresh(service, laptop.refreshToken)).toMatchObject({ __typename: 'RefreshSessionSuccess' });
    expect(await logoutEverywhere(service, laptop.accessToken, true)).toBe(0);
  });

  test('whoever was logged out can end nothing any more', async () => {
    const phoneNumber = nextNumber();
    const [thief, owner] = [await device(phoneNumber), await device(phoneNumber)];
    await logoutEverywhere(service, owner.accessToken, true);
    await expect(logoutEverywhere(service, thief.accessToken)).rejects.toThrow('UNAUTHENTICATED');
    await expect(revokeSession(service, thief.accessToken, owner.id)).rejects.toThrow('UNAUTHENTICATED');
    expect(await logout(service, thief)).toEqual(ALREADY_OVER);
    expect(await signedInAnywhere(owner.accessToken)).toEqual([true, true]);
  });
});

describe('S2: the owner of a claimed number proves it', () => {
  test('every session of the claimant ends at once', async () => {
    const phoneNumber = nextNumber();
    const claimant = await registered(
      service,
      form({ phoneNumber, email: 'claimant@example.com', username: 'claimant' }),
    );
    const again = await login(service, { identifier: 'claimant', password: 'SecurePassword123!' });
    const sessions = [claimant.tokens, again.tokens];
    for (const { accessToken } of sessions) expect(await signedInAnywhere(accessToken)).toEqual([true, true]);
    const owner = await signIn(service, phoneNumber);
    for (const { accessToken, refreshToken } of sessions) {
      expect(await signedInAnywhere(accessToken)).toEqual([false, false]);
      expect(await refresh(service, refreshToken)).toEqual(OVER);
    }
    expect(await sessionsOf(service, owner.tokens.accessToken)).toEqual([expect.objectContaining({ current: true })]);
  });

  test('who proves it while signed in to that account keeps the sessions', async () => {
    const phoneNumber = nextNumber();
    const { tokens } = await registered(service, form({ phoneNumber, email: 'owner@example.com' }));
    const otp = await obtainCode(service, phoneNumber);
    const proved = await verifyOtp(service, { phoneNumber, otp }, { token: tokens.accessToken });
    expect(proved.user.phoneVerified).toBe(true);
    expect(await signedInAnywhere(tokens.accessToken)).toEqual([true, true]);
  });
});

describe('S2: revoke a session', () => {
  test('a lost phone is signed out from the laptop, at once and once', async () => {
    const phoneNumber = nextNumber();
    const [lost, laptop] = [await device(phoneNumber), await device(phoneNumber)];
    const seen = (await sessionsOf(service, laptop.accessToken)).find(({ id }) => id === lost.id);
    const revoked = await revokeSession(processes.second, laptop.accessToken, lost.id);
    expect(revoked).toEqual({ __typename: 'RevokeSessionSuccess', session: seen });
    expect(await signedInAnywhere(lost.accessToken)).toEqual([false, false]);
    expect(await refresh(service, lost.refreshToken)).toEqual(OVER);
    expect(await revokeSession(service, laptop.accessToken, lost.id)).toEqual(NOT_FOUND);
    expect(await signedInAnywhere(laptop.accessToken)).toEqual([true, true]);
  });

  test('the current session is a session like any other', async () => {
    const { accessToken, id } = await device(nextNumber());
    const revoked = await revokeSession(service, accessToken, id);
    expect(revoked).toMatchObject({ __typename: 'RevokeSessionSuccess', session: { id, current: true } });
    expect(await signedInAnywhere(accessToken)).toEqual([false, false]);
  });

  test('the session of somebody else answers as one that never was, and lives on', async () => {
    const [attacker, victim] = [await device(nextNumber()), await device(nextNumber())];
    expect(await revokeSession(service, attacker.accessToken, victim.id)).toEqual(NOT_FOUND);
    expect(await revokeSession(service, attacker.accessToken, '0197b3a0-0000-7000-8000-000000000000')).toEqual(
      NOT_FOUND,
    );
    expect(await signedInAnywhere(victim.accessToken)).toEqual([true, true]);
  });

  test.each(['', 'x', '12', "' OR true --", '0197b3a0-0000-7000-8000-00000000000g', 'e30'.repeat(1000)])(
    'what is no id ends nothing: %j',
    async (id) => {
      const { accessToken } = await device(nextNumber());
      expect(await revokeSession(service, accessToken, id)).toEqual(NOT_FOUND);
      expect(await isSignedIn(service, accessToken)).toBe(true);
    },
  );
});

describe('a user looks at their sessions', () => {
  test('the latest used first, with device and address, and which one asks', async () => {
    const phoneNumber = nextNumber();
    const phone = await device(phoneNumber, { 'user-agent': 'App/1.0 (iPhone)', 'x-forwarded-for': '203.0.113.1' });
    const signedInAt = service.clock.now().toISOString();
    const laptop = await device(phoneNumber, { 'user-agent': 'Firefox/140.0', 'x-forwarded-for': '2001:db8::7' });
    await device(nextNumber());
    const [first, second, ...others] = await sessionsOf(service, laptop.accessToken);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ id: laptop.id, current: true, userAgent: 'Firefox/140.0', ipAddress: '2001:db8::7' });
    expect(second).toMatchObject({
      id: phone.id,
      current: false,
      userAgent: 'App/1.0 (iPhone)',
      ipAddress: '203.0.113.1',
    });
    expect(second).toMatchObject({
      createdAt: signedInAt,
      lastUsedAt: signedInAt,
      expiresAt: phone.refreshTokenExpiresAt,
    });
    service.clock.advance(60);
    const { tokens } = await refresh(service, phone.refreshToken);
    const seen = await sessionsOf(processes.second, tokens.accessToken);
    expect(seen.map(({ id, current }) => ({ id, current }))).toEqual([
      { id: phone.id, current: true },
      { id: laptop.id, current: false },
    ]);
  });

  test('whoever signed in ten thousand times gets a hundred of them, and ends them all', async () => {
    const { id, accessToken } = await device(nextNumber());
    const columns = sql.raw('user_id, generation, rotated_at, authenticated_at, authentication_methods, created_at');
    await service.db.execute(sql`
      INSERT INTO sessions (id, ${columns}, last_used_at, expires_at)
      SELECT gen_random_uuid(), ${columns}, last_used_at - interval '1 minute', expires_at
      FROM sessions, generate_series(1, 10000) WHERE id = ${id}`);
    const seen = await sessionsOf(service, accessToken);
    expect(seen).toHaveLength(100);
    expect(seen[0]).toMatchObject({ id, current: true });
    expect(await logoutEverywhere(service, accessToken)).toBe(10_001);
  });

  test('those that ended, and those that expired, are not among them', async () => {
    const phoneNumber = nextNumber();
    await device(phoneNumber);
    service.clock.advance(15 * 86_400);
    const [ended, current] = [await device(phoneNumber), await device(phoneNumber)];
    expect(await sessionsOf(service, current.accessToken)).toHaveLength(3);
    await revokeSession(service, current.accessToken, ended.id);
    service.clock.advance(15 * 86_400);
    const { tokens } = await refresh(service, current.refreshToken);
    expect(await sessionsOf(service, tokens.accessToken)).toEqual([expect.objectContaining({ id: current.id })]);
  });

  test('whoever has just signed in, in whichever way, is told of the session that began', async () => {
    const [phoneNumber, email, password] = [nextNumber(), 'sessions@example.com', 'SecurePassword123!'];
    const success = 'user { sessions { id current } } tokens { accessToken refreshToken }';
    const ask = async (name: string, type: string, input: object) => {
      const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { ... on ${type}Success { ${success} } } }`;
      const { body } = await service.graphql(query, { input });
      return body.data[name];
    };
    const registration = await ask('register', 'Register', form({ phoneNumber, email }));
    const otp = await obtainCode(service, phoneNumber);
    const answers = [
      registration,
      await ask('login', 'Login', { identifier: email, password }),
      await ask('verifyOtp', 'VerifyOtp', { phoneNumber, otp }),
    ];
    answers.push(await refresh(service, answers[2].tokens.refreshToken));
    for (const { user, tokens } of answers) {
      const current = user.sessions.filter((session: { current: boolean }) => session.current);
      expect(current).toEqual([{ id: decodeJwt(tokens.accessToken)['sid'], current: true }]);
    }
    expect(answers.map(({ user }) => user.sessions.length)).toEqual([1, 2, 1, 1]);
  });
});
