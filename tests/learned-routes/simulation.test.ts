import { expect, test } from 'vitest';
import { compare, playAll, recoveryOf, ROUTE_AIMS, sumOf } from '../../simulation/routes/report.js';
import { fixed, learned } from '../../simulation/routes/routers.js';

/** The simulator of `npm run simulate:routes`, shorter: docs/learning-routes.md has the figures of 20 seeds and a whole day. */

test('over two seeds a learned route costs far less for a verified number, verifies as many, and leaves a bad provider', () => {
  const options = { seeds: 2, firstSeed: 1, minutes: 14 * 60, traffic: 0.5 };
  const [before, after] = [playAll(fixed, options), playAll(learned, options)];
  expect(compare(before, after).misses).toEqual([]);

  const sums = [before, after].map((plays) => sumOf([...plays.values()].flat()));
  expect(1 - (sums[1]?.costPerVerified ?? 1) / (sums[0]?.costPerVerified ?? 1)).toBeGreaterThan(ROUTE_AIMS.saved);
  // In every country that has something to save.
  for (const [market, tallies] of after) {
    if (market.country === 'US') continue;
    expect(sumOf(tallies).costPerVerified, market.country).toBeLessThan(
      sumOf(before.get(market) ?? []).costPerVerified * 0.7,
    );
    expect(recoveryOf(tallies)?.slowest ?? 0, market.country).toBeLessThanOrEqual(ROUTE_AIMS.recoveredWithin);
  }
});
