import { addSeconds, CLOCK_TOLERANCE } from '../platform/clock.js';

/** A budget: at most `max` units in any `window` seconds. */
export interface Spending {
  /** What is limited, for which client or number, and the window: budgets of different windows must not share a key. */
  readonly key: string;
  /** Seconds. */
  readonly window: number;
  /** At least 1. */
  readonly max: number;
  /** What is spent of it at once: one unless given. */
  readonly units?: number;
}

/** What was spent of a budget lately: a row of rate_budgets. */
export interface SpentSlots {
  /** Seconds. */
  readonly slotLength: number;
  /** Number of the newest slot: whole slots since 1970. */
  readonly newest: number;
  /** What was spent in each of the last 13 slots, the newest last. */
  readonly counts: readonly number[];
}

export interface Capacity {
  readonly hasCapacity: boolean;
  /** When a budget without capacity has some again, if nothing else is spent. */
  readonly retryAt: Date | null;
}

/** A window of any length reaches into at most so many slots of a twelfth of it. */
export const SLOTS = 13;

/** Seconds. */
export function slotLength(window: number): number {
  return Math.ceil(window / (SLOTS - 1));
}

/** Number of the slot at a moment. */
export function slotOf(window: number, now: Date): number {
  return Math.floor(now.getTime() / 1000 / slotLength(window));
}

/** Number of the newest slot that counts: a later one was written by a clock that is too far ahead (platform/clock.ts). */
export function latestSlot(window: number, now: Date): number {
  return slotOf(window, addSeconds(now, CLOCK_TOLERANCE));
}

/**
 * Whether a budget has capacity for `units`, as a snapshot has it: `spend` judges again at the locked row. A budget counts
 * by slots of a twelfth of its window. All 13 slots that the window touches count in full, so no window, wherever it
 * begins, holds more than `max`. What was spent comes back a slot late at most.
 */
export function capacityOf(
  { window, max, units = 1 }: Omit<Spending, 'key'>,
  spent: SpentSlots | undefined,
  now: Date,
): Capacity {
  const most = Math.max(0, max - units);
  if (!spent || spentOf(window, spent, now) <= most) return { hasCapacity: true, retryAt: null };
  const counts = countsUntil(latestSlot(window, now), spent);
  // The oldest slot without which there is capacity: it leaves the window 13 slots after itself.
  let later = counts.reduce((total, count) => total + count, 0);
  const gives = counts.findIndex((count) => {
    later -= count;
    return later <= most;
  });
  const slot = spent.newest - SLOTS + 1 + gives;
  return { hasCapacity: false, retryAt: new Date((slot + SLOTS) * spent.slotLength * 1000) };
}

/** The units that count at this moment. */
export function spentOf(window: number, spent: SpentSlots, now: Date): number {
  const oldest = slotOf(window, now) - SLOTS;
  return countsUntil(latestSlot(window, now), spent).reduce((total, count, index) => {
    return spent.newest - SLOTS + 1 + index > oldest ? total + count : total;
  }, 0);
}

/** The counts of a row. What lies later than the latest slot was written by a wrong clock. */
function countsUntil(latest: number, { newest, counts }: SpentSlots): number[] {
  return counts.map((count, index) => (newest - SLOTS + 1 + index > latest ? 0 : count));
}

/** When all of the budgets have capacity again; null: now. */
export function retryAtOf(
  budgets: readonly Spending[],
  spent: ReadonlyMap<string, SpentSlots>,
  now: Date,
): Date | null {
  const times = budgets.map((budget) => capacityOf(budget, spent.get(budget.key), now).retryAt?.getTime() ?? 0);
  const latest = Math.max(0, ...times);
  return latest > 0 ? new Date(latest) : null;
}
