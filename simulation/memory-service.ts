import { sendBudgets } from '../src/budgets/send-budgets.js';
import type { SendLimits } from '../src/budgets/send-limits.js';
import { rangesOf } from '../src/pumping/number-ranges.js';
import { MemoryBudgets } from './memory-budgets.js';
import { MemoryGuard } from './memory-guard.js';

export interface CodeRequest {
  readonly phoneNumber: string;
  readonly country: string;
  readonly network: string;
  /** Whether an account has verified the number. */
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
  /** Seconds that a code is good for. */
  readonly timeToLive: number;
}

/** The code of a number that was last asked for. */
interface Code {
  readonly openedAt: Date;
  readonly sentAt: Date;
  readonly used: boolean;
  readonly countedUnder: readonly string[];
}

/** Requests and verified codes as the service decides them, with everything in memory and nothing sent. */
export class MemoryService {
  readonly guard: MemoryGuard;
  readonly #budgets: MemoryBudgets;
  readonly #rules: MemoryRules;
  readonly #codes: Map<string, Code>;

  constructor(rules: MemoryRules, other?: MemoryService) {
    this.#rules = rules;
    this.guard = new MemoryGuard(other?.guard);
    this.#budgets = other ? other.#budgets.fork() : new MemoryBudgets();
    this.#codes = new Map(other ? other.#codes : []);
  }

  request({ phoneNumber, country, network, known, probe, now }: CodeRequest): Decision {
    const last = this.#codes.get(phoneNumber);
    if (last && secondsBetween(last.sentAt, now) < this.#rules.cooldown) return 'refused';
    const send = { phoneNumber, country, networks: [network] as const, units: 1, money: 0, deviceOf: null };
    const budgets = sendBudgets(send, this.#rules.sends);
    if (!this.#budgets.haveCapacity(budgets, now)) return 'refused';
    const ranges = rangesOf(phoneNumber, country);
    const living = last && this.#isAlive(last, now) ? last : null;
    const countedBefore = living !== null && living.countedUnder.length > 0;
    const { withheld, counted } = this.guard.judge({ ranges, probe, trusted: known, countedBefore, now });
    this.#budgets.spend(withheld ? budgets.filter(({ personal }) => personal) : budgets, now);
    if (counted) this.guard.send(ranges, counted, now);
    this.#codes.set(phoneNumber, {
      openedAt: living ? living.openedAt : now,
      sentAt: now,
      used: false,
      countedUnder: countedBefore ? living.countedUnder : (counted?.keys ?? []),
    });
    return withheld ? 'withheld' : 'sent';
  }

  verify(phoneNumber: string, country: string, now: Date): void {
    const code = this.#codes.get(phoneNumber);
    if (!code || code.used) return;
    this.guard.verify(code.countedUnder, rangesOf(phoneNumber, country), code.openedAt, now);
    this.#codes.set(phoneNumber, { ...code, used: true });
  }

  /** Reviews the range of a send after the user had time to verify it. A later send to the range is reviewed instead. */
  review(phoneNumber: string, country: string, sentAt: Date, now: Date): void {
    const ranges = rangesOf(phoneNumber, country);
    if (this.guard.untouchedSince(ranges, sentAt)) this.guard.review(ranges, now);
  }

  /** As in open-challenge.ts: a code that would die within one cooldown is replaced. */
  #isAlive({ openedAt, used }: Code, now: Date): boolean {
    return !used && secondsBetween(openedAt, now) <= this.#rules.timeToLive - this.#rules.cooldown;
  }
}

function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000;
}
