import { describe, expect, it } from 'vitest';
import { SLOTS } from '../../src/budgets/rate-budget.js';
import type { SendBudget } from '../../src/budgets/send-budgets.js';
import type { LatestChallenge } from '../../src/otp/open-challenge.js';
import { addSeconds } from '../../src/platform/clock.js';
import { rangesOf } from '../../src/pumping/number-ranges.js';
import { emptyCounter, type KeptCounter } from '../../src/pumping/proof-counter.js';
import { decide, type OtpRequest } from '../../src/sign-in/request-otp/decision.js';
import type { RequestFacts } from '../../src/sign-in/request-otp/facts.repository.js';

/** The whole rule of requestOtp: what the database knows on the left, what becomes of the request on the right. */

const DAY = 86_400;
const NOW = new Date('2026-11-28T12:00:00Z');
const RANGES = rangesOf('+255679100001', 'TZ');
const LOCKED_UNTIL = addSeconds(NOW, 900);
const PAUSED_UNTIL = addSeconds(NOW, 3600);

function budget(name: SendBudget['name'], subject: string, personal: boolean): SendBudget {
  return { name, key: `sends:${subject}:3600`, window: 3600, max: 5, units: 1, personal };
}

const NUMBER = budget('number', 'number', true);
const NETWORK = budget('network', 'network', true);
const COUNTRY = budget('country', 'country', false);
const DEVICES = budget('number', 'devices', true);
const SUSPICION: SendBudget = { ...NETWORK, max: 2 };

const REQUEST: OtpRequest = {
  now: NOW,
  acceptUnknown: true,
  membersOnly: false,
  code: { timeToLive: 600, cooldown: 60, maxAttempts: 3, knownSecretIds: ['now', 'before'] },
  budgets: {
    all: [NUMBER, NETWORK, COUNTRY],
    knownDevice: [DEVICES, NETWORK, COUNTRY],
    suspicion: [SUSPICION],
  },
  guard: { ranges: RANGES, probe: false },
  locale: { requested: null, fallback: 'en' },
};

const FRESH: RequestFacts = {
  account: null,
  knownDevice: false,
  lockedUntil: null,
  challenge: null,
  wasSent: true,
  lastSentAt: null,
  blocked: false,
  refusal: null,
  spent: new Map(),
  counters: new Map(),
  pauses: new Map(),
};

/** Five minutes' slots of an hour's budget, with everything spent in the newest one. */
function spent(...budgets: [SendBudget, number][]): Pick<RequestFacts, 'spent'> {
  const newest = Math.floor(NOW.getTime() / 300_000);
  const slots = (units: number) => [...Array.from({ length: SLOTS - 1 }, () => 0), units];
  return {
    spent: new Map(budgets.map(([{ key }, units]) => [key, { slotLength: 300, newest, counts: slots(units) }])),
  };
}

function sentAgo(seconds: number, countedUnder: readonly string[] = []): Pick<RequestFacts, 'challenge'> {
  return { challenge: { ...challengeAgo(seconds), countedUnder } };
}

function challengeAgo(seconds: number): LatestChallenge {
  const sentAt = addSeconds(NOW, -seconds);
  const guesses = {
    deviceAttempts: 0,
    tokenAttempts: 0,
    sends: 1,
    firstGuesses: 0,
    consumedAt: null,
    createdAt: sentAt,
  };
  return { sentAt, expiresAt: addSeconds(sentAt, 600), secretId: 'now', ...guesses, countedUnder: [] };
}

function counter(key: string, values: Partial<KeptCounter>): [string, KeptCounter] {
  return [key, { ...emptyCounter(key, NOW), ...values }];
}

/** Two codes to the range were verified, the first one so long ago. */
function verifiedAgo(seconds: number): Pick<RequestFacts, 'counters'> {
  return { counters: new Map([counter(RANGES.range, { sent: 4, proved: 2, since: addSeconds(NOW, -seconds) })]) };
}

const VERIFIED = { account: { verified: true, locale: 'ne', alive: false } };
const ALIVE = { account: { ...VERIFIED.account, alive: true } };
const TYPED: Pick<RequestFacts, 'challenge'> = { challenge: { ...challengeAgo(3600), consumedAt: NOW } };
const UNVERIFIED = { account: { verified: false, locale: null, alive: false } };
const LOCKED = { lockedUntil: LOCKED_UNTIL };
const LOCKED_OUT = { ...LOCKED, ...spent([NUMBER, 5]) };
const SUSPICIOUS = spent([NETWORK, 2]);
const REFUSED = { refusal: 'invalid_number' } as const;
const COOLING = sentAgo(20);
const PAUSED = { pauses: new Map([[RANGES.range, PAUSED_UNTIL]]) };
const KNOWN_DEVICE = { ...VERIFIED, knownDevice: true };

