import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countOf, form, inParallel, requestOtp, verifyOtp } from '../support/operations/operations.js';
import {
  auditOf,
  changePassword,
  isSignedIn,
  login,
  logoutEverywhere,
  passwordFailures,
  refresh,
  registered,
  sessionRow,
} from '../support/operations/session-operations.js';
import { type SpawnedProcesses, spawnTwoProcesses } from '../support/process/two-processes-spawned.js';

/** What must hold across processes, with real processes, real time and requests that are really parallel. */

/** Twenty parallel calls are answered within it on a slow machine, too. */
const GRACE_MS = 4_000;
const PASSWORD = 'SecurePassword123!';
/** `+1500555` and a fixed code: where sending is not the point. */
const testNumbers = Array.from({ length: 30 }, (_, index) => `+15005550${String(index).padStart(3, '0')}`);

let processes: SpawnedProcesses;
let serial = 0;
beforeAll(async () => {
  processes = await spawnTwoProcesses({
    REFRESH_GRACE: String(GRACE_MS / 1000),
    TEST_PHONES: testNumbers.map((phoneNumber) => `${phoneNumber}=123456`).join(','),
  });
});
afterAll(() => processes?.close());

/** Signs in by code; the process that verifies is not the one that sent. */
async function device(phoneNumber: string) {
  await requestOtp(processes.turn(0), { phoneNumber });
  const { user, tokens } = await verifyOtp(processes.turn(1), { phoneNumber, otp: '123456' });
  const { accessToken, refreshToken } = tokens as { accessToken: string; refreshToken: string };
  // Both have checked the token once and know it.
  expect(await signedIn(accessToken)).toEqual([true, true]);
  return { accessToken, refreshToken, userId: user.id as string, sessionId: String(decodeJwt(accessToken)['sid']) };
}

function nextNumber(): string {
  serial += 1;
  return testNumbers[serial] ?? '';
}

/** Somebody with a password and a proved number. */
async function account() {
  const phoneNumber = nextNumber();
  const names = { username: `twice${serial}`, email: `twice${serial}@example.com` };
  await requestOtp(processes.turn(0), { phoneNumber });
  const fields = form({ phoneNumber, ...names, verificationCode: '123456' });
  const { user, tokens } = await registered(processes.turn(1), fields);
  return { id: user.id as string, token: tokens.accessToken as string, phoneNumber, ...names };
}

/** By process. */
function signedIn(token: string): Promise<boolean[]> {
  return inParallel(2, (index) => isSignedIn(processes.turn(index), token));
}

test('a code that one process printed signs in at the other', async () => {
  const phoneNumber = '+9779800006001';
  await requestOtp(processes.turn(0), { phoneNumber });
  const otp = await processes.first.printedCode(phoneNumber);
  const { tokens } = await verifyOtp(processes.turn(1), { phoneNumber, otp });
  expect(await signedIn(tokens.accessToken)).toEqual([true, true]);
});

