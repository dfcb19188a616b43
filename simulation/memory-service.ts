import { sendBudgets } from '../src/budgets/send-budgets.js';
import type { SubjectHash } from '../src/platform/subject-hash.js';
import type { SendLimits } from '../src/budgets/send-limits.js';
import { rangesOf } from '../src/pumping/number-ranges.js';
import { PUMPING } from '../src/pumping/pumping-parameters.js';
import { ProbeSchedule } from '../src/pumping/probe-schedule.js';
import type { AskingNumber } from '../src/pumping/trust.js';
import { MemoryBudgets } from './memory-budgets.js';
import { MemoryGuard } from './memory-guard.js';

export interface CodeRequest {
  readonly phoneNumber: string;
  readonly country: string;
  readonly network: string;
  /** Whether the caller has the device token of the number's account, if there is one. */
  readonly device: boolean;
  readonly now: Date;
}

/** `withheld`: the guard has paused the range, and nothing is sent. `refused`: the cooldown or a budget. */
export type Decision = 'sent' | 'withheld' | 'refused';

export interface Outcome {
  readonly decision: Decision;
  /** Whether the answer says that the range is paused. */
  readonly paused: boolean;
}

export interface MemoryRules {
  readonly sends: SendLimits;
  readonly pumpingGuard: boolean;
  /** Whether more is limited than what one number gets. */
  readonly sharedBudgets: boolean;
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
  /** How often it was asked for, and whether all of these were withheld. */
  readonly sends: number;
  readonly withheld: boolean;
  readonly countedUnder: readonly string[];
}

/** A request that the budgets allow. */
interface Asking {
  readonly phoneNumber: string;
  readonly country: string;
  readonly last: Code | undefined;
  /** The last code, if it is sent again. */
  readonly living: Code | null;
  readonly now: Date;
}

interface Account {
  readonly since: Date;
  /** Whether it showed a sign of life. */
  readonly alive: boolean;
}

const REFUSED: Outcome = { decision: 'refused', paused: false };

/** Requests and verified codes as the service decides them, with everything in memory and nothing sent. */
export class MemoryService {
  readonly guard: MemoryGuard;
  readonly #budgets: MemoryBudgets;
  readonly #rules: MemoryRules;
  readonly #codes: Map<string, Code>;
  /** The accounts of verified numbers. */
  readonly #accounts: Map<string, Account>;
  readonly #probes = new ProbeSchedule();

  constructor(rules: MemoryRules, other?: MemoryService) {
    this.#rules = rules;
    this.guard = new MemoryGuard(other?.guard);
    this.#budgets = other ? other.#budgets.fork() : new MemoryBudgets();
    this.#codes = new Map(other ? other.#codes : []);
    this.#accounts = new Map(other ? other.#accounts : []);
  }

  request({ phoneNumber, country, network, device, now }: CodeRequest): Outcome {
    const last = this.#codes.get(phoneNumber);
    if (last && secondsBetween(last.sentAt, now) < this.#rules.cooldown) return REFUSED;
    const budgets = this.#budgetsOf({ phoneNumber, country, network, device });
    if (!this.#budgets.haveCapacity(budgets, now)) return REFUSED;
    const living = last && this.#isAlive(last, now) ? last : null;
    const counting = this.#send({ phoneNumber, country, last, living, now });
    this.#budgets.spend(counting.withheld ? budgets.filter(({ personal }) => personal) : budgets, now);
    this.#codes.set(phoneNumber, {
      openedAt: living ? living.openedAt : now,
      sentAt: now,
      used: false,
      sends: living ? living.sends + 1 : 1,
      withheld: counting.withheld && (living?.withheld ?? true),
      countedUnder: living && living.countedUnder.length > 0 ? living.countedUnder : counting.keys,
    });
    return { decision: counting.withheld ? 'withheld' : 'sent', paused: counting.paused };
  }