type Row = readonly [name: string, facts: Partial<RequestFacts>, outcome: object, request?: Partial<OtpRequest>];

function complete(rows: readonly Row[]) {
  return rows.map(([name, facts, outcome, request = {}]) => [name, facts, outcome, request] as const);
}

function verdict(facts: Partial<RequestFacts>, request: Partial<OtpRequest> = {}) {
  return decide({ ...REQUEST, ...request }, { ...FRESH, ...facts });
}

const UNKNOWN_REFUSED = { acceptUnknown: false };
const NOT_SUSPECTED = { budgets: { ...REQUEST.budgets, suspicion: [] } };
const COOLED_DOWN = addSeconds(NOW, 40);
/** The newest slot leaves the window 13 slots after itself. */
const BUDGET_BACK = new Date('2026-11-28T13:05:00Z');

describe('a request is refused', () => {
  const rows: Row[] = [
    [
      'where the number is locked and its texts are spent',
      LOCKED_OUT,
      { kind: 'locked', lockedUntil: LOCKED_UNTIL, spentBudgets: [NUMBER] },
    ],
    [
      'where its network has asked a lot, until it passes a CAPTCHA',
      SUSPICIOUS,
      { kind: 'suspicious', spentBudgets: [SUSPICION] },
    ],
    ['where a provider refused the number', REFUSED, { kind: 'refused_number', refusal: 'invalid_number' }],
    ['where it has no account and only members get codes', {}, { kind: 'unknown_phone' }, UNKNOWN_REFUSED],
    ['while the cooldown lasts', COOLING, { kind: 'too_soon', retryAt: COOLED_DOWN, spentBudgets: [] }],
    [
      'where a budget is spent',
      spent([COUNTRY, 5]),
      { kind: 'too_soon', retryAt: BUDGET_BACK, spentBudgets: [COUNTRY] },
    ],
    [
      'where the known devices of its account have spent theirs',
      { ...KNOWN_DEVICE, ...spent([DEVICES, 5]) },
      { kind: 'too_soon', retryAt: BUDGET_BACK, spentBudgets: [DEVICES] },
    ],
  ];
  it.each(complete(rows))('%s', (_, facts, outcome, request) => {
    expect(verdict(facts, request)).toEqual(outcome);
  });
});

describe('of two reasons, the first is told', () => {
  const rows: Row[] = [
    ['suspicious, locked', { ...LOCKED_OUT, ...spent([NUMBER, 5], [NETWORK, 2]) }, { kind: 'suspicious' }],
    ['refused by a provider, locked', { ...LOCKED_OUT, ...REFUSED }, { kind: 'refused_number' }],
    ['unknown, locked', LOCKED_OUT, { kind: 'unknown_phone' }, UNKNOWN_REFUSED],
    ['locked with spent texts, too soon', { ...LOCKED_OUT, ...COOLING }, { kind: 'locked' }],
    ['too soon, locked', { ...LOCKED, ...COOLING }, { kind: 'too_soon', retryAt: COOLED_DOWN }],
    ['a spent country, locked', { ...LOCKED, ...spent([COUNTRY, 5]) }, { kind: 'too_soon' }],
    ['suspicious, refused by a provider', { ...SUSPICIOUS, ...REFUSED }, { kind: 'suspicious' }],
    ['suspicious, unknown', SUSPICIOUS, { kind: 'suspicious' }, UNKNOWN_REFUSED],
    ['suspicious, too soon', { ...SUSPICIOUS, ...COOLING }, { kind: 'suspicious' }],
    ['refused by a provider, unknown', REFUSED, { kind: 'refused_number' }, UNKNOWN_REFUSED],
    ['refused by a provider, too soon', { ...REFUSED, ...COOLING }, { kind: 'refused_number' }],
    ['unknown, too soon', COOLING, { kind: 'unknown_phone' }, UNKNOWN_REFUSED],
    ['unknown, a spent budget', spent([NUMBER, 5]), { kind: 'unknown_phone' }, UNKNOWN_REFUSED],
    [
      'of cooldown and budget the longer wait',
      { ...COOLING, ...spent([NUMBER, 5]) },
      { kind: 'too_soon', retryAt: BUDGET_BACK, spentBudgets: [NUMBER] },
    ],
  ];
  it.each(complete(rows))('%s', (_, facts, outcome, request) => {
    expect(verdict(facts, request)).toMatchObject(outcome);
  });
});

