import { PUMPING } from '../src/pumping/pumping-parameters.js';
import { EventQueue } from './event-queue.js';
import type { MemoryService, Outcome } from './memory-service.js';
import type { People } from './people.js';
import type { Chance } from './random.js';
import { countFraud, countHonest, emptyTally, type Tally } from './tally.js';
import { DAY, type Request } from './traffic.js';

/** Something that happens because of a request. */
type Event = { readonly at: number; readonly request: Request } & (
  | { readonly kind: 'request'; readonly attempt: number }
  | { readonly kind: 'verified' | 'failed' | 'used' }
  | { readonly kind: 'review'; readonly sentAt: number }
);

/** What a play changes. */
export interface Stage {
  readonly service: MemoryService;
  readonly people: People;
  readonly chance: Chance;
}

export interface Script {
  readonly requests: readonly Request[];
  /** Honest people are counted from here on; fraud always is. */
  readonly countedFrom?: number;
  /** What happens later is left out. */
  readonly until: number;
}

const MINUTE = 60;
const START = Date.UTC(2030, 0, 1);
const dateOf = (seconds: number) => new Date(START + Math.round(seconds * 1000));

/** Plays requests, and what follows from them, on a virtual clock. */
export function play(stage: Stage, script: Script): Tally {
  const before = stage.service.guard.pauses;
  const playing = new Playing(stage, script);
  playing.run();
  return { ...playing.tally, pauses: stage.service.guard.pauses - before };
}

class Playing {
  readonly tally = emptyTally();
  readonly #queue = new EventQueue<Event>();
  readonly #stage: Stage;
  readonly #script: Script;

  constructor(stage: Stage, script: Script) {
    this.#stage = stage;
    this.#script = script;
  }

  run(): void {
    for (const request of [...this.#script.requests].sort((a, b) => a.at - b.at)) {
      for (const event of this.#queue.until(request.at)) this.#happen(event);
      this.#happen({ at: request.at, kind: 'request', request, attempt: 0 });
    }
    for (const event of this.#queue.until(this.#script.until)) this.#happen(event);
  }

  #happen(event: Event): void {
    const { service, people } = this.#stage;
    const { request, at } = event;
    const [now, country] = [dateOf(at), request.country.code];
    if (event.kind === 'request') this.#ask(event);
    else if (event.kind === 'review') service.review(request.phoneNumber, country, dateOf(event.sentAt), now);
    else if (event.kind === 'failed') service.undelivered(request.phoneNumber, now);
    else if (event.kind === 'used') service.used(request.phoneNumber, country, now);
    else if (service.verify(request.phoneNumber, country, now)) {
      if (request.caller === 'newcomer') people.verified(request);
      if (request.lives) this.#queue.push({ at: at + DAY * this.#stage.chance.between(1, 2), kind: 'used', request });
    }
  }

  #ask({ at, request: asked, attempt }: Event & { kind: 'request' }): void {
    const { service, people, chance } = this.#stage;
    const request = attempt === 0 ? people.resolve(asked, chance) : asked;
    const { phoneNumber, country, network, caller } = request;
    const device = caller === 'device' || caller === 'fraud';
    const outcome = service.request({ phoneNumber, country: country.code, network, device, now: dateOf(at) });
    this.#count(request, attempt, outcome);
    if (outcome.decision !== 'sent' || !this.#sent(request, at, attempt)) this.#askAgain(request, at, attempt);
    const next = request.follow?.({ at, refused: outcome.decision === 'refused', paused: outcome.paused });
    if (next && next.at < this.#script.until)
      this.#queue.push({ at: next.at, kind: 'request', request: next, attempt: 0 });
  }

  #count(request: Request, attempt: number, { decision }: Outcome): void {
    if (request.caller === 'fraud') countFraud(this.tally, request, decision);
    else if (attempt === 0 && request.at >= (this.#script.countedFrom ?? 0)) countHonest(this.tally, request, decision);
  }

  /** What follows from a text. @returns whether the code is verified before it is asked for again */
  #sent(request: Request, at: number, attempt: number): boolean {
    const { chance } = this.#stage;
    // The service reviews once a minute.
    const reviewAt = Math.ceil((at + PUMPING.reviewAfter) / MINUTE) * MINUTE;
    this.#queue.push({ at: reviewAt, kind: 'review', request, sentAt: at });
    // Where nothing is reported though reports come usually, the service waits for some minutes.
    const failsAfter = request.report === null ? PUMPING.reportedWithin : chance.between(3, 30);
    if (request.report !== 'delivered') this.#queue.push({ at: at + failsAfter, kind: 'failed', request });
    if (request.verifiesAfter === null) return false;
    const wait = Math.max(10, request.at + request.verifiesAfter - at);
    const next = request.retries[attempt];
    if (next !== undefined && wait >= next) return false;
    this.#queue.push({ at: at + wait, kind: 'verified', request });
    return true;
  }

  #askAgain(request: Request, at: number, attempt: number): void {
    const next = request.retries[attempt];
    if (next !== undefined) this.#queue.push({ at: at + next, kind: 'request', request, attempt: attempt + 1 });
  }
}
