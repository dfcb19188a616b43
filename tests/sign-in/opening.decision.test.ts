import { describe, expect, it } from 'vitest';
import { addSeconds } from '../../src/platform/clock.js';
import { decideOpening, type OpeningFacts } from '../../src/sign-in/opening/decision.js';
import type { ProofMethod } from '../../src/sessions/proofs.js';

/** The whole rule of docs/decisions/0037: account and proofs on the left, what follows on the right. */

const NOW = new Date('2026-11-28T12:00:00Z');
const RULES = { dormantAfter: 90, claimBackAfter: 3, passkeyRecoveryAfter: 7 };
const daysAgo = (days: number) => addSeconds(NOW, -days * 86_400);

const NUMBER: readonly ProofMethod[] = ['PHONE_OTP'];
const ALL: readonly ProofMethod[] = ['PHONE_OTP', 'EMAIL_OTP', 'PASSWORD'];
const PHONE_SHOWN: readonly ProofMethod[] = ['PHONE_OTP'];
const EMAIL_SHOWN: readonly ProofMethod[] = ['EMAIL_OTP'];
const PASSWORD_SHOWN: readonly ProofMethod[] = ['PASSWORD'];
const TWO_SHOWN: readonly ProofMethod[] = ['PHONE_OTP', 'PASSWORD'];

const ACCOUNT: OpeningFacts = {
  role: 'USER',
  lastUsedAt: daysAgo(1),
  deviceKnown: false,
  has: ALL,
  guarded: false,
  claimedAt: null,
  sessionEpoch: 1,
  emailTrustedFrom: null,
  passwordTrustedFrom: null,
  lockedAt: null,
  lockedUntil: null,
};

const IN_USE = {};
const NEARLY = { lastUsedAt: addSeconds(daysAgo(90), 1) };
const SLEEPS = { lastUsedAt: daysAgo(90) };
const BARE = { ...SLEEPS, has: NUMBER };
const CLAIMED = { ...BARE, claimedAt: addSeconds(daysAgo(3), 1) };
const CLAIMED_LONG_AGO = { ...BARE, claimedAt: daysAgo(3) };
/** A session was used after somebody had a right code. */
const KEPT = { has: NUMBER, claimedAt: daysAgo(2) };
const KEPT_LONG_AGO = { has: NUMBER, claimedAt: daysAgo(90) };
/** Somebody claimed it in an earlier sleep. */
const SLEEPS_AGAIN = { ...BARE, lastUsedAt: daysAgo(100), claimedAt: daysAgo(110) };
const ADMIN = { role: 'ADMIN' } as const;
const KNOWN = { deviceKnown: true };
const LOCKED = { lockedAt: daysAgo(1) };
const LOCKED_FOR_NOW = { ...LOCKED, lockedUntil: addSeconds(NOW, 1) };
const LOCK_OVER = { ...LOCKED, lockedUntil: NOW };

const OPEN = { kind: 'open', claimedBack: false };
const CLAIMED_BACK = { kind: 'open', claimedBack: true };
const disabled = (until: Date | null) => ({ kind: 'account_disabled', until });
/** @param claims whether it is noted that somebody had a right code: false where the account is in use, or has a role. */
const further = (
  methods: readonly ProofMethod[],
  { anew = false, claims = false, availableAt = null as Date | null } = {},
) => ({ kind: 'further_proof', methods, newAccountAllowed: anew, claims, availableAt });
const ANEW = { anew: true };
const CLAIMED_ANEW = { anew: true, claims: true };
const from = (availableAt: Date) => ({ ...CLAIMED_ANEW, availableAt });
const EMAIL_OR_PASSWORD: readonly ProofMethod[] = ['EMAIL_OTP', 'PASSWORD'];
const PHONE_OR_EMAIL: readonly ProofMethod[] = ['PHONE_OTP', 'EMAIL_OTP'];
const IN_THREE_DAYS = addSeconds(NOW, 3 * 86_400);

type Row = readonly [name: string, facts: Partial<OpeningFacts>, shown: readonly ProofMethod[], outcome: object];

