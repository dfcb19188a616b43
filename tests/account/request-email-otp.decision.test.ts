import { describe, expect, it } from 'vitest';
import { decideEmail, type EmailRequest } from '../../src/account/request-email-otp/decision.js';
import type { EmailFacts } from '../../src/account/request-email-otp/facts.repository.js';
import { SLOTS } from '../../src/budgets/rate-budget.js';
import type { SendBudget } from '../../src/budgets/send-budgets.js';
import { addSeconds } from '../../src/platform/clock.js';

/** The whole rule of requestEmailOtp: what the database knows on the left, what becomes of the request on the right. */

const NOW = new Date('2026-11-28T12:00:00Z');
const LOCKED_UNTIL = addSeconds(NOW, 900);

function budget(name: SendBudget['name'], personal: boolean, leased = false): SendBudget {
  return { name, key: `sends:${name}:3600`, window: 3600, max: 5, units: 1, personal, leased };
}

const ADDRESS = budget('address', true);
const NETWORK = budget('network', true);
const DOMAIN = budget('domain', false);
const ALL = budget('emails', false, true);

const REQUEST: EmailRequest = {
  now: NOW,
  ownersOnly: false,
  code: { timeToLive: 600, cooldown: 60, maxAttempts: 3, knownSecretIds: ['now'] },
  budgets: { all: [ADDRESS, NETWORK, DOMAIN, ALL], suspicion: [] },
  locale: { requested: null, own: null, fallback: 'en' },
};
const RESET: EmailRequest = {
  ...REQUEST,
  ownersOnly: true,
  budgets: { ...REQUEST.budgets, suspicion: [{ ...NETWORK, max: 2 }] },
};

const FRESH: EmailFacts = { owner: null, lockedUntil: null, sentAt: null, refusal: null, spent: new Map() };
const OWNED: EmailFacts = { ...FRESH, owner: { locale: 'ne' } };

/** An hour's budget with everything spent in the newest slot. */
function spent(...budgets: [SendBudget, number][]): Pick<EmailFacts, 'spent'> {
  const newest = Math.floor(NOW.getTime() / 300_000);
  const counts = (units: number) => [...Array.from({ length: SLOTS - 1 }, () => 0), units];
  return {
    spent: new Map(budgets.map(([{ key }, units]) => [key, { slotLength: 300, newest, counts: counts(units) }])),
  };
}

describe('what becomes of a request', () => {
  const cases: [string, EmailRequest, EmailFacts, object][] = [
    ['to verify a free address: sent', REQUEST, FRESH, { kind: 'send', withheld: false }],
    ['to verify an address of another account: sent all the same', REQUEST, OWNED, { kind: 'send', withheld: false }],
    ['to reset, for an owner: sent', RESET, OWNED, { kind: 'send', withheld: false }],
    ['to reset, for nobody: as if sent', RESET, FRESH, { kind: 'send', withheld: true }],
    [
      'within the cooldown',
      REQUEST,
      { ...FRESH, sentAt: addSeconds(NOW, -59) },
      { kind: 'too_soon', spentBudgets: [] },
    ],
    ['after the cooldown', REQUEST, { ...FRESH, sentAt: addSeconds(NOW, -60) }, { kind: 'send' }],
    ['with the address spent', REQUEST, { ...FRESH, ...spent([ADDRESS, 5]) }, { kind: 'too_soon' }],
    ['with the domain spent', REQUEST, { ...FRESH, ...spent([DOMAIN, 5]) }, { kind: 'too_soon' }],
    ['locked', REQUEST, { ...FRESH, lockedUntil: LOCKED_UNTIL }, { kind: 'send' }],
    [
      'locked, with the address spent',
      REQUEST,
      { ...FRESH, lockedUntil: LOCKED_UNTIL, ...spent([ADDRESS, 5]) },
      { kind: 'locked', lockedUntil: LOCKED_UNTIL },
    ],
    ['to a mailbox that does not exist', REQUEST, { ...FRESH, refusal: 'invalid_number' }, { kind: 'refused_address' }],
    [
      'to reset, to a mailbox that does not exist: as if sent',
      RESET,
      { ...OWNED, refusal: 'invalid_number' },
      { kind: 'send', withheld: true },
    ],
    ['to reset, from a busy network', RESET, { ...OWNED, ...spent([NETWORK, 2]) }, { kind: 'suspicious' }],
    ['signed in, from a busy network', REQUEST, { ...FRESH, ...spent([NETWORK, 2]) }, { kind: 'send' }],
  ];
  it.each(cases)('%s', (_, request, facts, decision) => {
    expect(decideEmail(request, facts)).toMatchObject(decision);
  });

  it('is answered alike for owners and for nobody, whatever stands in the way', () => {
    const obstacles: Partial<EmailFacts>[] = [
      { sentAt: addSeconds(NOW, -1) },
      spent([ADDRESS, 5]),
      spent([DOMAIN, 5]),
      { lockedUntil: LOCKED_UNTIL, ...spent([ADDRESS, 5]) },
      spent([NETWORK, 2]),
    ];
    for (const obstacle of obstacles) {
      expect(decideEmail(RESET, { ...OWNED, ...obstacle })).toEqual(decideEmail(RESET, { ...FRESH, ...obstacle }));
    }
  });
});

describe('what a code costs', () => {
  const unitsOf = (request: EmailRequest, facts: EmailFacts) => {
    const decision = decideEmail(request, facts);
    if (decision.kind !== 'send') throw new Error(decision.kind);
    const { payments, leased } = decision;
    return Object.fromEntries([...payments, ...leased].map(({ name, units }) => [name, units]));
  };

  it('one of each budget', () => {
    expect(unitsOf(RESET, OWNED)).toEqual({ address: 1, network: 1, domain: 1, emails: 1 });
  });

  it('for nobody what asking costs; the rows that all share are touched', () => {
    expect(unitsOf(RESET, FRESH)).toEqual({ address: 1, network: 1, domain: 0, emails: 0 });
  });
});

describe('the language', () => {
  const localeOf = (request: EmailRequest, facts: EmailFacts) => Reflect.get(decideEmail(request, facts), 'locale');
  const asked = { ...RESET, locale: { ...RESET.locale, requested: 'fr' } };

  it('is what was asked for, else that of the owner, else that of the browser', () => {
    expect(localeOf(asked, OWNED)).toBe('fr');
    expect(localeOf(RESET, OWNED)).toBe('ne');
    expect(localeOf(RESET, FRESH)).toBe('en');
  });

  it('of a signed-in user is their own, and never that of who verified the address', () => {
    expect(localeOf({ ...REQUEST, locale: { ...REQUEST.locale, own: 'hi' } }, OWNED)).toBe('hi');
    expect(localeOf(REQUEST, OWNED)).toBe('en');
  });
});
