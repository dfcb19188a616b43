import { describe, expect, test } from 'vitest';
import { confirmNumber } from '../../src/account/number-signal-gate.js';
import type { NumberSignals, SignalAnswer } from '../../src/number-signals/number-signals.js';
import { addSeconds } from '../../src/platform/clock.js';
import type { ProofMethod } from '../../src/sessions/proofs.js';
import type { LiveSession } from '../../src/sessions/session.repository.js';
import { askNetwork } from '../../src/sign-in/opening/changed-hands.js';
import { decideOpening, type OpeningFacts } from '../../src/sign-in/opening/decision.js';

/** The table of docs/decisions/0043: when a network is asked, and what its answer changes. */

const DAY = 86_400;
const NOW = new Date('2026-03-04T05:06:07Z');
const PHONE = '+34666111333';
const rules = { dormantAfter: 90, claimBackAfter: 3, passkeyRecoveryAfter: 7 };
const ago = (days: number) => addSeconds(NOW, -days * DAY);

class Network implements NumberSignals {
  readonly asked: string[] = [];
  constructor(
    readonly swapped: SignalAnswer,
    readonly recycled: SignalAnswer = 'no',
  ) {}
  async swappedSince(_number: string, since: Date): Promise<SignalAnswer> {
    this.asked.push(`swapped since ${since.toISOString()}`);
    return this.swapped;
  }
  async recycledSince(_number: string, since: Date): Promise<SignalAnswer> {
    this.asked.push(`recycled since ${since.toISOString()}`);
    return this.recycled;
  }
}

const awake: OpeningFacts = {
  role: 'USER',
  lastUsedAt: ago(10),
  deviceKnown: false,
  has: ['PHONE_OTP', 'PASSWORD'],
  guarded: false,
  claimedAt: null,
  sessionEpoch: 1,
  emailTrustedFrom: null,
  passwordTrustedFrom: null,
  lockedAt: null,
  lockedUntil: null,
};

function ask(facts: Partial<OpeningFacts>, signals: NumberSignals, shown: readonly ProofMethod[] = ['PHONE_OTP']) {
  return askNetwork({ ...awake, ...facts }, { phoneNumber: PHONE, signals, shown, rules, now: NOW });
}

describe('opening an account', () => {
  test('by a code on an unknown device: asked about three days for the SIM, and since the last use for the owner', async () => {
    const network = new Network('no');
    expect(await ask({}, network)).toEqual({ facts: awake, away: false });
    expect(network.asked).toEqual([`swapped since ${ago(3).toISOString()}`, `recycled since ${ago(10).toISOString()}`]);
    const lately = new Network('no');
    await ask({ lastUsedAt: ago(1) }, lately);
    expect(lately.asked[0]).toBe(`swapped since ${ago(1).toISOString()}`);
  });

  test.each<[string, Partial<OpeningFacts>, readonly ProofMethod[]]>([
    ['a known device', { deviceKnown: true }, ['PHONE_OTP']],
    ['a second proof', {}, ['PHONE_OTP', 'PASSWORD']],
    ['a password', {}, ['PASSWORD']],
    ['an account that sleeps anyway', { lastUsedAt: ago(90) }, ['PHONE_OTP']],
    ['an account with a role', { role: 'ADMIN' }, ['PHONE_OTP']],
  ])('%s: nothing is asked', async (_name, facts, shown) => {
    const network = new Network('yes', 'yes');
    const { away } = await ask(facts, network, shown);
    expect([network.asked, away]).toEqual([[], false]);
  });

  test.each<[SignalAnswer, SignalAnswer, string, boolean]>([
    ['no', 'no', 'open', false],
    ['unknown', 'unknown', 'open', false],
    ['away', 'no', 'open', true],
    ['no', 'away', 'open', true],
    ['yes', 'no', 'further_proof', false],
    ['no', 'yes', 'further_proof', false],
    ['yes', 'away', 'further_proof', false],
    ['away', 'yes', 'further_proof', false],
  ])('a new SIM: %s, a new owner: %s: %s, away: %s', async (swapped, recycled, outcome, away) => {
    const signalled = await ask({}, new Network(swapped, recycled));
    expect(signalled.away).toBe(away);
    const opening = decideOpening(signalled.facts, { shown: ['PHONE_OTP'], rules, now: NOW });
    expect(opening.kind).toBe(outcome);
    if (opening.kind === 'further_proof')
      expect(opening).toMatchObject({ methods: ['PASSWORD'], newAccountAllowed: true, availableAt: null });
  });

  test('also where accounts never fall asleep by themselves', async () => {
    const never = { ...rules, dormantAfter: 0 };
    const shown: readonly ProofMethod[] = ['PHONE_OTP'];
    const signals = new Network('yes');
    const { facts } = await askNetwork(awake, { phoneNumber: PHONE, signals, shown, rules: never, now: NOW });
    expect(decideOpening(facts, { shown, rules: never, now: NOW }).kind).toBe('further_proof');
  });
});

const user = { phoneNumber: PHONE, phoneVerifiedAt: ago(100), emailVerifiedAt: null, passwordHash: null };
const session = {
  user,
  proofs: { PHONE_OTP: addSeconds(NOW, -10).toISOString() },
  authenticatedAt: addSeconds(NOW, -10),
  authenticationMethods: ['otp', 'sms'],
  createdAt: addSeconds(NOW, -10),
  deviceKnownSince: null,
};

function confirm(changes: object, signals: NumberSignals) {
  return confirmNumber({ ...session, ...changes } as unknown as LiveSession, { signals, now: NOW });
}

describe('changing number or password', () => {
  const fresh = NOW.toISOString();
  test.each<[string, object]>([
    ['on a device that the account has known for a week', { deviceKnownSince: ago(7) }],
    ['with a fresh code by email', { proofs: { ...session.proofs, EMAIL_OTP: fresh } }],
    ['with a fresh password', { proofs: { PASSWORD: fresh } }],
    ['without a verified number', { user: { ...user, phoneVerifiedAt: null } }],
  ])('%s: nothing is asked', async (_name, changes) => {
    const network = new Network('yes');
    expect([await confirm(changes, network), network.asked]).toEqual([null, []]);
  });

  test.each<[SignalAnswer, object | null]>([
    ['no', null],
    ['unknown', null],
    ['away', { kind: 'number_unconfirmed', retryAfterSeconds: 60 }],
    ['yes', { kind: 'number_unconfirmed', retryAfterSeconds: 3_600 }],
  ])('by a code to the number alone, new SIM: %s', async (swapped, outcome) => {
    const network = new Network(swapped);
    expect(await confirm({}, network)).toEqual(outcome);
    expect(network.asked).toEqual([`swapped since ${ago(3).toISOString()}`]);
  });

  test('with a new SIM, whatever else the account has is asked for', async () => {
    const others = { ...user, emailVerifiedAt: ago(50), passwordHash: 'a hash' };
    const old = { ...session.proofs, PASSWORD: addSeconds(NOW, -300).toISOString() };
    expect(await confirm({ user: others, proofs: old }, new Network('yes'))).toEqual({
      kind: 'reauthentication_required',
      maxAgeSeconds: 300,
      methods: ['EMAIL_OTP', 'PASSWORD'],
    });
  });
});
