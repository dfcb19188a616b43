import { describe, expect, it } from 'vitest';
import { addSeconds } from '../../src/platform/clock.js';
import {
  decideFirstVerification,
  type FirstVerification,
  type FirstVerificationFacts,
  type Registration,
} from '../../src/sign-in/first-verification/decision.js';

/** The whole rule of the first verification of a registered number: facts on the left, the owner's account on the right. */

const NOW = new Date('2026-11-28T12:00:00Z');
const ago = (id: string, seconds: number, emailVerified = false): Registration => {
  return { id, createdAt: addSeconds(NOW, -seconds), emailVerified, ...NO_LOCK };
};
const NO_LOCK = { lockedAt: null, lockedUntil: null };
const LOCK = { lockedAt: addSeconds(NOW, -60), lockedUntil: null };

const FRESH = [ago('asha', 3599)];
const WITH_EMAIL = [ago('asha', 60, true)];
const OLD = [ago('asha', 3600)];
const SEVERAL = [ago('asha', 60), ago('mallory', 30)];
const SEVERAL_OLD = [ago('asha', 90_000), ago('mallory', 80_000)];
const LOCKED = [{ ...ago('asha', 60), ...LOCK }];
const LOCKED_OLD = [{ ...ago('asha', 3600), ...LOCK }];
const LOCK_OVER = [{ ...ago('asha', 60), ...LOCK, lockedUntil: NOW }];
const ALL = { FRESH, WITH_EMAIL, OLD, SEVERAL, SEVERAL_OLD, LOCKED, LOCKED_OLD, LOCK_OVER };

const KEEP: FirstVerification = { kind: 'keep', userId: 'asha' };
const TAKE_OVER: FirstVerification = { kind: 'take_over', userId: 'asha' };
const ANEW: FirstVerification = { kind: 'begin_anew' };
const REGISTER: FirstVerification = { kind: 'registration_required' };

const DISABLED: FirstVerification = { kind: 'account_disabled', until: null };

const MODES = ['sign-up', 'register', 'reject'] as const;

function decision(registrations: readonly Registration[], proof: Partial<FirstVerificationFacts>, mode: 0 | 1 | 2) {
  const facts = { registrations, signedInAs: null, knownTo: null, written: NO_LOCK, ...proof };
  return decideFirstVerification(facts, { unknownPhone: MODES[mode], now: NOW });
}

type Row = readonly [
  proof: string,
  facts: Partial<FirstVerificationFacts>,
  registrations: keyof typeof ALL,
  ...outcomes: readonly [signUp: FirstVerification, register: FirstVerification, reject: FirstVerification],
];

const NO_TOKEN = {};
const ACCESS = { signedInAs: 'asha' };
const DEVICE = { knownTo: 'asha' };
const LOCKED_DEVICE = { knownTo: 'asha', written: LOCK };
const BOTH = { signedInAs: 'asha', knownTo: 'mallory' };

/** For UNKNOWN_PHONE sign-up, register and reject. */
const TABLE: readonly Row[] = [
  ['no token', NO_TOKEN, 'FRESH', TAKE_OVER, TAKE_OVER, TAKE_OVER],
  ['no token', NO_TOKEN, 'WITH_EMAIL', ANEW, REGISTER, ANEW],
  ['its access token', ACCESS, 'WITH_EMAIL', KEEP, KEEP, KEEP],
  ['no token', NO_TOKEN, 'OLD', ANEW, REGISTER, ANEW],
  ['no token', NO_TOKEN, 'SEVERAL', ANEW, REGISTER, ANEW],
  ['no token', NO_TOKEN, 'SEVERAL_OLD', ANEW, REGISTER, ANEW],
  ['its access token', ACCESS, 'FRESH', KEEP, KEEP, KEEP],
  ['its access token', ACCESS, 'OLD', KEEP, KEEP, KEEP],
  ['its access token', ACCESS, 'SEVERAL', KEEP, KEEP, KEEP],
  ['its access token', ACCESS, 'SEVERAL_OLD', KEEP, KEEP, KEEP],
  ['its device token', DEVICE, 'FRESH', KEEP, KEEP, KEEP],
  ['its device token', DEVICE, 'OLD', KEEP, KEEP, KEEP],
  ['its device token', DEVICE, 'SEVERAL', KEEP, KEEP, KEEP],
  ['its device token', DEVICE, 'SEVERAL_OLD', KEEP, KEEP, KEEP],
  ['its device token, locked', LOCKED_DEVICE, 'LOCKED', DISABLED, DISABLED, DISABLED],
  ['its device token, locked', LOCKED_DEVICE, 'SEVERAL', DISABLED, DISABLED, DISABLED],
  ['no token', NO_TOKEN, 'LOCKED', DISABLED, DISABLED, DISABLED],
  ['no token', NO_TOKEN, 'LOCKED_OLD', ANEW, REGISTER, ANEW],
  ['no token', NO_TOKEN, 'LOCK_OVER', TAKE_OVER, TAKE_OVER, TAKE_OVER],
  ['the access token of one and the device token of another', BOTH, 'SEVERAL', KEEP, KEEP, KEEP],
];

describe.each(MODES.map((mode, column) => [mode, column as 0 | 1 | 2] as const))('UNKNOWN_PHONE=%s', (_, column) => {
  it.each(TABLE)('with %s %o, registrations %s', (...row) => {
    const [, facts, registrations, ...outcomes] = row;
    expect(decision(ALL[registrations], facts, column)).toEqual(outcomes[column]);
  });
});

it('the token of a registration that is not among the two that were looked at counts as well', () => {
  expect(decision(SEVERAL, { signedInAs: 'third' }, 0)).toEqual({ kind: 'keep', userId: 'third' });
});
