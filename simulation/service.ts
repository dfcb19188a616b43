import { rangesOf } from '../src/pumping/number-ranges.js';
import { PUMPING } from '../src/pumping/pumping-parameters.js';
import type { MemoryGuard } from './memory-guard.js';
import type { Chance } from './random.js';
import type { Request } from './traffic.js';

export interface Tally {
  fraud: number;
  fraudSent: number;
  /** People, not requests. */
  honest: number;
  honestPaused: number;
  honestOverBudget: number;
  newcomers: number;
  newcomersPaused: number;
  moneyLost: number;
}

export function emptyTally(): Tally {
  return {
    fraud: 0,
    fraudSent: 0,
    honest: 0,
    honestPaused: 0,
    honestOverBudget: 0,
    newcomers: 0,
    newcomersPaused: 0,
    moneyLost: 0,
  };
}

type Event =
  | { readonly at: number; readonly kind: 'request'; readonly request: Request; readonly retry: number }
  | { readonly at: number; readonly kind: 'review'; readonly ranges: ReturnType<typeof rangesOf> }
  | { readonly at: number; readonly kind: 'proof'; readonly send: Send };

interface Send {
  readonly phoneNumber: string;
  readonly country: string;
  readonly at: number;
  readonly countedAs: 'new' | 'standing';
}

/** Plays requests and what follows from them against the rules, in the order of time. */
export class SimulatedService {
  readonly #guard: MemoryGuard;
  readonly #chance: Chance;
  readonly tally: Tally = emptyTally();
  why: Record<string, number> = {};

  constructor(guard: MemoryGuard, chance: Chance) {
    this.#guard = guard;
    this.#chance = chance;
  }

  play(requests: readonly Request[]): Tally {
    const queue = new EventQueue();
    for (const request of requests) queue.push({ at: request.at, kind: 'request', request, retry: 0 });
    for (let event = queue.pop(); event; event = queue.pop()) {
      if (event.kind === 'request') this.#request(event.request, event.at, event.retry, queue);
      else if (event.kind === 'review') this.#guard.evaluate(event.ranges, event.at);
      else this.#proof(event.send, event.at);
    }
    return this.tally;
  }

  #request(request: Request, at: number, retry: number, queue: EventQueue): void {
    const { tally } = this;
    const first = retry === 0;
    const ranges = rangesOf(request.phoneNumber, request.country.code);
    const paused = !request.known && this.#guard.isPaused(ranges, at);
    const sent = !paused || this.#chance.happens(PUMPING.probeShare);
    if (request.fraud) {
      tally.fraud += 1;
      if (sent) tally.fraudSent += 1;
      if (sent) this.why[paused ? 'probe' : (this.#guard.pauses.has(ranges.range) ? 'after range pause' : this.#guard.pauses.has(ranges.country)||this.#guard.pauses.has(ranges.block)||this.#guard.pauses.has(ranges.all) ? 'after surroundings pause':'never paused')] = (this.why[paused ? 'probe' : (this.#guard.pauses.has(ranges.range) ? 'after range pause' : this.#guard.pauses.has(ranges.country)||this.#guard.pauses.has(ranges.block)||this.#guard.pauses.has(ranges.all) ? 'after surroundings pause':'never paused')] ?? 0) + 1;
      if (sent) tally.moneyLost += request.country.cost;
    } else if (first) {
      tally.honest += 1;
      if (!sent) {tally.honestPaused += 1; const k=request.country.code+' '+this.#guard.reason(ranges,at); this.why[k]=(this.why[k]??0)+1;}
      if (!request.known) {
        tally.newcomers += 1;
        if (!sent) tally.newcomersPaused += 1;
      }
    }
    const next = request.retries[retry];
    if (sent && !request.known) {
      const countedAs = this.#guard.countSend(ranges, at);
      if (process.env['REVIEW']) queue.push({ at: at + Number(process.env['REVIEW']), kind: 'review', ranges });
      const left = request.provesAfter === null ? null : request.at + request.provesAfter - at;
      if (left !== null && (next === undefined || left < next)) {
        const send = { phoneNumber: request.phoneNumber, country: request.country.code, at, countedAs };
        queue.push({ at: at + Math.max(left, 10), kind: 'proof', send });
        return;
      }
    }
    if (next !== undefined) queue.push({ at: at + next, kind: 'request', request, retry: retry + 1 });
  }

  #proof(send: Send, at: number): void {
    this.#guard.countProof(rangesOf(send.phoneNumber, send.country), send.countedAs, at, at - send.at);
  }
}

/** A binary heap, the earliest event first. */
class EventQueue {
  readonly #events: Event[] = [];

  push(event: Event): void {
    const events = this.#events;
    let index = events.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if ((events[parent] as Event).at <= event.at) break;
      events[index] = events[parent] as Event;
      index = parent;
    }
    events[index] = event;
  }

  pop(): Event | undefined {
    const events = this.#events;
    const first = events[0];
    const last = events.pop();
    if (first === undefined || last === undefined || events.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= events.length) break;
      if (child + 1 < events.length && (events[child + 1] as Event).at < (events[child] as Event).at) child += 1;
      if ((events[child] as Event).at >= last.at) break;
      events[index] = events[child] as Event;
      index = child;
    }
    events[index] = last;
    return first;
  }
}
