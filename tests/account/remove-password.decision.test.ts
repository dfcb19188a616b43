import { expect, test } from 'vitest';
import { decideRemoval } from '../../src/account/remove-password/decision.js';

/** Whether an account can do without its password: every combination of what else it has. */

const AT = new Date('2026-03-01T00:00:00Z');

const table: readonly [phone: boolean, email: boolean, role: 'USER' | 'ADMIN', decision: string][] = [
  [true, true, 'USER', 'remove'],
  [true, false, 'USER', 'remove'],
  [false, true, 'USER', 'remove'],
  [false, false, 'USER', 'needed PHONE_OTP EMAIL_OTP'],
  [true, true, 'ADMIN', 'remove'],
  [true, false, 'ADMIN', 'needed EMAIL_OTP'],
  [false, true, 'ADMIN', 'needed PHONE_OTP'],
  [false, false, 'ADMIN', 'needed PHONE_OTP EMAIL_OTP'],
];

test.each(table)('number verified %s, email verified %s, %s: %s', (phone, email, role, decision) => {
  const owner = {
    phoneNumber: '+9779800015600',
    phoneVerifiedAt: phone ? AT : null,
    email: 'somebody@example.com',
    emailVerifiedAt: email ? AT : null,
    role,
  };
  const decided = decideRemoval({ ...owner, passwordHash: 'a hash' });
  expect(decided.kind === 'needed' ? ['needed', ...decided.methods].join(' ') : decided.kind).toBe(decision);
  expect(decideRemoval({ ...owner, passwordHash: null })).toEqual({ kind: 'nothing_to_remove' });
});
