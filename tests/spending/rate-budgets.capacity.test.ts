import { describe, expect, it } from 'vitest';
import { capacityOf, retryAtOf, SLOTS, type SpentSlots } from '../../src/budgets/rate-budget.js';

/** An hour in slots of five minutes; the time is the beginning of slot 1000. */
const BUDGET = { key: 'hour', window: 3600, max: 5 };
const SLOT_MS = 300_000;
const NOW = new Date(1000 * SLOT_MS);

/** What was spent so many slots ago. */
function spent(units: Readonly<Record<number, number>>, newest = 1000): SpentSlots {
  const counts = Array.from({ length: SLOTS }, (_, index) => units[SLOTS - 1 - index] ?? 0);
  return { slotLength: 300, newest, counts };
}

describe('a budget of five in an hour', () => {
  it.each<[string, SpentSlots | undefined, number | null]>([
    ['of which nothing was ever spent has capacity', undefined, null],
    ['has capacity for a fifth', spent({ 0: 4 }), null],
    ['has none for a sixth, until the five leave the window', spent({ 0: 5 }), 1013],
    ['counts a slot that the window only touches', spent({ 12: 5 }), 1001],
    ['has capacity again when enough of the oldest are gone', spent({ 10: 3, 2: 2 }), 1003],
    ['needs more of them gone where more was spent than is allowed now', spent({ 10: 3, 4: 2, 2: 4 }), 1009],
    ['forgets what lies further back than 13 slots', spent({ 0: 5 }, 987), null],
    ['counts what a process spent whose clock is five minutes ahead', spent({ 0: 5 }, 1001), 1014],
    ['does not count what a clock wrote that is further ahead', spent({ 0: 5 }, 1002), null],
    ['counts the rest of a row that such a clock wrote', spent({ 0: 5, 1: 2, 6: 3 }, 1002), 1009],
  ])('%s', (_, slots, backIn) => {
    const retryAt = backIn === null ? null : new Date(backIn * SLOT_MS);
    expect(capacityOf(BUDGET, slots, NOW)).toEqual({ hasCapacity: backIn === null, retryAt });
  });
});

it('of several budgets, the last to have capacity again says when', () => {
  const slots = new Map([
    ['hour', spent({ 10: 5 })],
    ['other', spent({ 2: 5 })],
  ]);
  expect(retryAtOf([BUDGET, { ...BUDGET, key: 'other' }], slots, NOW)).toEqual(new Date(1011 * SLOT_MS));
  expect(retryAtOf([{ ...BUDGET, max: 6 }], slots, NOW)).toBeNull();
});
