import { numberOf, type SendLimits, sendBudgets } from '../src/budgets/send-budgets.js';
import { rangesOf } from '../src/pumping/number-ranges.js';
import { MemoryBudgets } from './memory-budgets.js';
import { MemoryGuard } from './memory-guard.js';

export interface CodeRequest {
  readonly phoneNumber: string;
  readonly country: string;
  readonly network: string;
  /** Whether the number has a proved account. */
  readonly known: boolean;
  /** Whether this request may probe a pause. */
  readonly probe: boolean;
  readonly now: Date;
}

/** `withheld`: the guard has paused the range, and nothing is sent. `refused`: the cooldown or a budget. */
export type Decision = 'sent' | 'withheld' | 'refused';

export interface MemoryRules {
  readonly sends: SendLimits;
  /** Seconds. */
  readonly cooldown: number;
}

interface LastSend {
  readonly at: Date;
  readonly countedUnder: readonly string[];
}

/** Requests and proofs as the service decides them, with everything in memory and nothing sent. */
export class MemoryService {
  readonly guard: MemoryGuard;
  readonly #budgets: MemoryBudgets;
  readonly #rules: MemoryRules;
  readonly #last: Map<string, LastSend>;

  constructor(rules: MemoryRules, other?: MemoryService) {
    this.#rules = rules;
    this.guard = new MemoryGuard(other?.guard);
    this.#budgets = other ? other.#budgets.fork() : new MemoryBudgets();
    this.#last = new Map(other ? other.#last : []);
  }

  request({ phoneNumber, country, network, known, probe, now }: CodeRequest): Decision {
    const last = this.#last.get(phoneNumber);
    if (last && (now.getTime() - last.at.getTime()) / 1000 < this.#rules.cooldown) return 'refused';
    const budgets = sendBudgets({ phoneNumber, subject: numberOf(phoneNumber), country, network }, this.#rules.sends);
    if (!this.#budgets.haveRoom(budgets, now)) return 'refused';
    const ranges = rangesOf(phoneNumber, country);
    const open = this.guard.pausedUntil(ranges, now) === null || probe;
    const withheld = !open && !known;
    this.#budgets.spend(withheld ? budgets.filter(({ personal }) => personal) : budgets, now);
    const countedUnder = open ? this.guard.send(ranges, now) : [];
    this.#last.set(phoneNumber, { at: now, countedUnder });
    return withheld ? 'withheld' : 'sent';
  }

  prove(phoneNumber: string, country: string, now: Date): void {
    const last = this.#last.get(phoneNumber);
    if (last) this.guard.prove(last.countedUnder, rangesOf(phoneNumber, country), last.at, now);
    this.#last.set(phoneNumber, { at: last?.at ?? now, countedUnder: [] });
  }

  /** Looks again at the range of a send that had its time; it is not looked at where somebody was sent a code since. */
  review(phoneNumber: string, country: string, sentAt: Date, now: Date): void {
    const ranges = rangesOf(phoneNumber, country);
    if (this.guard.untouchedSince(ranges, sentAt)) this.guard.review(ranges, now);
  }
}
