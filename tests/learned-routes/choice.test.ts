import { describe, expect, test } from 'vitest';
import { pickFirst } from '../../src/learned-routes/pick-first.js';
import { type Candidate, chooseRoute } from '../../src/learned-routes/route-choice.js';
import { type Counts, fadedFacts, learn, NOTHING, unknownFacts } from '../../src/learned-routes/route-facts.js';

/** Facts in, order out: which provider is first, which are tried, and what an operator or an attacker can do about it. */

const NOW = new Date('2030-01-01T12:00:00Z');
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

/** `tries` codes, the verified ones spread evenly over them. Every one costs `price`. */
function having(facts: Candidate['facts'], tries: number, by: { share: number; price?: number; owners?: boolean }) {
  const { share, price = 0.1, owners = false } = by;
  let known = facts;
  for (let index = 0; index < tries; index += 1) {
    const verified = Math.floor((index + 1) * share) - Math.floor(index * share);
    const owner = owners ? { ownerTries: 1, ownerVerified: verified } : {};
    known = learn(known, { ...NOTHING, tries: 1, verified, cost: price, ...owner }, NOW);
  }
  return known;
}

const nothing = unknownFacts(NOW);
const candidate = (provider: string, facts = nothing, listPrice = 0.1): Candidate => ({ provider, facts, listPrice });
const seen = (provider: string, tries: number, by: Parameters<typeof having>[2]) =>
  candidate(provider, having(nothing, tries, by), by.price);
const orderOf = (...candidates: Candidate[]) =>
  chooseRoute(candidates).ranking.map(({ provider, standing, part }) => [provider, standing, Number(part.toFixed(2))]);

describe('the order of providers', () => {
  test('is that of the settings while nothing is known, and each other one is tried', () => {
    expect(orderOf(candidate('global'), candidate('local', nothing, 0.01))).toEqual([
      ['global', 'first', 0.8],
      ['local', 'unknown', 0.2],
    ]);
  });

  test('tries no more than two of five codes, however many providers are unknown', () => {
    const parts = orderOf(...['a', 'b', 'c', 'd', 'e'].map((name) => candidate(name)));
    expect(parts).toEqual([['a', 'first', 0.6], ...['b', 'c', 'd', 'e'].map((name) => [name, 'unknown', 0.1])]);
  });

  test('does not trust a cheap provider with the codes of all before some are known', () => {
    const global = seen('global', 100, { share: 0.8, price: 0.1 });
    expect(orderOf(global, seen('local', 14, { share: 1, price: 0.01 }))[0]).toEqual(['global', 'first', 0.8]);
    expect(orderOf(global, seen('local', 16, { share: 0.8, price: 0.01 }))).toEqual([
      ['local', 'first', 0.99],
      ['global', 'dear', 0.01],
    ]);
  });

  test('is by cost of a verified number: the cheapest message is not the cheapest number', () => {
    const [dear, cheap] = [
      seen('dear', 300, { share: 0.84, price: 0.019 }),
      seen('cheap', 300, { share: 0.82, price: 0.018 }),
    ];
    expect(orderOf(dear, cheap)).toEqual([
      ['cheap', 'first', 0.95],
      ['dear', 'rival', 0.05],
    ]);
    const [better, worse] = [
      seen('better', 300, { share: 0.9, price: 0.02 }),
      seen('worse', 300, { share: 0.86, price: 0.0198 }),
    ];
    expect(orderOf(better, worse)[0]?.[0]).toBe('better');
  });

  test('leaves out a cheap provider that delivers clearly worse than the best one', () => {
    const [good, poor] = [
      seen('good', 300, { share: 0.85, price: 0.2 }),
      seen('poor', 300, { share: 0.65, price: 0.001 }),
    ];
    expect(orderOf(good, poor)).toEqual([
      ['good', 'first', 0.99],
      ['poor', 'below_floor', 0.01],
    ]);
  });

  test('does not go by a difference that is chance', () => {
    expect(
      orderOf(seen('dear', 20, { share: 0.9, price: 0.1 }), seen('cheap', 20, { share: 0.8, price: 0.01 }))[0],
    ).toEqual(['cheap', 'first', 0.99]);
  });

  test('counts the money of all attempts: a provider that refuses half costs what the next one costs', () => {
    const refuses = seen('refuses', 100, { share: 0.8, price: (0.01 + 0.3) / 2 });
    expect(orderOf({ ...refuses, listPrice: 0.01 }, seen('global', 100, { share: 0.8, price: 0.1 }))[0]?.[0]).toBe(
      'global',
    );
  });
});

