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
  /** Signs of life: an account of it signed in again on a later day, or used its session after a day. */
  readonly lives: number;
}

/** A counter as it is kept: its values are those of `at`. */
export interface KeptCounter extends ProofCounter {
  readonly at: Date;
  /** When a code of it was verified first, as far as it is remembered. */
  readonly since: Date | null;
  /** Seconds in which the values fade to half. */
  readonly halfLife: number;
  /** Each send fades the values by one part in `window`. */
  readonly window: number;
}

/** A counter at a moment. */
export interface SeenCounter extends ProofCounter {
  /** Days since a code of it was verified first; 0: none was. */
  readonly age: number;
}

/** The counters around one number. */
export type Evidence = { readonly [Name in keyof NumberRanges]: SeenCounter };

export const NOTHING: SeenCounter = { sent: 0, proved: 0, pending: 0, score: 0, lives: 0, age: 0 };

/** Sends that had time to be verified. */
export function matured({ sent, pending }: ProofCounter): number {
  return Math.max(0, sent - pending);
}

/**
 * Whether honest people are known to be there, so that it is judged by itself: an account there showed a sign of life, or
 * codes were verified on an earlier day. Many verified codes without any sign of life are discounted: a fraudster can type
 * a few codes, and people come back.
 */
export function isKnown({ proved, lives, age }: SeenCounter): boolean {
  const { knownAfter, knownLives, discountFrom, livingShare } = PUMPING;
  if (lives >= knownLives) return proved < discountFrom || lives >= livingShare * proved;
  return age >= knownAfter && proved >= PUMPING.knownVerified && proved < discountFrom;
}

/** How much of a send of this age (seconds) is still pending. */
function pendingPart(age: number): number {
  return Math.exp(-Math.min(age / PUMPING.timeToVerify, MOST_FADING));
}

/** What is left of a counter. */
export function faded(counter: KeptCounter, now: Date): SeenCounter {
  const age = Math.max(0, (now.getTime() - counter.at.getTime()) / 1000);
  const pending = left(counter.pending, pendingPart(age));
  const kept = half(age, counter.halfLife);
  return {
    sent: left(counter.sent, kept),
    proved: left(counter.proved, kept),
    pending,
    score: left(counter.score, half(age, PUMPING.scoreHalfLife)) + counter.pending - pending,
    lives: left(counter.lives, kept),
    age: knownFor(counter, now),
  };
}

/** Days since the first verified code. What the version before has counted is from an earlier day. */
function knownFor({ since, proved }: KeptCounter, now: Date): number {
  if (since === null) return proved > 0 ? PUMPING.knownAfter : 0;
  return Math.max(0, (now.getTime() - since.getTime()) / 86_400_000);
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
  | { readonly kind: 'verified'; readonly keys: readonly string[]; readonly createdAt: Date; readonly at: Date }
  /** The text of a code that was first sent at `createdAt` did not arrive: it counts no more. */
  | { readonly kind: 'undelivered'; readonly keys: readonly string[]; readonly createdAt: Date; readonly at: Date }
  /** An account shows a sign of life. */
  | { readonly kind: 'alive'; readonly keys: readonly string[]; readonly at: Date };

/** How fast a counter forgets. */
export function memoryOf(key: string): Pick<KeptCounter, 'halfLife' | 'window'> {
  const { range, block, share, surroundings } = PUMPING.memory;
  if (key.startsWith('range:')) return range;
  if (key.startsWith('block:')) return block;
  return key.startsWith('share') ? share : surroundings;
}

/** The counter of a key after one event more. */
export function counted(key: string, before: KeptCounter | undefined, event: CountedEvent): KeptCounter {
  const counter = before ?? emptyCounter(key, event.at);
  const { age: _, ...now } = faded(counter, event.at);
  // After the clock was set back, a counter goes on fading from now on.
  const keepsTime = counter.at > event.at && !isWrittenAhead(counter.at, event.at);
  const since = counter.since ?? (event.kind === 'verified' && counter.proved === 0 ? event.at : null);
  return { ...after(now, event, memoryOf(key).window), ...memoryOf(key), since, at: keepsTime ? counter.at : event.at };
}

export function emptyCounter(key: string, at: Date): KeptCounter {
  const { age: _, ...nothing } = NOTHING;
  return { ...nothing, ...memoryOf(key), since: null, at };
}

function after(now: ProofCounter, event: CountedEvent, window: number): ProofCounter {
  switch (event.kind) {
    case 'sent':
      return withSend(now, event.worth, window);
    case 'verified':
      return withVerified(now, event);
    case 'undelivered':
      return withoutSend(now, event);
    case 'alive':
      return { ...now, lives: now.lives + 1 };
  }
}

function withSend(counter: ProofCounter, worth: number, window: number): ProofCounter {
  const { sent, proved, pending } = counter;
  const kept = 1 - worth / window;
  return { ...counter, sent: sent * kept + worth, proved: proved * kept, pending: pending + worth };
}

function withVerified(counter: ProofCounter, event: { createdAt: Date; at: Date }): ProofCounter {
  const { pending, score } = withoutPending(counter, event);
  const least = Math.max(-pending, score - PUMPING.verifiedWorth);
  return { ...counter, proved: counter.proved + 1, pending, score: least };
}

/** A text that did not arrive says nothing of who asked for it. */
function withoutSend(counter: ProofCounter, event: { createdAt: Date; at: Date }): ProofCounter {
  const { pending, score } = withoutPending(counter, event);
  return { ...counter, sent: Math.max(0, counter.sent - 1), pending, score: Math.max(-pending, score) };
}

/** Takes back what a send of that time is still pending, and what it has raised the score by. */
function withoutPending({ pending, score }: ProofCounter, { createdAt, at }: { createdAt: Date; at: Date }) {
  const part = pendingPart(Math.max(0, (at.getTime() - createdAt.getTime()) / 1000));
  return { pending: Math.max(0, pending - part), score: score - (1 - part) };
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
