import { type SQL, sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AT_THE_MACHINE } from '../../src/audit/origin.js';
import { EndSessionRepository } from '../../src/sessions/end-session.repository.js';
import { type Device, signInOn } from '../support/devices.js';
import { eventually } from '../support/eventually.js';
import { form, obtainCode, verifyOtp } from '../support/operations/operations.js';
import { waitingBehind } from '../support/postgres/waiting-behind.js';
import type { TestService } from '../support/service.js';
import {
  changePassword,
  login,
  logoutEverywhere,
  registered,
  revokeSession,
} from '../support/operations/session-operations.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';

/** One user on several devices, which do things at the same moment that each touch what the others hold. */

const newPassword = 'an even better passphrase';

let processes: TwoProcesses;
let service: TestService;
let serial = 0;
let phoneNumber: string;
beforeAll(async () => {
  processes = await startTwoProcesses();
  service = processes.first;
});
beforeEach(() => {
  serial += 1;
  phoneNumber = `+97798000049${String(serial).padStart(2, '0')}`;
});
afterAll(() => processes.close());

/**
 * Lets `first` run into rows that are held, `second` into what `first` holds then, and both go on together. A statement that
 * waits for a lock gives its place up after a quarter of a second (pool.ts), so on a slow machine `second` may come first,
 * and need not wait then.
 */
async function oneBehindTheOther<First, Second>(
  held: SQL,
  first: () => Promise<First>,
  second: () => Promise<Second>,
): Promise<[First, Second]> {
  const running = await service.db.transaction(async (holder) => {
    await holder.execute(held);
    const ahead = first();
    await waitingBehind(holder, 1);
    let isOver = false;
    const behind = second().finally(() => {
      isOver = true;
    });
    await waitingBehind(holder, 2, () => isOver);
    return [ahead, behind] as const;
  });
  return Promise.all(running);
}

test('one device logs out everywhere while another one changes the password: neither call fails', async () => {
  const [first, second, third] = [await signIn(), await signIn(), await signIn()];
  const [ended, changed] = await oneBehindTheOther(
    sql`SELECT 1 FROM sessions WHERE id = ${second.sessionId} FOR UPDATE`,
    () => logoutEverywhere(service, first.accessToken),
    () => changePassword(processes.second, third.accessToken, { newPassword }).catch(String),
  );
  expect([
    // Its session was ended before it got there.
    { ended: 3, changed: expect.stringContaining('UNAUTHENTICATED') },
    { ended: 1, changed: expect.objectContaining({ __typename: 'ChangePasswordSuccess' }) },
  ]).toContainEqual({ ended, changed });
});

test('one device revokes the session of another while a third changes the password: neither call fails', async () => {
  const [first, second, third] = [await signIn(), await signIn(), await signIn()];
  const [changed, revoked] = await oneBehindTheOther(
    sql`SELECT 1 FROM sessions WHERE id = ${first.sessionId} FOR UPDATE`,
    () => changePassword(service, third.accessToken, { newPassword }),
    () => revokeSession(processes.second, first.accessToken, second.sessionId),
  );
  expect(changed).toMatchObject({ __typename: 'ChangePasswordSuccess' });
  expect(['SessionNotFoundError', 'RevokeSessionSuccess']).toContain(revoked.__typename);
});

test('a logout that ends two sessions holds neither while it waits for the other, so that nobody waits in a circle', async () => {
  for (const [held, free] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const both = [(await signIn()).sessionId, (await signIn()).sessionId] as const;
    const sessions = new EndSessionRepository(service.db);
    const now = service.clock.now();
    const ending = await service.db.transaction(async (holder) => {
      await holder.execute(sql`SELECT 1 FROM sessions WHERE id = ${both[held]} FOR UPDATE`);
      const logout = sessions.endEach(both.map((sessionId) => ({ sessionId, now, origin: AT_THE_MACHINE })));
      await waitingBehind(holder, 1);
      // The other one may take a moment longer. Where one statement ends both, none of it is seen.
      const isEnded = sql`SELECT 1 FROM sessions WHERE id = ${both[free]} AND ended_at IS NOT NULL`;
      await eventually(async () => (await service.db.execute(isEnded))[0]);
      await holder.execute(sql`SELECT 1 FROM sessions WHERE id = ${both[free]} FOR UPDATE NOWAIT`);
      return { logout };
    });
    expect(await ending.logout).toBe(2);
  }
});

test('N3: a claimant who revokes sessions does not keep the owner of the number from proving it', async () => {
  const [username, email, password] = [`claimant${serial}`, `claimant${serial}@example.com`, 'SecurePassword123!'];
  const { tokens } = await registered(service, form({ phoneNumber, username, email }));
  const { user } = await login(service, { identifier: username, password });
  const other = user.sessions.find(({ current }: { current: boolean }) => current);
  const otp = await obtainCode(service, phoneNumber);
  const [proved, revoked] = await oneBehindTheOther(
    sql`SELECT 1 FROM sessions WHERE id = ${String(decodeJwt(tokens.accessToken)['sid'])} FOR UPDATE`,
    () => verifyOtp(service, { phoneNumber, otp }),
    () => revokeSession(processes.second, tokens.accessToken, other.id),
  );
  expect(proved).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  expect(['SessionNotFoundError', 'RevokeSessionSuccess']).toContain(revoked.__typename);
});

function signIn(): Promise<Device> {
  return signInOn(service, phoneNumber);
}
