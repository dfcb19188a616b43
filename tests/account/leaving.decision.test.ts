import { describe, expect, test } from 'vitest';
import { decideLeaving } from '../../src/account/leaving/decision.js';
import type { LiveSession } from '../../src/sessions/session.repository.js';

const NOW = new Date('2026-03-01T12:00:00Z');

function session(provedSecondsAgo: number): LiveSession {
  const at = new Date(NOW.getTime() - provedSecondsAgo * 1000);
  const user = { phoneNumber: '+9779800000000', phoneVerifiedAt: at, emailVerifiedAt: null, passwordHash: null };
  const proofs = { PHONE_OTP: at.toISOString() };
  return { id: 's', createdAt: at, authenticatedAt: at, authenticationMethods: ['otp'], proofs, user } as never;
}

describe('deleteAccount', () => {
  test.each([
    // seconds since the proof, DELETION_GRACE, what happens
    [10, 0, { kind: 'erase' }],
    [299, 0, { kind: 'erase' }],
    [300, 0, { kind: 'reauthentication_required', methods: ['PHONE_OTP'] }],
    [10, 1, { kind: 'schedule', dueAt: new Date('2026-03-02T12:00:00Z') }],
    [10, 30, { kind: 'schedule', dueAt: new Date('2026-03-31T12:00:00Z') }],
    [86_400, 30, { kind: 'reauthentication_required' }],
  ])('%i s after a proof, with %i days of grace: %o', (secondsAgo, graceDays, outcome) => {
    expect(decideLeaving(session(secondsAgo), { graceDays, now: NOW })).toMatchObject(outcome);
  });
});
