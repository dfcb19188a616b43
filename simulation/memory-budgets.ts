import type { SendBudget } from '../src/budgets/send-budgets.js';

/** As src/budgets/rate-budget.repository.ts counts: in slots of a twelfth of the window, 13 of which count in full. */
const SLOTS = 13;

/** The slots that something was spent in, the newest last. */
type Spent = { readonly slot: number; count: number }[];

/**
 * What PostgreSQL keeps for the budgets, in memory. Which there are, and how large, is the service's own
 * (`sendBudgets`).
 */
export class MemoryBudgets {
  readonly #spent = new Map<string, Spent>();

  fork(): MemoryBudgets {
    const copy = new MemoryBudgets();
    for (const [key, spent] of this.#spent) {
      copy.#spent.set(
        key,
        spent.map((each) => ({ ...each })),
      );
    }
    return copy;
  }

  haveRoom(budgets: readonly SendBudget[], now: Date): boolean {
    return budgets.every((budget) => this.#count(budget, now) < budget.max);
  }

  spend(budgets: readonly SendBudget[], now: Date): void {
    for (const { key, window } of budgets) {
      const slot = slotOf(window, now);
      const spent = this.#spent.get(key);
      const newest = spent?.at(-1);
      if (!spent) this.#spent.set(key, [{ slot, count: 1 }]);
      else if (newest?.slot === slot) newest.count += 1;
      else if (spent.push({ slot, count: 1 }) > SLOTS) spent.shift();
    }
  }

  #count({ key, window }: SendBudget, now: Date): number {
    const since = slotOf(window, now) - SLOTS;
    let sum = 0;
    for (const { slot, count } of this.#spent.get(key) ?? []) if (slot > since) sum += count;
    return sum;
  }
}

function slotOf(window: number, now: Date): number {
  return Math.floor(now.getTime() / 1000 / Math.ceil(window / (SLOTS - 1)));
}
