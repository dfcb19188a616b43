import type { SendBudget } from '../src/budgets/send-budgets.js';

/** As src/budgets/rate-budget.repository.ts counts: in slots of a twelfth of the window, 13 of which count in full. */
const SLOTS = 13;

interface Budget {
  newest: number;
  counts: number[];
}

/** What PostgreSQL keeps for the budgets, in memory. Which there are, and how large, is the service's own (`sendBudgets`). */
export class MemoryBudgets {
  readonly #budgets: Map<string, Budget>;

  constructor(other?: MemoryBudgets) {
    const copies = [...(other?.#budgets ?? [])].map(([key, { newest, counts }]) => {
      return [key, { newest, counts: [...counts] }] as const;
    });
    this.#budgets = new Map(copies);
  }

  /** The names of the budgets that have no room. */
  full(budgets: readonly SendBudget[], now: Date): string[] {
    return budgets.filter((budget) => this.#spent(budget, now) >= budget.max).map(({ name }) => name);
  }

  spend(budgets: readonly SendBudget[], now: Date): void {
    for (const budget of budgets) {
      const kept = this.#moved(budget, now);
      kept.counts[SLOTS - 1] = (kept.counts[SLOTS - 1] ?? 0) + 1;
    }
  }

  #spent({ key, window }: SendBudget, now: Date): number {
    const kept = this.#budgets.get(key);
    if (!kept) return 0;
    const passed = slotOf(window, now) - kept.newest;
    let spent = 0;
    for (let position = Math.max(0, passed); position < SLOTS; position += 1) spent += kept.counts[position] ?? 0;
    return spent;
  }

  #moved({ key, window }: SendBudget, now: Date): Budget {
    const slot = slotOf(window, now);
    const kept = this.#budgets.get(key) ?? { newest: slot, counts: Array(SLOTS).fill(0) };
    const passed = Math.min(SLOTS, slot - kept.newest);
    if (passed > 0) kept.counts = [...kept.counts.slice(passed), ...Array(passed).fill(0)];
    kept.newest = slot;
    this.#budgets.set(key, kept);
    return kept;
  }
}

function slotOf(window: number, now: Date): number {
  return Math.floor(now.getTime() / 1000 / Math.ceil(window / (SLOTS - 1)));
}
