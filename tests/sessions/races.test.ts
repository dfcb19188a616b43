import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { form, obtainCode, verifyOtp } from '../support/operations/operations.js';
import type { TestService } from '../support/service.js';
import {
  changePassword,
  isSignedIn,
  login,
  refresh,
  registered,
  sessionsOf,
} from '../support/operations/session-operations.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';

/**
 * A sign-in with the old password that is under way while that password is taken away: both have read what they rely
 * on, neither sees what the other is about to write.
 */

const PASSWORD = 'SecurePassword123!';

let processes: TwoProcesses;
let service: TestService;
let serial = 0;
let phoneNumber: string;
let username: string;
beforeAll(async () => {
  processes = await startTwoProcesses({ env: { OTP_RESEND_COOLDOWN: '1' } });
  service = processes.first;
});
beforeEach(() => {
  serial += 1;
  phoneNumber = `+97798000047${String(serial).padStart(2, '0')}`;
  username = `racer${serial}`;
});
afterAll(() => processes.close());

/** Runs both up to where they need the user's row, and lets them go on together. */
async function atOnce<First, Second>(userId: string, first: () => Promise<First>, second: () => Promise<Second>) {
  return service.db.transaction(async (holder) => {
    await holder.execute(sql`SELECT 1 FROM users WHERE id = ${userId} FOR UPDATE`);
    const running = first();
    await waiting(1);
    const alongside = second();
    await waiting(2);
    return [running, alongside] as const;
  });
}

interface Loot {
  readonly accessToken: string;
  readonly refreshToken: string;
}

async function nothingIsLeftOf(thief: Loot | null): Promise<void> {
  if (!thief) return;
  expect(await isSignedIn(service, thief.accessToken)).toBe(false);
  expect(await refresh(service, thief.refreshToken)).toMatchObject({ __typename: 'InvalidTokenError' });
  const change = { currentPassword: PASSWORD, newPassword: 'what the thief would like' };
  await expect(changePassword(service, thief.accessToken, change)).rejects.toThrow('UNAUTHENTICATED');
}

/** Resolves once so many statements wait for a lock. */
async function waiting(count: number): Promise<void> {
  const query = sql`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  for (let tries = 0; tries < 500; tries += 1) {
    if ((await service.db.execute(query)).length >= count) return;
    await pause(10);
  }
  throw new Error('Nobody waits for the lock.');
}

describe.each(['the thief first', 'the owner first'])('S2: %s', (order) => {
  test('a change of password leaves no session that began with the old one', async () => {
    const verificationCode = await obtainCode(service, phoneNumber);
    const fields = form({ phoneNumber, username, email: `${username}@example.com`, verificationCode });
    const owner = await registered(service, fields);
    const newPassword = 'an even better passphrase';
    const change = () => changePassword(service, owner.tokens.accessToken, { currentPassword: PASSWORD, newPassword });
    const thief = await withThief(owner.user.id, change);
    await nothingIsLeftOf(thief);
    expect(await sessionsOf(service, owner.tokens.accessToken)).toMatchObject([{ current: true }]);
  });

  test('N3: neither does the first proof of a number that was only claimed', async () => {
    const claim = await registered(service, form({ phoneNumber, username, email: `${username}@example.com` }));
    const otp = await obtainCode(service, phoneNumber);
    const thief = await withThief(claim.user.id, () => verifyOtp(service, { phoneNumber, otp }));
    await nothingIsLeftOf(thief);
  });

  /** The tokens that a sign-in with the old password got meanwhile, or null when it was refused. */
  async function withThief(userId: string, takeAway: () => Promise<{ __typename: string }>): Promise<Loot | null> {
    const steal = () => login(processes.second, { identifier: username, password: PASSWORD });
    const thiefFirst = order === 'the thief first';
    const running = await (thiefFirst ? atOnce(userId, steal, takeAway) : atOnce(userId, takeAway, steal));
    const answers = await Promise.all(running);
    const [theft, taken] = thiefFirst ? answers : answers.toReversed();
    expect(taken.__typename).toMatch(/Success$/);
    return theft.__typename === 'LoginSuccess' ? theft.tokens : null;
  }
});

test('an app that refreshes while its own user changes the password stays signed in', async () => {
  const verificationCode = await obtainCode(service, phoneNumber);
  const fields = form({ phoneNumber, username, email: `${username}@example.com`, verificationCode });
  const { tokens } = await registered(service, fields);
  const change = { currentPassword: PASSWORD, newPassword: 'an even better passphrase' };
  const [changing, refreshing] = await service.db.transaction(async (holder) => {
    await holder.execute(
      sql`SELECT 1 FROM sessions WHERE id = ${String(decodeJwt(tokens.accessToken)['sid'])} FOR UPDATE`,
    );
    const first = changePassword(service, tokens.accessToken, change);
    await waiting(1);
    const second = refresh(processes.second, tokens.refreshToken);
    await waiting(2);
    return [first, second] as const;
  });
  expect(await changing).toMatchObject({ __typename: 'ChangePasswordSuccess' });
  const answer = await refreshing;
  expect(answer).toMatchObject({ __typename: 'RefreshSessionSuccess' });
  expect(await isSignedIn(service, answer.tokens.accessToken)).toBe(true);
});
