import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deviceIdOf, signInOn } from '../support/devices.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { auditOf, logout, logoutEverywhere, refresh, revokeSession } from '../support/operations/session-operations.js';

/** An owner asks who ended their sessions: from where, in which session, on which device. */

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: MANY_TEXTS });
});
afterAll(() => service.close());

/** Two devices of one account, and what the events of the first one have in common. */
async function twoDevices() {
  serial += 1;
  const phoneNumber = `+97798000158${String(serial).padStart(2, '0')}`;
  const [phone, laptop] = [await signInOn(service, phoneNumber), await signInOn(service, phoneNumber)];
  const here = {
    userId: phone.userId,
    sessionId: phone.sessionId,
    deviceId: deviceIdOf(phone.deviceToken),
    ipAddress: '127.0.0.1',
  };
  return { phone, laptop, here };
}

function eventsOf({ userId }: { userId: string }) {
  return auditOf(service, userId);
}

describe('each end of a session is in the audit trail', () => {
  test('another session is revoked: by whom, and which one', async () => {
    const { phone, laptop, here } = await twoDevices();
    await revokeSession(service, phone.accessToken, laptop.sessionId);
    const event = { kind: 'sessions_ended', ...here, details: { sessions: 1, sessionId: laptop.sessionId } };
    expect(await eventsOf(phone)).toEqual([expect.objectContaining(event)]);
    await revokeSession(service, phone.accessToken, laptop.sessionId);
    await revokeSession(service, phone.accessToken, 'no id');
    expect(await eventsOf(phone)).toHaveLength(1);
  });

  test.each([true, false])('all are ended, the current one is kept: %s', async (keepCurrent) => {
    const { phone, here } = await twoDevices();
    await logoutEverywhere(service, phone.accessToken, keepCurrent);
    const event = {
      kind: 'sessions_ended',
      ...here,
      details: keepCurrent ? { sessions: 1, kept: phone.sessionId } : { sessions: 2 },
    };
    expect(await eventsOf(phone)).toEqual([expect.objectContaining(event)]);
  });

  test('the session logs out itself, by its access token or by its refresh token', async () => {
    const { phone, laptop, here } = await twoDevices();
    await logout(service, { accessToken: phone.accessToken });
    await logout(service, { accessToken: phone.accessToken });
    service.clock.advance(1);
    await logout(service, { refreshToken: laptop.refreshToken });
    const ofLaptop = { sessionId: laptop.sessionId, deviceId: deviceIdOf(laptop.deviceToken) };
    expect(await eventsOf(phone)).toEqual([
      expect.objectContaining({ kind: 'sessions_ended', ...here }),
      expect.objectContaining({ kind: 'sessions_ended', ...here, ...ofLaptop }),
    ]);
  });

  test('a stolen refresh token comes back: on which device the session was', async () => {
    const { phone, here } = await twoDevices();
    const second = await refresh(service, phone.refreshToken);
    expect(decodeJwt(second.tokens.accessToken)['sid']).toBe(phone.sessionId);
    service.clock.advance(31);
    await refresh(service, second.tokens.refreshToken);
    service.clock.advance(31);
    await refresh(service, phone.refreshToken);
    expect(await eventsOf(phone)).toEqual([expect.objectContaining({ kind: 'refresh_token_reused', ...here })]);
  });
});