describe('a code is sent', () => {
  const SENT = { kind: 'send', withheld: false };
  const rows: Row[] = [
    ['to a number that has no account', {}, SENT],
    ['to an unverified number where only members get codes', UNVERIFIED, SENT, UNKNOWN_REFUSED],
    ['to a locked number: the first guess with the request token is looked at', LOCKED, SENT],
    ['when a lock is over', { lockedUntil: NOW, ...spent([NUMBER, 4]) }, SENT],
    ['when the cooldown is over to the second', sentAgo(60), SENT],
    ['to a known device whose network is suspicious', { ...KNOWN_DEVICE, ...SUSPICIOUS }, SENT],
    ['from a suspicious network, where there is no CAPTCHA to pass', SUSPICIOUS, SENT, NOT_SUSPECTED],
    ['to a known device whose number has spent its budget', { ...KNOWN_DEVICE, ...spent([NUMBER, 5]) }, SENT],
    ['to a stranger when known devices have spent theirs', { ...VERIFIED, ...spent([DEVICES, 5]) }, SENT],
    ['in a paused range, to a verified number', { ...PAUSED, ...VERIFIED }, { ...SENT, pausedUntil: PAUSED_UNTIL }],
    ['in a paused range, to a known device', { ...PAUSED, ...KNOWN_DEVICE }, { ...SENT, pausedUntil: PAUSED_UNTIL }],
    [
      'in a paused range, to a probe',
      PAUSED,
      { ...SENT, pausedUntil: PAUSED_UNTIL },
      { guard: { ranges: RANGES, probe: true } },
    ],
    ['when a pause is over', { pauses: new Map([[RANGES.range, NOW]]) }, { ...SENT, pausedUntil: null }],
    [
      'in a paused range, where the guard is off',
      PAUSED,
      { ...SENT, pausedUntil: null, counted: null },
      { guard: null },
    ],
    [
      'in a paused block, to a range where a code was verified on an earlier day',
      { pauses: new Map([[RANGES.block, PAUSED_UNTIL]]), ...verifiedAgo(2 * DAY) },
      { ...SENT, pausedUntil: null },
    ],
    [
      'in a country that the version before has paused',
      { pauses: new Map([[RANGES.country, PAUSED_UNTIL]]) },
      { ...SENT, pausedUntil: null },
    ],
    ['in a paused range, to a verified number that typed its last code', { ...PAUSED, ...VERIFIED, ...TYPED }, SENT],
    [
      'in a paused range where honest people are known, to an account that has not typed its last code',
      { ...PAUSED, ...VERIFIED, ...sentAgo(3600), ...verifiedAgo(2 * DAY) },
      SENT,
    ],
    ['in a paused range, to an account that shows a sign of life', { ...PAUSED, ...ALIVE, ...sentAgo(3600) }, SENT],
    [
      'in a paused range, to an account that did not type a code yesterday',
      { ...PAUSED, ...VERIFIED, ...sentAgo(DAY) },
      SENT,
    ],
    [
      'in a paused range, once more, to an account whose text may not have come',
      { ...PAUSED, ...VERIFIED, ...sentAgo(90) },
      SENT,
    ],
  ];
  it.each(complete(rows))('%s', (_, facts, outcome, request) => {
    expect(verdict(facts, request)).toMatchObject(outcome);
  });
});

describe('a code is withheld in a paused range', () => {
  const rows: Row[] = [
    ['where the number has no account', {}, {}],
    ['where the number is unverified', UNVERIFIED, {}],
    ['from an account without a sign of life that has not typed its last code', { ...VERIFIED, ...sentAgo(3600) }, {}],
    ['from its known device, too', { ...KNOWN_DEVICE, ...sentAgo(3600) }, {}],
    ['that was sent twice', { ...VERIFIED, challenge: { ...challengeAgo(90), sends: 2 } }, {}],
    ['that was withheld when it was asked for', { ...VERIFIED, ...sentAgo(90), wasSent: false }, {}],
  ];
  it.each(complete(rows))('%s', (_, facts) => {
    expect(verdict({ ...PAUSED, ...facts })).toMatchObject({ kind: 'send', withheld: true, counted: null });
  });

  it.each([RANGES.range, RANGES.block])('whichever is paused: %s', (key) => {
    const pauses = new Map([[key, PAUSED_UNTIL]]);
    expect(verdict({ pauses })).toMatchObject({ withheld: true, pausedUntil: PAUSED_UNTIL });
  });

  it('of a block, in a range where a code was verified today: a fraudster can do that, too', () => {
    const pauses = new Map([[RANGES.block, PAUSED_UNTIL]]);
    expect(verdict({ pauses, ...verifiedAgo(3600) })).toMatchObject({ withheld: true });
  });
});