  /** What the guard says, and what it counts. */
  #send({ phoneNumber, country, last, living, now }: Asking) {
    const ranges = rangesOf(phoneNumber, country);
    const asking = { ...this.#asking(phoneNumber, last), resend: living?.sends === 1 && !living.withheld };
    const countedBefore = living !== null && living.countedUnder.length > 0;
    const probe = this.#probes.isDue(country, now);
    const { withheld, counted, pausedUntil } = this.#judge({ ranges, probe, asking, countedBefore, now });
    const paused = pausedUntil !== null;
    if (paused && probe) this.#probes.sent(country, now);
    if (counted) this.guard.send(ranges, counted, now);
    return { withheld, paused, keys: counted?.keys ?? [] };
  }

  #asking(phoneNumber: string, last: Code | undefined): Omit<AskingNumber, 'resend'> {
    const account = this.#accounts.get(phoneNumber);
    const unansweredSince = last && !last.used ? last.sentAt : null;
    return { verified: account !== undefined, alive: account?.alive ?? false, unansweredSince };
  }

  /** @returns whether the code was good. */
  verify(phoneNumber: string, country: string, now: Date): boolean {
    const code = this.#codes.get(phoneNumber);
    if (!code || code.used) return false;
    const ranges = rangesOf(phoneNumber, country);
    const around = this.guard.verify(code.countedUnder, ranges, code.openedAt, now);
    if (around.paused) this.#probes.verified(country, now);
    this.#codes.set(phoneNumber, { ...code, used: true });
    const { since = now, alive = false } = this.#accounts.get(phoneNumber) ?? {};
    const returns = secondsBetween(since, now) >= PUMPING.aliveAfter;
    if (returns && code.countedUnder.length > 0) this.guard.alive(ranges, now);
    this.#accounts.set(phoneNumber, { since, alive: alive || returns });
    return true;
  }

  /** Reviews the range of a send after the user had time to verify it. A later send to the range is reviewed instead. */
  review(phoneNumber: string, country: string, sentAt: Date, now: Date): void {
    if (!this.#rules.pumpingGuard) return;
    const ranges = rangesOf(phoneNumber, country);
    if (this.guard.untouchedSince(ranges, sentAt)) this.guard.review(ranges, now);
  }

  /** The provider reports that a text did not arrive. */
  undelivered(phoneNumber: string, now: Date): void {
    const code = this.#codes.get(phoneNumber);
    if (!code || code.used) return;
    this.guard.undelivered(code.countedUnder, code.sentAt, now);
    this.#codes.set(phoneNumber, { ...code, countedUnder: [] });
  }

  /** The account of a number uses its session on a later day. */
  used(phoneNumber: string, country: string, now: Date): void {
    const account = this.#accounts.get(phoneNumber);
    if (!account || account.alive) return;
    this.guard.alive(rangesOf(phoneNumber, country), now);
    this.#accounts.set(phoneNumber, { ...account, alive: true });
  }

  #budgetsOf({ phoneNumber, country, network, device }: Omit<CodeRequest, 'now'>) {
    const { sends, sharedBudgets } = this.#rules;
    const deviceOf = device && this.#accounts.has(phoneNumber) ? phoneNumber : null;
    const send = {
      phoneNumber,
      hashed: phoneNumber as SubjectHash,
      networks: [network] as const,
      units: 1,
      money: 0,
      deviceOf,
    };
    return sendBudgets({ ...send, country: sharedBudgets ? country : null }, sends);
  }

  #judge(request: Parameters<MemoryGuard['judge']>[0]): ReturnType<MemoryGuard['judge']> {
    if (this.#rules.pumpingGuard) return this.guard.judge(request);
    return { withheld: false, counted: null, pausedUntil: null };
  }

  /** As in open-challenge.ts: a code that would die within one cooldown is replaced. */
  #isAlive({ openedAt, used }: Code, now: Date): boolean {
    return !used && secondsBetween(openedAt, now) <= this.#rules.timeToLive - this.#rules.cooldown;
  }
}

function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000;
}
