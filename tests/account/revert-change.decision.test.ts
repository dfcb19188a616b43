import { describe, expect, test } from 'vitest';
import { needsOtherProof } from '../../src/account/change-phone-number/needs-other-proof.js';
import { decideRevert, type RevertFacts } from '../../src/account/revert-change/decision.js';
import type { LiveSession } from '../../src/sessions/session.repository.js';
import { addSeconds } from '../../src/platform/clock.js';

/** The table of docs/decisions/0041, row by row. */

const OLD = '+9779800000000';
const facts: RevertFacts = {
  open: true,
  via: 'number',
  needsOtherProof: false,
  known: false,
  oldPhoneNumber: OLD,
  oldNumberTaken: false,
  disabled: false,
};
const BACK = { kind: 'revert', phoneNumber: OLD };
const WITHOUT = { kind: 'revert', phoneNumber: null };
const MORE = { kind: 'other_proof_needed' };
const INVALID = { kind: 'invalid_token' };
const proven = { needsOtherProof: true } as const;

describe('whether a change of number is taken back', () => {
  test.each<[string, Partial<RevertFacts>, object]>([
    ['one proof, token of the text', {}, BACK],
    ['one proof, token of the email', { via: 'email' }, BACK],
    ['two proofs or a settled device, token of the text', proven, MORE],
    ['… and an access token of the account or a known device', { ...proven, known: true }, BACK],
    ['… token of the email', { ...proven, via: 'email' }, BACK],
    ['somebody else has verified the old number since', { oldNumberTaken: true }, WITHOUT],
    ['… and more proof is needed', { ...proven, oldNumberTaken: true }, MORE],
    ['there was no verified number before', { via: 'email', oldPhoneNumber: null }, WITHOUT],
    ['an administrator has locked the account', { disabled: true }, { kind: 'account_disabled' }],
    ['… and more proof is needed', { ...proven, disabled: true }, MORE],
    ['… and it is over', { open: false, disabled: true }, INVALID],
    ['over, or taken back before', { open: false }, INVALID],
    ['… whatever else is shown', { ...proven, open: false, via: 'email', known: true }, INVALID],
  ])('%s', (_, different, decision) => {
    expect(decideRevert({ ...facts, ...different })).toEqual(decision);
  });
});

const now = new Date('2026-01-31T12:00:00Z');
const at = now.toISOString();

describe('whether it needs a proof that is not the old number', () => {
  test.each<[string, Pick<LiveSession, 'proofs' | 'deviceKnownSince'> & { user?: object }, boolean]>([
    ['a code to the number, on a new device', { proofs: { PHONE_OTP: at }, deviceKnownSince: null }, false],
    ['a password, on a new device', { proofs: { PASSWORD: at }, deviceKnownSince: null }, false],
    ['a code by email, on a new device', { proofs: { EMAIL_OTP: at }, deviceKnownSince: null }, false],
    ['a device known for six days', { proofs: { PHONE_OTP: at }, deviceKnownSince: daysAgo(6) }, false],
    ['a device known for seven days', { proofs: { PHONE_OTP: at }, deviceKnownSince: daysAgo(7) }, true],
    ['code and password', { proofs: { PHONE_OTP: at, PASSWORD: at }, deviceKnownSince: null }, true],
    ['code and email', { proofs: { PHONE_OTP: at, EMAIL_OTP: at }, deviceKnownSince: null }, true],
    ['password and email', { proofs: { PASSWORD: at, EMAIL_OTP: at }, deviceKnownSince: null }, true],
    [
      'code and a password that a thief may have set',
      { proofs: { PHONE_OTP: at, PASSWORD: at }, deviceKnownSince: null, user: { passwordTrustedFrom: daysAgo(-1) } },
      false,
    ],
    [
      'code and an address that a thief may have added',
      { proofs: { PHONE_OTP: at, EMAIL_OTP: at }, deviceKnownSince: null, user: { emailTrustedFrom: daysAgo(-1) } },
      false,
    ],
    [
      '… which was seven days ago',
      { proofs: { PHONE_OTP: at, EMAIL_OTP: at }, deviceKnownSince: null, user: { emailTrustedFrom: now } },
      true,
    ],
  ])('%s', (_, session, needed) => {
    const user = { emailTrustedFrom: null, passwordTrustedFrom: null, ...session.user };
    const given = { createdAt: now, authenticatedAt: now, authenticationMethods: [], ...session, user } as unknown;
    expect(needsOtherProof(given as LiveSession, now)).toBe(needed);
  });
});

function daysAgo(days: number): Date {
  return addSeconds(now, -days * 86_400);
}