const TABLE: readonly Row[] = [
  ['in use, a code', IN_USE, PHONE_SHOWN, OPEN],
  ['in use, a password', IN_USE, PASSWORD_SHOWN, OPEN],
  ['in use, a code by email', IN_USE, EMAIL_SHOWN, OPEN],
  ['in use for one second more, a code', NEARLY, PHONE_SHOWN, OPEN],
  ['asleep, a code', SLEEPS, PHONE_SHOWN, further(EMAIL_OR_PASSWORD, CLAIMED_ANEW)],
  ['asleep, a code, known device', { ...SLEEPS, ...KNOWN }, PHONE_SHOWN, OPEN],
  ['asleep, a password', SLEEPS, PASSWORD_SHOWN, OPEN],
  ['asleep, a code by email', SLEEPS, EMAIL_SHOWN, OPEN],
  ['asleep, a code and a password', SLEEPS, TWO_SHOWN, OPEN],
  [
    'asleep with other proofs, claimed long ago',
    { ...SLEEPS, claimedAt: daysAgo(9) },
    PHONE_SHOWN,
    further(EMAIL_OR_PASSWORD, CLAIMED_ANEW),
  ],
  ['asleep with nothing else, first code', BARE, PHONE_SHOWN, further([], from(IN_THREE_DAYS))],
  ['asleep with nothing else, too early', CLAIMED, PHONE_SHOWN, further([], from(addSeconds(NOW, 1)))],
  ['asleep with nothing else, after the wait', CLAIMED_LONG_AGO, PHONE_SHOWN, CLAIMED_BACK],
  ['asleep again after an earlier claim', SLEEPS_AGAIN, PHONE_SHOWN, further([], from(IN_THREE_DAYS))],
  ['a session was used after the claim', KEPT, PHONE_SHOWN, further([], ANEW)],
  ['the same on a known device', { ...KEPT, ...KNOWN }, PHONE_SHOWN, OPEN],
  ['the same after another 90 days in use', KEPT_LONG_AGO, PHONE_SHOWN, OPEN],
  ['the network says the number changed hands', { changedHands: true }, PHONE_SHOWN, further(EMAIL_OR_PASSWORD, ANEW)],
  ['a role, a code', ADMIN, PHONE_SHOWN, further(EMAIL_OR_PASSWORD)],
  ['a role, a password', ADMIN, PASSWORD_SHOWN, further(PHONE_OR_EMAIL)],
  ['a role, a code, known device', { ...ADMIN, ...KNOWN }, PHONE_SHOWN, OPEN],
  ['a role, two proofs', ADMIN, TWO_SHOWN, OPEN],
  ['a role, the same proof twice', ADMIN, [...PHONE_SHOWN, ...PHONE_SHOWN], further(EMAIL_OR_PASSWORD)],
  ['locked, a code', LOCKED, PHONE_SHOWN, disabled(null)],
  ['locked, two proofs on a known device', { ...LOCKED, ...KNOWN }, TWO_SHOWN, disabled(null)],
  ['locked for one second more, a password', LOCKED_FOR_NOW, PASSWORD_SHOWN, disabled(addSeconds(NOW, 1))],
  ['locked, with a role', { ...LOCKED, ...ADMIN }, TWO_SHOWN, disabled(null)],
  ['locked and claimed long ago', { ...CLAIMED_LONG_AGO, ...LOCKED }, PHONE_SHOWN, disabled(null)],
  ['a lock that is over, a code', LOCK_OVER, PHONE_SHOWN, OPEN],
  ['a role that sleeps, with nothing else', { ...CLAIMED_LONG_AGO, ...ADMIN }, PHONE_SHOWN, further([])],
];

