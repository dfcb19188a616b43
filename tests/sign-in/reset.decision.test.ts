import { describe, expect, test } from 'vitest';
import type { ProofMethod } from '../../src/sessions/proofs.js';
import type { Opening } from '../../src/sign-in/opening/decision.js';
import { decideReset, mayFinishReset } from '../../src/sign-in/opening/reset-decision.js';

/** What a password reset needs more than opening the account: what is known on the left, what becomes of it on the right. */

const OPEN: Opening = { kind: 'open', claimedBack: false };
const EMAIL: Opening = {
  kind: 'further_proof',
  methods: ['EMAIL_OTP'],
  newAccountAllowed: false,
  claims: false,
  availableAt: null,
};
const SLEEPS: Opening = {
  kind: 'further_proof',
  methods: ['EMAIL_OTP', 'PASSWORD'],
  newAccountAllowed: true,
  claims: true,
  availableAt: null,
};
const DISABLED: Opening = { kind: 'account_disabled', until: null };
const CLAIMED_BACK: Opening = { kind: 'open', claimedBack: true };
const NOW = new Date('2026-11-28T12:00:00Z');
const [PHONE, MAIL, PASSWORD, KEY] = ['PHONE_OTP', 'EMAIL_OTP', 'PASSWORD', 'PASSKEY'] as const;
const ALL: ProofMethod[] = [PHONE, MAIL, PASSWORD];

describe('a right code', () => {
  test.each<
    [
      string,
      Opening,
      { has: ProofMethod[]; settled: boolean; emailTrusted?: boolean; guarded?: boolean },
      ProofMethod[],
      Opening,
    ]
  >([
    ['to the number, without a verified address', OPEN, { has: [PHONE, PASSWORD], settled: false }, [PHONE], OPEN],
    ['to the number, on a device of long', OPEN, { has: ALL, settled: true }, [PHONE], OPEN],
    ['to the number, on a device that is not known for long', OPEN, { has: ALL, settled: false }, [PHONE], EMAIL],
    [
      'to the number, and a thief may have added the address',
      OPEN,
      { has: ALL, settled: false, emailTrusted: false },
      [PHONE],
      OPEN,
    ],
    ['of a locked account', DISABLED, { has: ALL, settled: false }, [PHONE], DISABLED],
    ['to the address', OPEN, { has: ALL, settled: false }, [MAIL], OPEN],
    ['of a sleeping account', SLEEPS, { has: ALL, settled: false }, [PHONE], { ...SLEEPS, methods: [MAIL] }],
    [
      'of a sleeping account without an address',
      { ...SLEEPS, methods: [PASSWORD] },
      { has: [PHONE, PASSWORD], settled: false },
      [PHONE],
      { ...SLEEPS, methods: [PASSWORD] },
    ],
    [
      'to the address, of an account with a role',
      { ...EMAIL, methods: [PHONE, PASSWORD] },
      { has: ALL, settled: false },
      [MAIL],
      { ...EMAIL, methods: [PHONE, PASSWORD] },
    ],
    [
      'to the number, with a passkey',
      OPEN,
      { has: [PHONE, KEY], settled: false },
      [PHONE],
      { ...EMAIL, methods: [KEY] },
    ],
    ['the same on a device of long', OPEN, { has: [PHONE, KEY], settled: true }, [PHONE], OPEN],
    [
      'to the number, with a passkey and a password',
      OPEN,
      { has: [PHONE, PASSWORD, KEY], settled: false },
      [PHONE],
      { ...EMAIL, methods: [PASSWORD, KEY] },
    ],
    [
      'to the number, with a passkey and an address',
      OPEN,
      { has: [...ALL, KEY], settled: false },
      [PHONE],
      { ...EMAIL, methods: [MAIL, KEY] },
    ],
    [
      'to the address, with a passkey',
      OPEN,
      { has: [...ALL, KEY], settled: false },
      [MAIL],
      { ...EMAIL, methods: [PHONE, PASSWORD, KEY] },
    ],
    ['the same on a device of long', OPEN, { has: [...ALL, KEY], settled: true }, [MAIL], OPEN],
    [
      'to the address, and the only passkey was copied',
      OPEN,
      { has: ALL, settled: false, guarded: true },
      [MAIL],
      { ...EMAIL, methods: [PHONE, PASSWORD] },
    ],
    [
      'to the number, which opens the account after a wait for the passkey',
      CLAIMED_BACK,
      { has: [PHONE, KEY], settled: false },
      [PHONE],
      { ...EMAIL, methods: [KEY], availableAt: NOW },
    ],
  ])('%s', (_name, opening, facts, shown, expected) => {
    const further = facts.has.filter((method) => !shown.includes(method));
    const known = { emailTrusted: true, guarded: facts.has.includes(KEY), further, now: NOW, ...facts };
    expect(decideReset(opening, known, shown)).toEqual(expected);
  });
});

test.each<[ProofMethod, ProofMethod[], ProofMethod[], boolean]>([
  [MAIL, ALL, [PHONE], true],
  [PASSWORD, ALL, [PHONE], false],
  [PASSWORD, [PHONE, PASSWORD], [PHONE], true],
  [PHONE, ALL, [MAIL], true],
  [PASSWORD, ALL, [MAIL], true],
])('%s finishes the reset of an account with %j after %j: %s', (method, has, shown, expected) => {
  expect(mayFinishReset(method, { has, shown, emailTrusted: true })).toBe(expected);
});
