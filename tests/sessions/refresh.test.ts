import { sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, inParallel, obtainCode, signIn, verifyOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import {
  auditOf,
  isSignedIn,
  logout,
  refresh,
  registered,
  sessionRow,
  sessionsOf,
} from '../support/operations/session-operations.js';

const DAY = 86_400;

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { TRUST_PROXY: '1' } });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000041${String(serial).padStart(2, '0')}`;
}

/** Tokens of a session that has just begun, with the ids that they speak of. */
async function begin(where: TestService = service) {
  const { tokens, user } = await signIn(where, nextNumber());
  return { ...tokens, userId: user.id as string, sessionId: String(decodeJwt(tokens.accessToken)['sid']) };
}

describe('an app refreshes', () => {
  test('it gets new tokens for the same session, and the access token it had is good until it expires', async () => {
    const { accessToken, refreshToken, sessionId, userId } = await begin();
    service.clock.advance(600);
    const { tokens, user } = await refresh(service, refreshToken);
    expect(tokens.refreshToken).not.toBe(refreshToken);
    expect(tokens.tokenType).toBe('Bearer');
    expect(user).toMatchObject({ id: userId, sessions: [{ id: sessionId, current: true }] });
    expect(decodeJwt(tokens.accessToken)).toMatchObject({ sub: userId, sid: sessionId, amr: ['otp', 'sms'] });
    expect(decodeJwt(tokens.accessToken)['auth_time']).toBe(decodeJwt(accessToken)['auth_time']);
    expect(await isSignedIn(service, tokens.accessToken)).toBe(true);
    expect(await isSignedIn(service, accessToken)).toBe(true);
    service.clock.advance(300);
    expect(await isSignedIn(service, accessToken)).toBe(false);
    expect(await isSignedIn(service, tokens.accessToken)).toBe(true);
  });

  test('from another network and after an update: the session shows the new address, device and time', async () => {
    const { refreshToken, sessionId } = await begin();
    service.clock.advance(60);
    const headers = { 'user-agent': 'App/2.0 (Pixel 9)', 'x-forwarded-for': '203.0.113.9' };
    const { tokens } = await refresh(service, refreshToken, { headers });
    expect(await sessionsOf(service, tokens.accessToken)).toEqual([
      expect.objectContaining({
        id: sessionId,
        userAgent: 'App/2.0 (Pixel 9)',
        ipAddress: '203.0.113.9',
        lastUsedAt: service.clock.now().toISOString(),
        createdAt: new Date(service.clock.now().getTime() - 60_000).toISOString(),
      }),
    ]);
  });

  test('a hundred times: no table gains a row', async () => {
    let { refreshToken } = await begin();
    const before = await rowCounts();
    for (let time = 0; time < 100; time += 1) {
      service.clock.advance(30);
      refreshToken = (await refresh(service, refreshToken)).tokens.refreshToken;
    }
    expect(await rowCounts()).toEqual(before);
  });

  test('the access token says what is true of the user now, not what was when they signed in', async () => {
    const phoneNumber = nextNumber();
    const { tokens, user } = await registered(service, form({ phoneNumber }));
    expect(decodeJwt(tokens.accessToken)).toMatchObject({ phone_verified: false, role: 'USER' });
    const otp = await obtainCode(service, phoneNumber);
    await verifyOtp(service, { phoneNumber, otp }, { token: tokens.accessToken });
    await service.db.execute(sql`UPDATE users SET role = 'ADMIN' WHERE id = ${user.id}`);
    const refreshed = await refresh(service, tokens.refreshToken);
    expect(decodeJwt(refreshed.tokens.accessToken)).toMatchObject({ phone_verified: true, role: 'ADMIN' });
    expect(refreshed.user).toMatchObject({ phoneVerified: true, role: 'ADMIN' });
  });

  async function rowCounts(): Promise<unknown> {
    const tables = ['sessions', 'audit_events', 'users', 'guess_budgets', 'otp_challenges', 'messages'];
    const counts = tables.map((name) => sql`(SELECT count(*) FROM ${sql.identifier(name)}) AS ${sql.identifier(name)}`);
    return service.db.execute(sql`SELECT ${sql.join(counts, sql`, `)}`);
  }
});

describe('S1: an answer is lost on the way', () => {
  test('the app asks again within 30 seconds, gets the same successor, and goes on with it', async () => {
    const { refreshToken, sessionId } = await begin();
    const lost = await refresh(service, refreshToken);
    service.clock.advance(29);
    const repeated = await refresh(service, refreshToken);
    expect(repeated.tokens.refreshToken).toBe(lost.tokens.refreshToken);
    expect(repeated.tokens.refreshTokenExpiresAt).toBe(lost.tokens.refreshTokenExpiresAt);
    expect(await sessionRow(service, sessionId)).toMatchObject({ generation: 2 });
    const next = await refresh(service, repeated.tokens.refreshToken);
    expect(await isSignedIn(service, next.tokens.accessToken)).toBe(true);
  });

  test('asking again and again does not stretch the 30 seconds', async () => {
    const { refreshToken } = await begin();
    await refresh(service, refreshToken);
    for (const seconds of [10, 10, 9]) {
      service.clock.advance(seconds);
      expect(await refresh(service, refreshToken)).toMatchObject({ __typename: 'RefreshSessionSuccess' });
    }
    service.clock.advance(1);
    expect(await refresh(service, refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
  });

  test('twenty tabs refresh at the same moment: one successor, and the session goes on by one generation', async () => {
    const { refreshToken, sessionId } = await begin();
    const answers = await inParallel(20, () => refresh(service, refreshToken));
    const successors = new Set(answers.map((answer) => answer.tokens.refreshToken));
    expect(successors.size).toBe(1);
    expect(await sessionRow(service, sessionId)).toMatchObject({ generation: 2, endedAt: null });
    const [successor = ''] = successors;
    expect(await refresh(service, successor)).toMatchObject({ __typename: 'RefreshSessionSuccess' });
  });

  test('with REFRESH_GRACE=0 a token works once and no more', async () => {
    const strict = await startService({ env: { REFRESH_GRACE: '0' } });
    const { refreshToken } = await begin(strict);
    const answers = await inParallel(5, () => refresh(strict, refreshToken));
    expect(answers.filter((answer) => answer.__typename === 'RefreshSessionSuccess')).toHaveLength(1);
    await strict.close();
  });
});

describe('S1: somebody copied a refresh token', () => {
  test('replayed after 30 seconds, it ends the session for thief and owner, and is put on record once', async () => {
    const { refreshToken, sessionId, userId } = await begin();
    const { tokens } = await refresh(service, refreshToken);
    expect(await isSignedIn(service, tokens.accessToken)).toBe(true);
    service.clock.advance(30);
    const headers = { 'x-forwarded-for': '198.51.100.7' };
    const replayed = await refresh(service, refreshToken, { headers });
    expect(replayed).toEqual({ __typename: 'InvalidTokenError', message: 'The session has ended. Sign in again.' });
    expect(await isSignedIn(service, tokens.accessToken)).toBe(false);
    expect(await refresh(service, tokens.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    expect(await refresh(service, refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    const record = { kind: 'refresh_token_reused', sessionId, ipAddress: '198.51.100.7', at: service.clock.now() };
    expect(await auditOf(service, userId)).toEqual([expect.objectContaining(record)]);
  });

  test('the token before last ends it, as soon as there is one', async () => {
    const { refreshToken, sessionId } = await begin();
    const second = await refresh(service, refreshToken);
    service.clock.advance(30);
    const third = await refresh(service, second.tokens.refreshToken);
    expect(await refresh(service, refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    expect(await isSignedIn(service, third.tokens.accessToken)).toBe(false);
    expect(await sessionRow(service, sessionId)).toMatchObject({ endedAt: service.clock.now() });
  });

  test('replayed twenty times at once, it is put on record once', async () => {
    const { refreshToken, userId } = await begin();
    await refresh(service, refreshToken);
    service.clock.advance(31);
    const answers = await inParallel(20, () => refresh(service, refreshToken));
    expect(answers.filter((answer) => answer.__typename !== 'InvalidTokenError')).toEqual([]);
    expect(await auditOf(service, userId)).toHaveLength(1);
  });

  test('the log tells which session it was, and holds no token', async () => {
    const { refreshToken, accessToken, sessionId, userId } = await begin();
    const { tokens } = await refresh(service, refreshToken);
    service.clock.advance(31);
    await refresh(service, refreshToken);
    const lines = service.logs.filter((line) => line.includes('refresh token reused') && line.includes(sessionId));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 40, sessionId, userId });
    const everything = service.logs.join('');
    for (const token of [refreshToken, accessToken, tokens.refreshToken, tokens.accessToken]) {
      expect(everything).not.toContain(token);
      expect(everything).not.toContain(token.split('.')[2]);
    }
  });

  test('the sessions of others, and other sessions of the same user, go on', async () => {
    const phoneNumber = nextNumber();
    const stolen = await signIn(service, phoneNumber);
    service.clock.advance(60);
    const other = await signIn(service, phoneNumber);
    const stranger = await begin();
    await refresh(service, stolen.tokens.refreshToken);
    service.clock.advance(30);
    await refresh(service, stolen.tokens.refreshToken);
    expect(await isSignedIn(service, stolen.tokens.accessToken)).toBe(false);
    expect(await isSignedIn(service, other.tokens.accessToken)).toBe(true);
    expect(await isSignedIn(service, stranger.accessToken)).toBe(true);
  });
});

describe('the end of a session', () => {
  test('one that is not refreshed for 30 days is over; each refresh gives it 30 more', async () => {
    const { refreshToken, refreshTokenExpiresAt } = await begin();
    expect(Date.parse(refreshTokenExpiresAt)).toBe(service.clock.now().getTime() + 30 * DAY * 1000);
    service.clock.advance(30 * DAY - 1);
    const { tokens } = await refresh(service, refreshToken);
    expect(Date.parse(tokens.refreshTokenExpiresAt)).toBe(service.clock.now().getTime() + 30 * DAY * 1000);
    service.clock.advance(30 * DAY);
    expect(await refresh(service, tokens.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
  });

  test('after SESSION_MAX_AGE it is over however often it was refreshed, for `me` too', async () => {
    const short = await startService({ env: { REFRESH_TOKEN_TTL: '600', SESSION_MAX_AGE: '1000' } });
    const { refreshToken, sessionId } = await begin(short);
    const end = new Date(short.clock.now().getTime() + 1_000_000);
    short.clock.advance(500);
    const second = await refresh(short, refreshToken);
    expect(second.tokens.refreshTokenExpiresAt).toBe(end.toISOString());
    short.clock.advance(499);
    const third = await refresh(short, second.tokens.refreshToken);
    expect(await sessionRow(short, sessionId)).toMatchObject({ expiresAt: end });
    expect(await isSignedIn(short, third.tokens.accessToken)).toBe(true);
    short.clock.advance(1);
    expect(await isSignedIn(short, third.tokens.accessToken)).toBe(false);
    expect(await refresh(short, third.tokens.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    await short.close();
  });

  test('SESSION_MAX_AGE is lowered: a session that is older gets no new tokens, and that is no theft', async () => {
    const { refreshToken, userId } = await begin();
    const strict = await startService({
      env: { SESSION_MAX_AGE: String(DAY) },
      database: service.database,
      clock: service.clock,
    });
    service.clock.advance(DAY);
    expect(await refresh(strict, refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    expect(await auditOf(service, userId)).toEqual([]);
    await strict.close();
  });

  test('a session that was logged out is not refreshed, nor noted as theft', async () => {
    const { refreshToken, accessToken, userId } = await begin();
    await logout(service, { accessToken });
    expect(await refresh(service, refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    expect((await auditOf(service, userId)).map(({ kind }) => kind)).toEqual(['sessions_ended']);
  });
});