const KEY = 'PASSKEY';
const KEY_ONLY = { has: ['PHONE_OTP', KEY] as const, guarded: true };
const WITH_KEY = { has: [...ALL, KEY] as const, guarded: true };
const KEY_AND_PASSWORD = { has: ['PHONE_OTP', 'PASSWORD', KEY] as const, guarded: true };
/** The only passkey was copied. */
const COPIED = { has: ALL, guarded: true };
const COPIED_ONLY = { has: NUMBER, guarded: true };
const waitsFor = (availableAt: Date) => further([], { claims: true, availableAt });
const OTHERS: readonly ProofMethod[] = ['EMAIL_OTP', 'PASSWORD', KEY];
const IN_SEVEN_DAYS = addSeconds(NOW, 7 * 86_400);
const waits = (availableAt: Date) => further([KEY], { claims: true, availableAt });
/** The first code came so long ago, and nobody has used the account since. */
const asked = (seconds: number) => ({ lastUsedAt: daysAgo(20), claimedAt: addSeconds(NOW, -seconds) });
const WEEK = 7 * 86_400;
/** A thief with one proof may have added them. */
const ADDED = { emailTrustedFrom: addSeconds(NOW, 1), passwordTrustedFrom: addSeconds(NOW, 1) };

/** The column of that table for accounts with a passkey. */
const WITH_PASSKEY: readonly Row[] = [
  ['in use, a code', WITH_KEY, PHONE_SHOWN, further(OTHERS)],
  ['in use, a code, known device', { ...WITH_KEY, ...KNOWN }, PHONE_SHOWN, OPEN],
  ['in use, a password', WITH_KEY, PASSWORD_SHOWN, OPEN],
  ['in use, a code by email', WITH_KEY, EMAIL_SHOWN, further(['PHONE_OTP', 'PASSWORD', KEY])],
  ['the same on a known device', { ...WITH_KEY, ...KNOWN }, EMAIL_SHOWN, OPEN],
  ['the same, asleep', { ...WITH_KEY, ...SLEEPS }, EMAIL_SHOWN, further(['PHONE_OTP', 'PASSWORD', KEY])],
  [
    'an address and no number, a code by email',
    { has: ['EMAIL_OTP', KEY], guarded: true },
    EMAIL_SHOWN,
    further([KEY]),
  ],
  ['in use, two different proofs', WITH_KEY, TWO_SHOWN, OPEN],
  ['in use, two codes', WITH_KEY, ['PHONE_OTP', 'EMAIL_OTP'], OPEN],
  ['in use, a code by email and the password', WITH_KEY, ['EMAIL_OTP', 'PASSWORD'], OPEN],
  ['in use, with a password, a code', KEY_AND_PASSWORD, PHONE_SHOWN, further(['PASSWORD', KEY])],
  ['in use, nothing else, first code', KEY_ONLY, PHONE_SHOWN, waits(IN_SEVEN_DAYS)],
  ['the same too early', { ...KEY_ONLY, ...asked(WEEK - 1) }, PHONE_SHOWN, waits(addSeconds(NOW, 1))],
  ['the same after the wait', { ...KEY_ONLY, ...asked(WEEK) }, PHONE_SHOWN, CLAIMED_BACK],
  ['the same, used since', { ...KEY_ONLY, claimedAt: daysAgo(8) }, PHONE_SHOWN, further([KEY])],
  ['the same, 90 days after that', { ...KEY_ONLY, claimedAt: daysAgo(90) }, PHONE_SHOWN, waits(IN_SEVEN_DAYS)],
  [
    'with a password, long after the first code',
    { ...KEY_AND_PASSWORD, ...asked(9 * WEEK) },
    PHONE_SHOWN,
    further(['PASSWORD', KEY]),
  ],
  ['asleep, a code', { ...WITH_KEY, ...SLEEPS }, PHONE_SHOWN, further(OTHERS, { claims: true })],
  ['asleep, nothing else, first code', { ...SLEEPS, ...KEY_ONLY }, PHONE_SHOWN, waits(IN_SEVEN_DAYS)],
  ['the network says so', { ...KEY_ONLY, changedHands: true }, PHONE_SHOWN, waits(IN_SEVEN_DAYS)],
  [
    'an address and a password that a thief may have added, a code',
    { ...WITH_KEY, ...ADDED },
    PHONE_SHOWN,
    waits(IN_SEVEN_DAYS),
  ],
  ['the same, and the password', { ...WITH_KEY, ...ADDED }, TWO_SHOWN, waits(IN_SEVEN_DAYS)],
  ['the same, the password alone', { ...WITH_KEY, ...ADDED }, PASSWORD_SHOWN, further([KEY])],
  ['the same, the code by email alone', { ...WITH_KEY, ...ADDED }, EMAIL_SHOWN, further([KEY])],
  ['a role, a code', { ...WITH_KEY, ...ADMIN }, PHONE_SHOWN, further(OTHERS)],
  [
    'a role, nothing else, long after the first code',
    { ...KEY_ONLY, ...asked(9 * WEEK), ...ADMIN },
    PHONE_SHOWN,
    further([KEY]),
  ],
  ['locked', { ...WITH_KEY, ...LOCKED }, TWO_SHOWN, disabled(null)],
  ['copied, a code', COPIED, PHONE_SHOWN, further(EMAIL_OR_PASSWORD)],
  ['copied, a code by email', COPIED, EMAIL_SHOWN, further(['PHONE_OTP', 'PASSWORD'])],
  ['copied, a password', COPIED, PASSWORD_SHOWN, OPEN],
  ['copied, two codes', COPIED, ['PHONE_OTP', 'EMAIL_OTP'], OPEN],
  ['copied, nothing else, first code', COPIED_ONLY, PHONE_SHOWN, waitsFor(IN_SEVEN_DAYS)],
  ['the same after the wait', { ...COPIED_ONLY, ...asked(WEEK) }, PHONE_SHOWN, CLAIMED_BACK],
];