describe('S1: refresh tokens', () => {
  test('twenty parallel refreshes at both processes: one successor, one generation', async () => {
    const { refreshToken, sessionId } = await device(nextNumber());
    const answers = await inParallel(20, (index) => refresh(processes.turn(index), refreshToken));
    expect(countOf(answers)).toEqual({ RefreshSessionSuccess: 20 });
    const successors = new Set(answers.map((answer) => answer.tokens.refreshToken));
    expect(successors.size).toBe(1);
    expect(await sessionRow(processes.database, sessionId)).toMatchObject({ generation: 2, endedAt: null });
    const [successor = ''] = successors;
    expect(await refresh(processes.turn(1), successor)).toMatchObject({ __typename: 'RefreshSessionSuccess' });
  });

  test('replayed outside its grace, at both processes at once: the session ends everywhere, and is put on record once', async () => {
    const { refreshToken, accessToken, sessionId, userId } = await device(nextNumber());
    const { tokens } = await refresh(processes.turn(0), refreshToken);
    expect(await signedIn(tokens.accessToken)).toEqual([true, true]);
    await pause(GRACE_MS + 50);
    const answers = await inParallel(20, (index) => refresh(processes.turn(index), refreshToken));
    expect(countOf(answers)).toEqual({ InvalidTokenError: 20 });
    expect(await signedIn(accessToken)).toEqual([false, false]);
    expect(await signedIn(tokens.accessToken)).toEqual([false, false]);
    expect(await refresh(processes.turn(1), tokens.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
    const record = { kind: 'refresh_token_reused', sessionId };
    expect(await auditOf(processes.database, userId)).toEqual([expect.objectContaining(record)]);
    const printed = processes.first.stdout + processes.second.stdout;
    expect(printed.split('refresh token reused')).toHaveLength(2);
    expect(printed).not.toContain(refreshToken.split('.')[2]);
  });

  test('old and new token at the same moment, thief and owner: never two sessions that go their own ways', async () => {
    const { refreshToken, userId } = await device(nextNumber());
    const second = await refresh(processes.turn(0), refreshToken);
    const current = second.tokens.refreshToken;
    await pause(GRACE_MS + 50);
    const answers = await inParallel(20, (index) =>
      refresh(processes.turn(index), index % 4 < 2 ? refreshToken : current),
    );
    for (const answer of answers.filter(({ tokens }) => tokens)) {
      expect(await refresh(processes.turn(0), answer.tokens.refreshToken)).toMatchObject({
        __typename: 'InvalidTokenError',
      });
      expect(await signedIn(answer.tokens.accessToken)).toEqual([false, false]);
    }
    expect(await auditOf(processes.database, userId)).toHaveLength(1);
  });
});

describe('S2: ending sessions', () => {
  test('logged out everywhere at one process: refused at once by the other, whatever was refreshed meanwhile', async () => {
    const phoneNumber = nextNumber();
    const [owner, thief] = [await device(phoneNumber), await deviceAgain(phoneNumber)];
    let latest = thief.refreshToken;
    let over = false;
    const refreshing = (async () => {
      while (!over) {
        const answer = await refresh(processes.turn(1), latest);
        if (answer.__typename !== 'RefreshSessionSuccess') return;
        latest = answer.tokens.refreshToken;
      }
    })();
    await pause(100);
    expect(await logoutEverywhere(processes.turn(0), owner.accessToken)).toBe(2);
    expect(await signedIn(owner.accessToken)).toEqual([false, false]);
    expect(await signedIn(thief.accessToken)).toEqual([false, false]);
    expect(await refresh(processes.turn(0), latest)).toMatchObject({ __typename: 'InvalidTokenError' });
    over = true;
    await refreshing;
  });

  test('the password is changed while somebody signs in with the old one again and again: nothing of it stays', async () => {
    const { username, token } = await account();
    const stolen: string[] = [];
    const thief = async (index: number) => {
      for (;;) {
        const answer = await login(processes.turn(index), { identifier: username, password: PASSWORD });
        if (answer.__typename !== 'LoginSuccess') return;
        stolen.push(answer.tokens.accessToken);
      }
    };
    const thieves = Promise.all([thief(0), thief(1)]);
    await pause(300);
    const change = { currentPassword: PASSWORD, newPassword: 'an even better passphrase' };
    const answer = await changePassword(processes.turn(0), token, change);
    expect(answer).toMatchObject({ __typename: 'ChangePasswordSuccess', user: { sessions: [{ current: true }] } });
    await thieves;
    expect(stolen.length).toBeGreaterThan(0);
    for (const each of stolen) expect(await signedIn(each)).toEqual([false, false]);
    expect(await signedIn(token)).toEqual([true, true]);
  });

  test('N3: the owner proves a claimed number at one process: the claimant is out at the other', async () => {
    const phoneNumber = nextNumber();
    const claim = await registered(processes.turn(0), form({ phoneNumber, email: 'claim@example.com' }));
    expect(await signedIn(claim.tokens.accessToken)).toEqual([true, true]);
    const owner = await device(phoneNumber);
    expect(await signedIn(claim.tokens.accessToken)).toEqual([false, false]);
    expect(owner.userId).toBe(claim.user.id);
    const back = await login(processes.turn(1), { identifier: 'claim@example.com', password: PASSWORD });
    expect(back).toMatchObject({ __typename: 'InvalidCredentialsError' });
  });

  /** A second sign-in by code, once the pause between two codes is over. */
  async function deviceAgain(phoneNumber: string) {
    const { db } = processes.database;
    await db.execute(sql`UPDATE otp_challenges SET sent_at = NULL WHERE phone_number = ${phoneNumber}`);
    return device(phoneNumber);
  }
});

describe('E2: a hundred wrong passwords at both processes at once', () => {
  test.each(['a user', 'nobody'])('at %s: six count, the rest are not looked at', async (who) => {
    const { id, username } = await account();
    const identifier = who === 'a user' ? username : `no-${username}`;
    const answers = await inParallel(100, (index) =>
      login(processes.turn(index), { identifier, password: `wrong ${index}` }),
    );
    expect(countOf(answers)).toEqual({ InvalidCredentialsError: 5, AccountLockedError: 95 });
    expect(answers.flatMap(({ attemptsRemaining }) => attemptsRemaining ?? []).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(await passwordFailures(processes.database, id)).toBe(who === 'a user' ? 6 : 0);
    const right = await login(processes.turn(1), { identifier, password: PASSWORD });
    expect(right).toMatchObject({ __typename: 'AccountLockedError' });
  });
});
