import { isWrittenAhead } from '../platform/clock.js';
import type { NumberRanges } from './number-ranges.js';
import { PUMPING } from './pumping-parameters.js';

/** What was sent to something and what was verified of it, fading with time and traffic. */
export interface ProofCounter {
  readonly sent: number;
  readonly proved: number;
  /** Sends that are too young to count as unverified. A send counts less here the older it is. */
  readonly pending: number;
  /**
   * Goes up by one for each unverified send and down by `verifiedWorth` for each verified code. It is never below minus
   * `pending`: a verified code makes up for sends of the same time, and not for later ones.
   */
  readonly score: number;
}

/** A counter as it is kept: its values are those of `at`. */
export interface KeptCounter extends ProofCounter {
  readonly at: Date;
  /** Seconds in which the values fade to half. */
  readonly halfLife: number;
  /** Each send fades the values by one part in `window`. */
  readonly window: number;
}

/** The counters around one number. */
export type Evidence = { readonly [Name in keyof NumberRanges]: ProofCounter };

export const NOTHING: ProofCounter = { sent: 0, proved: 0, pending: 0, score: 0 };

/** Sends that had time to be verified. */
export function matured({ sent, pending }: ProofCounter): number {
  return Math.max(0, sent - pending);
}

/** Whether enough of it was verified that it is judged by itself. */
export function stands(counter: ProofCounter): boolean {
  const { standingVerified, standingShare } = PUMPING;
  return counter.proved >= standingVerified && counter.proved >= standingShare * matured(counter);
}

/** How much of a send of this age (seconds) is still pending. */
function pendingPart(age: number): number {
  return Math.exp(-Math.min(age / PUMPING.timeToVerify, MOST_FADING));
}

/** What is left of a counter. */
export function faded(counter: KeptCounter, now: Date): ProofCounter {
  const age = Math.max(0, (now.getTime() - counter.at.getTime()) / 1000);
  const pending = left(counter.pending, pendingPart(age));
  const kept = half(age, counter.halfLife);
  return {
    sent: left(counter.sent, kept),
    proved: left(counter.proved, kept),
    pending,
    score: left(counter.score, half(age, PUMPING.scoreHalfLife)) + counter.pending - pending,
  };
}

/** What was counted under each key; what has no counter yet counts nothing. */
export function evidenceOf(ranges: NumberRanges, counters: ReadonlyMap<string, KeptCounter>, now: Date): Evidence {
  const of = (key: string) => {
    const counter = counters.get(key);
    return counter ? faded(counter, now) : NOTHING;
  };
  const { range, block, country, all, countryShare, share } = ranges;
  return {
    ...{ range: of(range), block: of(block), country: of(country), all: of(all) },
    ...{ countryShare: of(countryShare), share: of(share) },
  };
}

/** Something that is counted, by the keys of the counters that it is counted under. */
export type CountedEvent =
  /** A code that was sent counts as `worth` sends. */
  | { readonly kind: 'sent'; readonly keys: readonly string[]; readonly worth: number; readonly at: Date }
  /** A code that was first sent at `createdAt` and is verified now. */
  | { readonly kind: 'verified'; readonly keys: readonly string[]; readonly createdAt: Date; readonly at: Date };

/** How fast a counter forgets. */
export function memoryOf(key: string): Pick<KeptCounter, 'halfLife' | 'window'> {
  const { range, share, surroundings } = PUMPING.memory;
  if (key.startsWith('range:')) return range;
  return key.startsWith('share') ? share : surroundings;
}

/** The counter of a key after one event more. */
export function counted(key: string, before: KeptCounter | undefined, event: CountedEvent): KeptCounter {
  const counter = before ?? { ...NOTHING, ...memoryOf(key), at: event.at };
  const now = faded(counter, event.at);
  const after = event.kind === 'sent' ? withSend(now, event.worth, memoryOf(key).window) : withVerified(now, event);
  // After the clock was set back, a counter goes on fading from now on.
  const keepsTime = counter.at > event.at && !isWrittenAhead(counter.at, event.at);
  return { ...after, ...memoryOf(key), at: keepsTime ? counter.at : event.at };
}

function withSend({ sent, proved, pending, score }: ProofCounter, worth: number, window: number): ProofCounter {
  const kept = 1 - worth / window;
  return { sent: sent * kept + worth, proved: proved * kept, pending: pending + worth, score };
}

function withVerified(counter: ProofCounter, { createdAt, at }: { createdAt: Date; at: Date }): ProofCounter {
  const part = pendingPart(Math.max(0, (at.getTime() - createdAt.getTime()) / 1000));
  const pending = Math.max(0, counter.pending - part);
  const score = Math.max(-pending, counter.score - (1 - part) - PUMPING.verifiedWorth);
  return { sent: counter.sent, proved: counter.proved + 1, pending, score };
}

/** Nothing fades further than this, and dust is swept: numbers that are too small say nothing. */
const MOST_FADING = 20;
const DUST = 1e-9;

function half(age: number, halfLife: number): number {
  return 2 ** -Math.min(age / halfLife, MOST_FADING);
}

function left(value: number, part: number): number {
  return Math.abs(value) < DUST ? 0 : value * part;
}
