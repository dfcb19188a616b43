import { keysOf, type NumberRanges, pauseLevels } from './number-ranges.js';
import { faded, isKnown, type KeptCounter, NOTHING, type SeenCounter } from './proof-counter.js';
import { PUMPING } from './pumping-parameters.js';
import { type AskingNumber, isTrusted } from './trust.js';

/** What the guard keeps about the ranges of one number. */
export interface GuardFacts {
  readonly counters: ReadonlyMap<string, KeptCounter>;
  /** Until when each key is paused, or was. */
  readonly pauses: ReadonlyMap<string, Date>;
}

/** A request for a code. */
export interface GuardedRequest {
  readonly ranges: NumberRanges;
  /** Whether this request may probe a pause. */
  readonly probe: boolean;
  /** What is known of the number. */
  readonly asking: AskingNumber;
  /** Whether it sends a code again that was counted when it was sent first. */
  readonly countedBefore: boolean;
  readonly now: Date;
}

export interface GuardedSend {
  /** Until when unverified numbers of this range are probably sent nothing. */
  readonly pausedUntil: Date | null;
  /** Whether this code is not sent. */
  readonly withheld: boolean;
  /** What the send is counted under, and as how many sends; null: it is not counted. */
  readonly counted: { readonly keys: readonly string[]; readonly worth: number } | null;
}

/**
 * What the guard says of a request. A trusted one is sent its code whatever is paused, and the answer is the same for all.
 * So is what is counted: if only the sends of strangers were evidence, a pause would tell a caller who asks for codes to
 * one number that it has no account.
 */
export function guardSend(
  { ranges, probe, asking, countedBefore, now }: GuardedRequest,
  facts: GuardFacts,
): GuardedSend {
  const until = pausedUntil(ranges, facts, now);
  const rangeKnown = isKnown(counterOf(facts.counters, ranges.range, now));
  const isCounted = until === null || probe;
  const worth = countedBefore ? PUMPING.resendWorth : 1;
  return {
    pausedUntil: until,
    withheld: !isCounted && !isTrusted(asking, { rangeKnown, now }),
    counted: isCounted ? { keys: countedUnder(ranges, facts, now), worth } : null,
  };
}

/**
 * Until when unverified numbers there are sent nothing; null: they are sent their codes. A range where honest people are
 * known is judged by itself, so a pause of its block does not hold for it.
 */
function pausedUntil(ranges: NumberRanges, { counters, pauses }: GuardFacts, now: Date): Date | null {
  for (const level of pauseLevels) {
    const until = pauses.get(ranges[level]);
    if (until && until > now) return until;
    if (isKnown(counterOf(counters, ranges[level], now))) return null;
  }
  return null;
}

/**
 * A send to a range without known people tells about its block too, and if the block has none either, about the
 * country. But one bad range shall not condemn its neighbours: only its first unverified sends do.
 */
function countedUnder(ranges: NumberRanges, { counters }: GuardFacts, now: Date): readonly string[] {
  const own = [ranges.range, ranges.countryShare, ranges.share];
  const range = counterOf(counters, ranges.range, now);
  if (isKnown(range)) return own;
  if (range.sent - range.proved >= PUMPING.firstSends) return own;
  return isKnown(counterOf(counters, ranges.block, now)) ? [...own, ranges.block] : keysOf(ranges);
}

function counterOf(counters: GuardFacts['counters'], key: string, now: Date): SeenCounter {
  const counter = counters.get(key);
  return counter ? faded(counter, now) : NOTHING;
}