describe('a provider that changes', () => {
  const local = having(nothing, 400, { share: 0.8, price: 0.01 });
  const global = seen('global', 100, { share: 0.8, price: 0.1 });
  const firstAfter = (facts: Candidate['facts']) => orderOf(global, candidate('local', facts, 0.01))[0]?.[0];

  test('and delivers nothing any more is left after some fifteen codes, half as much after some thirty', () => {
    expect(firstAfter(having(local, 3, { share: 0, price: 0.01 }))).toBe('local');
    expect(firstAfter(having(local, 15, { share: 0, price: 0.01 }))).toBe('global');
    expect(firstAfter(having(local, 35, { share: 0.4, price: 0.01 }))).toBe('global');
  });

  test('and works again is first again after some twenty codes', () => {
    const broken = having(having(local, 30, { share: 0, price: 0.01 }), 10, { share: 0, price: 0.01 });
    expect(firstAfter(broken)).toBe('global');
    // A few hours later the bad codes have faded from the short memory.
    const quiet = fadedFacts(broken, later(4));
    expect(firstAfter(having(quiet, 20, { share: 0.85, price: 0.01 }))).toBe('local');
  });

  test('and becomes dear is left as soon as its latest codes say so', () => {
    expect(firstAfter(having(local, 40, { share: 0.8, price: 0.2 }))).toBe('global');
  });

  test('and was not tried for weeks is unknown again', () => {
    const forgotten = { ...global, facts: fadedFacts(global.facts, later(24 * 14)) };
    expect(orderOf(candidate('local', local, 0.01), forgotten)).toEqual([
      ['local', 'first', 0.8],
      ['global', 'unknown', 0.2],
    ]);
  });
});

describe('an attacker with many numbers', () => {
  const owners = { share: 0.9, owners: true };
  const known = having(nothing, 100, { ...owners, price: 0.01 });
  const global = seen('global', 100, { ...owners, price: 0.1 });

  test('who types no code drives no provider away: where enough owners are known, only they count', () => {
    const flooded = having(known, 200, { share: 0, price: 0.01 });
    const { ranking, ownersAlone } = chooseRoute([global, candidate('local', flooded, 0.01)]);
    expect(ownersAlone).toBe(true);
    expect(ranking[0]?.provider).toBe('local');
  });

  test('does not push the owners out of memory by ever more codes', () => {
    const flooded = having(known, 3_000, { share: 0, price: 0.01 });
    const { ranking, ownersAlone } = chooseRoute([global, candidate('local', flooded, 0.01)]);
    expect(ownersAlone).toBe(true);
    expect(ranking[0]?.provider).toBe('local');
  });

  test('does not bring back a poor provider that delivers to him alone, and pays him for it', () => {
    const poor = having(nothing, 100, { share: 0.2, owners: true, price: 0.01 });
    const bought = having(fadedFacts(poor, later(12)), 40, { share: 1, price: 0.01 });
    expect(chooseRoute([global, candidate('poor', bought, 0.01)]).ranking[0]?.provider).toBe('global');
  });

  test('would be believed where no owner is known', () => {
    const local = having(having(nothing, 100, { share: 0.9, price: 0.01 }), 200, { share: 0, price: 0.01 });
    const { ranking, ownersAlone } = chooseRoute([
      seen('global', 100, { share: 0.9, price: 0.1 }),
      candidate('local', local),
    ]);
    expect(ownersAlone).toBe(false);
    expect(ranking[0]?.provider).toBe('global');
  });
});

describe('prices', () => {
  const told = (priced: number): Counts => ({ ...NOTHING, priced, told: priced * 0.03 });
  const priceAfter = (counts: Counts) => chooseRoute([candidate('one', learn(nothing, counts, NOW))]).ranking[0]?.price;

  test('are those of the list until a provider has told three', () => {
    expect(priceAfter(told(2))).toBe(0.1);
    expect(priceAfter(told(3))).toBeCloseTo(0.03, 9);
  });
});

test('the first provider of a message is drawn by the parts, and every other one follows in order', () => {
  const { ranking } = chooseRoute([candidate('a'), candidate('b'), candidate('c')]);
  expect(ranking.map(({ part }) => part)).toEqual([0.6, 0.2, 0.2]);
  expect(pickFirst(ranking, 0)).toEqual({ providers: ['a', 'b', 'c'], tried: false });
  expect(pickFirst(ranking, 0.599).providers[0]).toBe('a');
  expect(pickFirst(ranking, 0.61)).toEqual({ providers: ['b', 'a', 'c'], tried: true });
  expect(pickFirst(ranking, 0.999)).toEqual({ providers: ['c', 'a', 'b'], tried: true });
});
