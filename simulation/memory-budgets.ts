import { capacityOf, SLOTS, type Spending, slotLength, slotOf } from '../src/budgets/rate-budget.js';

/** As SpentSlots, but for the simulator to change. */
interface Slots {
  readonly slotLength: number;
  newest: number;
  counts: number[];
  /** Of the counts. */
  sum: number;
}

/** What PostgreSQL keeps for the budgets, in memory. Which there are, and how large, is the service's own (`sendBudgets`). */
export class MemoryBudgets {
  readonly #spent = new Map<string, Slots>();

  fork(): MemoryBudgets {
    const copy = new MemoryBudgets();
    for (const [key, slots] of this.#spent) copy.#spent.set(key, { ...slots, counts: [...slots.counts] });
    return copy;
  }

  haveCapacity(budgets: readonly Spending[], now: Date): boolean {
    return budgets.every((budget) => {
      const spent = this.#spent.get(budget.key);
      // Most budgets are far from full, also with slots that count no more.
      return !spent || spent.sum < budget.max || capacityOf(budget, spent, now).hasCapacity;
    });
  }

  spend(budgets: readonly Spending[], now: Date): void {
    for (const budget of budgets) {
      const slots = this.#slots(budget, now);
      slots.counts[SLOTS - 1] = (slots.counts[SLOTS - 1] ?? 0) + 1;
      slots.sum += 1;
    }
  }

  /** The slots of a budget, moved on to this moment. */
  #slots({ key, window }: Spending, now: Date): Slots {
    const newest = slotOf(window, now);
    const slots = this.#spent.get(key);
    if (!slots) {
      const fresh = { slotLength: slotLength(window), newest, counts: new Array<number>(SLOTS).fill(0), sum: 0 };
      this.#spent.set(key, fresh);
      return fresh;
    }
    const passed = Math.min(SLOTS, newest - slots.newest);
    if (passed > 0) {
      slots.counts.copyWithin(0, passed);
      slots.counts.fill(0, SLOTS - passed);
      slots.newest = newest;
      slots.sum = sumOf(slots.counts);
    }
    return slots;
  }
}

function sumOf(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
