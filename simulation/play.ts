import { PUMPING } from '../src/pumping/pumping-parameters.js';
import { EventQueue } from './event-queue.js';
import type { Decision, MemoryService } from './memory-service.js';
import type { Chance } from './random.js';
import type { Request } from './traffic.js';

/** What became of all requests. Honest people are counted once, by their first request. */
export interface Tally {
  fraud: number;
  fraudSent: number;
  honest: number;
  /** Honest people who got no code: because of the guard, because of a budget. */
  withheld: number;
  refused: number;
  /** US dollars for texts to fraudsters. */
  lost: number;
  /** US dollars for all texts that fraudsters asked for. */
  asked: number;
  pauses: number;
}

type Event =
  | { readonly at: number; readonly kind: 'request'; readonly request: Request; readonly attempt: number }
  | { readonly at: number; readonly kind: 'verified'; readonly request: Request }
  | { readonly at: number; readonly kind: 'review'; readonly request: Request; readonly sentAt: number };

const MINUTE = 60;
const START = Date.UTC(2030, 0, 1);
const dateOf = (seconds: number) => new Date(START + Math.round(seconds * 1000));

/** Plays requests, and what follows from them, on a virtual clock. */
export function play(service: MemoryService, requests: readonly Request[], chance: Chance): Tally {
  const tally: Tally = { fraud: 0, fraudSent: 0, honest: 0, withheld: 0, refused: 0, lost: 0, asked: 0, pauses: 0 };
  const queue = new EventQueue<Event>();
  const before = service.guard.pauses;
  const happen = (event: Event) => {
    if (event.kind === 'request') ask({ ...event, service, queue, tally, chance });
    else if (event.kind === 'verified') verify(service, event.request, event.at);
    else review(service, event);
  };
  for (const request of [...requests].sort((a, b) => a.at - b.at)) {
    for (const event of queue.until(request.at)) happen(event);
    happen({ at: request.at, kind: 'request', request, attempt: 0 });
  }
  for (const event of queue.until(Number.POSITIVE_INFINITY)) happen(event);
  return { ...tally, pauses: service.guard.pauses - before };
}

function ask(parts: {
  at: number;
  request: Request;
  attempt: number;
  service: MemoryService;
  queue: EventQueue<Event>;
  tally: Tally;
  chance: Chance;
}): void {
  const { at, request, attempt, service, queue, tally, chance } = parts;
  const { phoneNumber, country, network, known } = request;
  const probe = chance.happens(PUMPING.probeShare);
  const decision = service.request({ phoneNumber, country: country.code, network, known, probe, now: dateOf(at) });
  if (request.fraud || attempt === 0) count(tally, request, decision);
  const next = request.retries[attempt];
  if (decision === 'sent') {
    // The service reviews once a minute.
    const reviewAt = Math.ceil((at + PUMPING.reviewAfter) / MINUTE) * MINUTE;
    queue.push({ at: reviewAt, kind: 'review', request, sentAt: at });
    const wait = request.verifiesAfter === null ? null : Math.max(10, request.at + request.verifiesAfter - at);
    if (wait !== null && (next === undefined || wait < next)) {
      queue.push({ at: at + wait, kind: 'verified', request });
      return;
    }
  }
  if (next !== undefined) queue.push({ at: at + next, kind: 'request', request, attempt: attempt + 1 });
}

function count(tally: Tally, { fraud, country }: Request, decision: Decision): void {
  if (fraud) {
    tally.fraud += 1;
    tally.asked += country.cost;
    if (decision === 'sent') {
      tally.fraudSent += 1;
      tally.lost += country.cost;
    }
    return;
  }
  tally.honest += 1;
  if (decision !== 'sent') tally[decision] += 1;
}

function verify(service: MemoryService, { phoneNumber, country }: Request, at: number): void {
  service.verify(phoneNumber, country.code, dateOf(at));
}

function review(service: MemoryService, { request, sentAt, at }: Event & { kind: 'review' }): void {
  service.review(request.phoneNumber, request.country.code, dateOf(sentAt), dateOf(at));
}