describe('what pays', () => {
  const paid = (facts: Partial<RequestFacts>, request?: Partial<OtpRequest>) => {
    const decision = verdict(facts, request);
    return decision.kind === 'send' ? decision.payments.map(({ key, units }) => [key.split(':')[1], units]) : null;
  };
  const rows: [string, Partial<RequestFacts>, [string, number][]][] = [
    [
      'for a stranger: the budgets of number, network and country',
      {},
      [
        ['number', 1],
        ['network', 1],
        ['country', 1],
      ],
    ],
    [
      'for a known device: its own',
      KNOWN_DEVICE,
      [
        ['devices', 1],
        ['network', 1],
        ['country', 1],
      ],
    ],
    [
      'for a withheld code: what asking costs',
      PAUSED,
      [
        ['number', 1],
        ['network', 1],
        ['country', 0],
      ],
    ],
  ];
  it.each(rows)('%s', (_, facts, payments) => {
    expect(paid(facts)).toEqual(payments);
  });
});

describe('a budget that this process has a part of', () => {
  const LEASED = { ...COUNTRY, leased: true };
  const budgets = { ...REQUEST.budgets, all: [NUMBER, NETWORK, LEASED] };
  const paid = (facts: Partial<RequestFacts>) => {
    const decision = verdict(facts, { budgets });
    if (decision.kind !== 'send') return decision.kind;
    const units = ({ key, units, needs }: (typeof decision.leased)[number]) => [key.split(':')[1], units, needs];
    return { atRows: decision.payments.map(units), leased: decision.leased.map(units) };
  };
  const atRows = [
    ['number', 1, 1],
    ['network', 1, 1],
  ];

  it('pays from that part, whatever its row says', () => {
    expect(paid(spent([COUNTRY, 5]))).toEqual({ atRows, leased: [['country', 1, 1]] });
  });

  it('must have a unit for a withheld code, too, which is given back', () => {
    expect(paid(PAUSED)).toEqual({ atRows, leased: [['country', 0, 1]] });
  });

  it('does not keep a full budget of the number from refusing', () => {
    expect(paid(spent([NUMBER, 5]))).toBe('too_soon');
  });
});

describe('what the pumping guard counts', () => {
  const { range, countryShare, share } = RANGES;
  const everything = Object.values(RANGES);
  const again = (changes: object = {}) => ({ challenge: { ...sentAgo(90, [range]).challenge, ...changes } as never });
  const rows: [string, Partial<RequestFacts>, object][] = [
    ['the first sends to a range, also for its surroundings', {}, { keys: everything, worth: 1 }],
    [
      'further sends, for the range and the shares',
      { counters: new Map([counter(range, { sent: 3, proved: 0 })]) },
      { keys: [range, countryShare, share], worth: 1 },
    ],
    ['a code that is sent again, as half a send', again(), { keys: everything, worth: 0.5 }],
    ['a code that was withheld before, in full', { ...sentAgo(90) }, { keys: everything, worth: 1 }],
    ['a new code after one that was used, in full', again({ consumedAt: NOW }), { keys: everything, worth: 1 }],
    [
      'a new code after one that its request tokens guessed away, in full',
      again({ tokenAttempts: 3, firstGuesses: 1 }),
      { keys: everything, worth: 1 },
    ],
    [
      'a code of which one request token has not guessed, as half a send',
      again({ tokenAttempts: 3, sends: 2, firstGuesses: 1 }),
      { keys: everything, worth: 0.5 },
    ],
    [
      'a new code after one that a known device guessed away, in full',
      again({ deviceAttempts: 3 }),
      { keys: everything, worth: 1 },
    ],
    [
      'a new code after one with a forgotten secret, in full',
      again({ secretId: 'old' }),
      { keys: everything, worth: 1 },
    ],
    [
      'a new code after one that would die within the cooldown, in full',
      again({ expiresAt: addSeconds(NOW, 59) }),
      { keys: everything, worth: 1 },
    ],
  ];
  it.each(rows)('%s', (_, facts, counted) => {
    const decision = verdict(facts);
    const found = decision.kind === 'send' ? decision.counted : null;
    expect({ ...found, keys: [...(found?.keys ?? [])].sort() }).toEqual({
      ...counted,
      keys: [...(counted as { keys: string[] }).keys].sort(),
    });
  });
});

describe('the locale', () => {
  const rows: Row[] = [
    ['that was asked for', VERIFIED, { locale: 'es' }, { locale: { requested: 'es', fallback: 'en' } }],
    ['of the account', VERIFIED, { locale: 'ne' }],
    ['of the browser or the deployment', UNVERIFIED, { locale: 'en' }],
    [
      'of the browser, and not the one of an account that is only registered',
      { account: { verified: false, locale: 'ru', alive: false } },
      { locale: 'fr' },
      { locale: { requested: null, fallback: 'fr' } },
    ],
  ];
  it.each(complete(rows))('is the one %s', (_, facts, outcome, request) => {
    expect(verdict(facts, request)).toMatchObject(outcome);
  });
});
