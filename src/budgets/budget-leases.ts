import { setImmediate as nextTurn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { LeaseRepository, UnspentPart } from './lease.repository.js';
import { capacityOf, type Spending, type SpentSlots, slotOf, spentOf } from './rate-budget.js';
import type { Payment } from './rate-budget.repository.js';
import { addedParts } from './added-parts.js';
import { atMost } from './at-most.js';

/** A process takes one part in so many of a budget at once. */
const PARTS = 200;
/** A budget with a smaller part than this is always spent at its row. It is too small to be spent often. */
const LEAST_PART = 2;
/** A process takes parts of a budget that it spent so often in this slot and the one before. Others keep no process busy. */
const OFTEN = 3;
/** Budgets that a process remembers. */
const MOST_KEYS = 20_000;
/** A full budget is looked at again after so long: other processes give units back. */
const LOOK_AGAIN_MS = 1_000;
/** Rounds of one request for a part. Each round asks for what all waiting requests need. */
const MOST_ROUNDS = 10;
const SWEEP_EVERY_MS = 5_000;

export type Taken<Budget extends Spending> =
  | { readonly kind: 'taken'; readonly shares: readonly HeldShare[] }
  /** Nothing was taken. `retryAt` null: other requests were quicker. */
  | { readonly kind: 'refused'; readonly budgets: readonly Budget[]; readonly retryAt: Date | null };

/** A share that a request holds, with the slots that it comes from. */
export interface HeldShare {
  readonly key: string;
  readonly units: number;
  readonly ownSlot: number;
  readonly rowSlot: number;
}

/** What this process holds of one budget. */
interface Held {
  readonly window: number;
  /** The slot of this process's clock. Units are spent in the slot that they were taken in, or given back. */
  slot: number;
  uses: number;
  usesBefore: number;
  units: number;
  /** The oldest slot of the row that units were taken from. Units given back there are never free too early. */
  rowSlot: number;
  /** What requests wait for. */
  wanted: number;
  refill: Promise<void> | null;
  full: { readonly retryAt: Date | null; readonly seenAt: Date } | null;
}

export interface BudgetLeaseParts<Budget extends Spending> {
  readonly leases: LeaseRepository;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told after each part that was taken. */
  readonly onTaken: (budget: Budget, units: number, spent: number) => void;
}

/**
 * What a process takes of a budget of this size at once; 0: it is spent at its row.
 * @param units what a send spends of it
 */
export function partOf(max: number, units = 1): number {
  const part = Math.floor(max / PARTS);
  return part < LEAST_PART * units ? 0 : part;
}

/**
 * Parts of large budgets that this process took from their rows ahead of spending them, so that not every send waits for
 * rows that all sends share. A part counts as spent when it is taken. So no limit is exceeded, and a process that dies loses
 * the part that it holds.
 */
export class BudgetLeases<Budget extends Spending> {
  readonly #parts: BudgetLeaseParts<Budget>;
  readonly #held: LRUCache<string, Held>;
  readonly #underWay = new Set<Promise<void>>();
  #unspent: UnspentPart[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: BudgetLeaseParts<Budget>) {
    this.#parts = parts;
    const dispose = (held: Held, key: string) => this.#release(key, held);
    this.#held = new LRUCache<string, Held>({ ...atMost(MOST_KEYS), dispose, noDisposeOnSet: true });
  }

  /** Gives back what is over, also where nothing is asked any more. */
  watch(): void {
    this.#timer = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
    this.#timer.unref();
  }

  sweep(): void {
    for (const key of [...this.#held.keys()]) {
      const held = this.#held.peek(key);
      if (!held) continue;
      this.#move(key, held);
      if (held.uses + held.usesBefore === 0 && !held.refill) this.#held.delete(key);
    }
    this.#giveBackUnspent();
  }

  /** Gives back everything. For a graceful stop. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.idle();
    this.#held.clear();
    this.#giveBackUnspent();
    await this.idle();
  }

  /** Resolves once nothing is under way behind the answers. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Whether a budget is spent from parts that this process takes, as its size and its use suggest. Counts as a use. */
  isLeased(budget: Spending): boolean {
    if (partOf(budget.max, unitsOf(budget)) === 0) return false;
    const held = this.#find(budget);
    held.uses += 1;
    return held.units > 0 || held.uses + held.usesBefore > OFTEN;
  }

  /** Takes all of the shares or nothing. Most calls cost no statement. */
  async take(budgets: readonly Budget[]): Promise<Taken<Budget>> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const lacking = budgets.filter((budget) => this.#free(budget, round) < unitsOf(budget));
      if (lacking.length === 0) return { kind: 'taken', shares: this.#hand(budgets) };
      const full = lacking.filter((budget) => this.#isFull(budget));
      if (full.length > 0) return this.#refusal(full);
      await this.#refillFor(lacking);
    }
    return { kind: 'refused', budgets, retryAt: null };
  }

  /** What was taken and is not spent: the request was refused, or its code is withheld. */
  giveBack(shares: readonly HeldShare[]): void {
    for (const { key, units, ownSlot, rowSlot } of shares) {
      const held = this.#held.peek(key);
      if (held) this.#move(key, held);
      if (held?.slot === ownSlot) held.units += units;
      else this.#unspent.push({ key, units, slot: rowSlot });
    }
    this.#giveBackUnspent();
  }

  /** What may be taken. Who comes later leaves alone what others wait for. */
  #free(budget: Budget, round: number): number {
    const { units, wanted } = this.#find(budget);
    return round === 0 ? units - wanted : units;
  }

  /** No await between the look and this. */
  #hand(budgets: readonly Budget[]): HeldShare[] {
    const handed = budgets.map((budget) => {
      const [held, units] = [this.#find(budget), unitsOf(budget)];
      held.units -= units;
      return { key: budget.key, units, ownSlot: held.slot, rowSlot: held.rowSlot };
    });
    const low = budgets.filter((budget) => {
      const { units, refill } = this.#find(budget);
      return units < partOf(budget.max, unitsOf(budget)) / 2 && !refill && !this.#isFull(budget);
    });
    if (low.length > 0) this.#inBackground(this.#refill(low));
    return handed;
  }

  #refusal(budgets: readonly Budget[]): Taken<Budget> {
    const times = budgets.map(({ key }) => this.#held.peek(key)?.full?.retryAt?.getTime() ?? 0);
    const latest = Math.max(...times);
    return { kind: 'refused', budgets, retryAt: latest > 0 ? new Date(latest) : null };
  }

  /** Waits until all of these budgets were asked for a part, by this request or another one. */
  async #refillFor(lacking: readonly Budget[]): Promise<void> {
    const wants = lacking.map((budget) => ({ held: this.#find(budget), units: unitsOf(budget) }));
    for (const { held, units } of wants) held.wanted += units;
    const free = lacking.filter(({ key }) => !this.#held.peek(key)?.refill);
    if (free.length > 0) void this.#refill(free).catch(() => undefined);
    try {
      await Promise.all(wants.map(({ held }) => held.refill));
    } finally {
      for (const { held, units } of wants) held.wanted -= units;
    }
  }

  /** One statement for all of them. */
  #refill(budgets: readonly Budget[]): Promise<void> {
    const asked = budgets.map((budget) => ({ budget, held: this.#find(budget) }));
    const work = this.#takeParts(asked).finally(() => {
      for (const { held } of asked) held.refill = null;
    });
    for (const { held } of asked) held.refill = work;
    return work;
  }

  async #takeParts(asked: readonly { readonly budget: Budget; readonly held: Held }[]): Promise<void> {
    // Requests that come at the same moment wait for the same statement.
    await nextTurn();
    const now = this.#parts.clock.now();
    const slots = asked.map(({ held }) => held.slot);
    const payments = asked.map(({ budget, held }) => {
      const [needs, wanted] = [unitsOf(budget), Math.max(0, held.wanted - held.units)];
      return { ...budget, needs, wanted, units: Math.max(partOf(budget.max, needs) - held.units + wanted, needs) };
    });
    const taken = new Map((await this.#parts.leases.take(payments, now)).map((part) => [part.key, part]));
    for (const [index, { budget, held }] of asked.entries()) {
      const part = taken.get(budget.key);
      // Without one, the statement has made the row, and the next one finds it.
      if (!part) continue;
      const { units, spent } = part;
      held.full =
        units > 0
          ? null
          : { retryAt: capacityOf({ ...budget, units: unitsOf(budget) }, spent, now).retryAt, seenAt: now };
      if (units > 0) this.#keep(budget.key, held, { units, spent, ownSlot: slots[index] ?? held.slot });
      this.#parts.onTaken(budget, units, spentOf(budget.window, spent, now));
    }
  }

  #keep(key: string, held: Held, part: { units: number; spent: SpentSlots; ownSlot: number }): void {
    const { units, spent, ownSlot } = part;
    this.#move(key, held);
    if (held.slot !== ownSlot || this.#held.peek(key) !== held) {
      this.#unspent.push({ key, units, slot: spent.newest });
      this.#giveBackUnspent();
      return;
    }
    held.rowSlot = held.units > 0 ? Math.min(held.rowSlot, spent.newest) : spent.newest;
    held.units += units;
  }

  #isFull({ key }: Spending): boolean {
    const full = this.#held.peek(key)?.full;
    if (!full) return false;
    const now = this.#parts.clock.now();
    const age = now.getTime() - full.seenAt.getTime();
    return age >= 0 && age < LOOK_AGAIN_MS && (full.retryAt === null || now < full.retryAt);
  }

  #find({ key, window }: Spending): Held {
    const known = this.#held.get(key);
    if (known) {
      this.#move(key, known);
      return known;
    }
    const slot = slotOf(window, this.#parts.clock.now());
    const use = { uses: 0, usesBefore: 0, units: 0, rowSlot: 0, wanted: 0 };
    const held: Held = { window, slot, ...use, refill: null, full: null };
    this.#held.set(key, held);
    return held;
  }

  /** Into the slot of this moment. What was taken in an earlier slot must not be spent in a later one. */
  #move(key: string, held: Held): void {
    const slot = slotOf(held.window, this.#parts.clock.now());
    if (slot === held.slot) return;
    this.#release(key, held);
    held.usesBefore = slot === held.slot + 1 ? held.uses : 0;
    held.uses = 0;
    held.slot = slot;
    this.#giveBackUnspent();
  }

  #release(key: string, held: Held): void {
    if (held.units > 0) this.#unspent.push({ key, units: held.units, slot: held.rowSlot });
    held.units = 0;
  }

  /** A statement that may have run is not repeated: units would come back twice. */
  #giveBackUnspent(): void {
    if (this.#unspent.length === 0) return;
    const parts = addedParts(this.#unspent);
    this.#unspent = [];
    this.#inBackground(this.#parts.leases.giveBack(parts));
  }

  #inBackground(work: Promise<void>): void {
    const underWay = work
      .catch((error: unknown) => this.#parts.logger.warn({ err: error }, 'parts of send budgets were lost'))
      .finally(() => this.#underWay.delete(underWay));
    this.#underWay.add(underWay);
  }
}

/** What a request takes, also where it is going to give it back. */
function unitsOf({ units = 1, needs = units }: Payment): number {
  return needs;
}
