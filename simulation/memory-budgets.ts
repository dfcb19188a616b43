import { capacityOf, SLOTS, type Spending, slotLength, slotOf } from '../src/budgets/rate-budget.js';

/** As SpentSlots, but for the simulator to change. */
interface Slots {
  readonly slotLength: number;
  newest: number;
  counts: number[];
}

const EMPTY: readonly number[] = Array.from({ length: SLOTS }, () => 0);

/** What PostgreSQL keeps for the budgets, in memory. Which there are, and how large, is the service's own (`sendBudgets`). */
export class MemoryBudgets {
  readonly #spent = new Map<string, Slots>();

  fork(): MemoryBudgets {
    const copy = new MemoryBudgets();
    for (const [key, slots] of this.#spent) copy.#spent.set(key, { ...slots, counts: [...slots.counts] });
    return copy;
  }

  haveCapacity(budgets: readonly Spending[], now: Date): boolean {
    return budgets.every((budget) => capacityOf(budget, this.#spent.get(budget.key), now).hasCapacity);
  }

  spend(budgets: readonly Spending[], now: Date): void {
    for (const budget of budgets) {
      const slots = this.#slots(budget, now);
      const newest = slots.counts[SLOTS - 1] ?? 0;
      slots.counts[SLOTS - 1] = newest + 1;
    }
  }

  /** The slots of a budget, moved on to this moment. */
  #slots({ key, window }: Spending, now: Date): Slots {
    const newest = slotOf(window, now);
    const slots = this.#spent.get(key) ?? { slotLength: slotLength(window), newest, counts: [...EMPTY] };
    if (newest > slots.newest) slots.counts = [...slots.counts.slice(newest - slots.newest), ...EMPTY].slice(0, SLOTS);
    slots.newest = newest;
    this.#spent.set(key, slots);
    return slots;
  }
}