const decide = (facts: Partial<OpeningFacts>, shown: readonly ProofMethod[], rules = RULES) =>
  decideOpening({ ...ACCOUNT, ...facts }, { shown, rules, now: NOW });

describe('an account with a passkey, PASSKEY_RECOVERY_AFTER=7', () => {
  it.each(WITH_PASSKEY)('%s', (_, facts, shown, outcome) => expect(decide(facts, shown)).toEqual(outcome));

  it('whose number never counts as changed needs more than a code, too', () => {
    const rules = { ...RULES, dormantAfter: 0 };
    expect(decide(KEY_ONLY, PHONE_SHOWN, rules)).toEqual(waits(IN_SEVEN_DAYS));
    expect(decide({ ...KEY_ONLY, claimedAt: daysAgo(2) }, PHONE_SHOWN, rules)).toEqual(waits(IN_SEVEN_DAYS));
  });

  it('opens by a code alone on no day with PASSKEY_RECOVERY_AFTER=0', () => {
    const rules = { ...RULES, passkeyRecoveryAfter: 0 };
    expect(decide({ ...KEY_ONLY, ...asked(9 * WEEK) }, PHONE_SHOWN, rules)).toEqual(further([KEY]));
  });
});

describe('DORMANT_AFTER=90, CLAIM_BACK_AFTER=3', () => {
  it.each(TABLE)('%s', (_, facts, shown, outcome) => {
    expect(decideOpening({ ...ACCOUNT, ...facts }, { shown, rules: RULES, now: NOW })).toEqual(outcome);
  });
});

describe('DORMANT_AFTER=0', () => {
  it.each([SLEEPS, BARE, CLAIMED, KEPT])('no account sleeps: %o', (facts) => {
    const rules = { ...RULES, dormantAfter: 0 };
    expect(decideOpening({ ...ACCOUNT, ...facts }, { shown: PHONE_SHOWN, rules, now: NOW })).toEqual(OPEN);
  });

  it('a role still needs two proofs', () => {
    const rules = { ...RULES, dormantAfter: 0 };
    const decision = decideOpening({ ...ACCOUNT, ...ADMIN }, { shown: PHONE_SHOWN, rules, now: NOW });
    expect(decision).toEqual(further(EMAIL_OR_PASSWORD));
  });
});
