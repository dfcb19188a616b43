import {
  keysOf,
  type NumberRanges,
  type PauseLevel,
  pauseLevels,
  pausesAround,
  rangesOfKey,
} from '../src/pumping/number-ranges.js';
import {
  type CountedEvent,
  counted,
  type Evidence,
  evidenceOf,
  faded,
  type KeptCounter,
  memoryOf,
  NOTHING,
  type ProofCounter,
  stands,
} from '../src/pumping/proof-counter.js';
import { judge, recoveredAmong } from '../src/pumping/pumping-guard.js';
import { PUMPING } from '../src/pumping/pumping-parameters.js';

interface Finding {
  readonly level: PauseLevel;
  /** Seconds. */
  readonly first: number;
}

interface Pause {
  readonly until: Date;
  readonly strikes: number;
}

/**
 * What PostgreSQL keeps for the guard, in memory. The rule itself (`judge`) and its parameters are the service's own.
 */
export class MemoryGuard {
  readonly #counters: Map<string, KeptCounter>;
  readonly #pauses: Map<string, Pause>;
  pauses = 0;

  constructor(other?: MemoryGuard) {
    this.#counters = new Map(other ? other.#counters : []);
    this.#pauses = new Map(other ? other.#pauses : []);
  }

  evidence(ranges: NumberRanges, now: Date): Evidence {
    return evidenceOf(ranges, this.#counters, now);
  }

  /** Everything that was ever paused, and until when. */
  get pausesByKey(): ReadonlyMap<string, Date> {
    return new Map([...this.#pauses].map(([key, { until }]) => [key, until]));
  }

  /** Until when nothing is sent to an unknown number there; null: it is not paused. */
  pausedUntil(ranges: NumberRanges, now: Date): Date | null {
    for (const level of pauseLevels) {
      const until = this.#activePause(ranges[level], now);
      if (until) return until;
      if (stands(this.#counter(ranges[level], now))) return null;
    }
    return null;
  }

  /** Counts a send as `worth` sends, and returns the keys that it was counted under. */
  send(ranges: NumberRanges, worth: number, now: Date): readonly string[] {
    const keys = this.#countedUnder(ranges, now);
    this.#count({ kind: 'sent', keys, worth, at: now });
    this.review(ranges, now);
    return keys;
  }

  prove(keys: readonly string[], ranges: NumberRanges, sentAt: Date, now: Date): void {
    this.#count({ kind: 'verified', keys, createdAt: sentAt, at: now });
    this.#recover(keys, ranges, now);
  }

  /** Judges a range and writes the pauses that follow. */
  review(ranges: NumberRanges, now: Date): void {
    for (const finding of this.#findings(ranges, now)) this.#pause(ranges, finding, now);
  }

  /** What is to be paused, and how long a first pause lasts. */
  #findings(ranges: NumberRanges, now: Date): Finding[] {
    const { firstPause } = PUMPING;
    const evidence = this.evidence(ranges, now);
    const ofRange = firstPause[stands(evidence.range) ? 'standing' : 'range'];
    return judge(evidence)
      .pause.filter((level) => !this.#activePause(ranges[level], now))
      .map((level) => ({ level, first: level === 'range' ? ofRange : firstPause.surroundings }));
  }

  /** Whether the range was last touched at this moment: then nobody else has reviewed it since. */
  untouchedSince(ranges: NumberRanges, sentAt: Date): boolean {
    return this.#counters.get(ranges.range)?.at.getTime() === sentAt.getTime();
  }

  #countedUnder(ranges: NumberRanges, now: Date): readonly string[] {
    const range = this.#counter(ranges.range, now);
    const isFirst = !stands(range) && range.sent < PUMPING.firstSends;
    return isFirst ? keysOf(ranges) : [ranges.range, ranges.countryShare, ranges.share];
  }

  #recover(keys: readonly string[], ranges: NumberRanges, now: Date): void {
    const paused = pausesAround(keys).filter((key) => this.#activePause(key, now));
    if (paused.length === 0) return;
    const around = [ranges, ...paused.flatMap((key) => rangesOfKey(key) ?? [])];
    for (const key of recoveredAmong(paused, around, (each) => this.evidence(each, now))) {
      const pause = this.#pauses.get(key);
      if (pause) this.#pauses.set(key, { ...pause, until: now });
    }
  }

  #pause(ranges: NumberRanges, { level, first }: Finding, now: Date): void {
    const { pauseMemory, longestPause } = PUMPING;
    this.pauses += 1;
    const key = ranges[level];
    const counter = this.#counter(key, now);
    const before = this.#pauses.get(key);
    const recent = before && (now.getTime() - before.until.getTime()) / 1000 < pauseMemory;
    const strikes = recent ? before.strikes + 1 : 0;
    const length = Math.min(longestPause, first * 2 ** strikes);
    this.#pauses.set(key, { until: new Date(now.getTime() + length * 1000), strikes });
    if (level === 'range') this.#takeOut(ranges, counter, now);
    else this.#keep(key, now, scaled(counter, PUMPING.keptSurroundings));
  }

  /** What was pumped teaches nothing about what honest people prove. */
  #takeOut(ranges: NumberRanges, range: ProofCounter, now: Date): void {
    const { keptScore } = PUMPING;
    this.#keep(ranges.range, now, { ...range, pending: range.pending * keptScore, score: range.score * keptScore });
    for (const key of [ranges.countryShare, ranges.share]) {
      const counter = this.#counter(key, now);
      const sent = Math.max(0, counter.sent - range.sent);
      this.#keep(key, now, { ...counter, sent, proved: Math.max(0, counter.proved - range.proved) });
    }
  }

  #activePause(key: string, now: Date): Date | null {
    const until = this.#pauses.get(key)?.until;
    return until && until > now ? until : null;
  }

  #counter(key: string, now: Date): ProofCounter {
    const counter = this.#counters.get(key);
    return counter ? faded(counter, now) : NOTHING;
  }

  #count(event: CountedEvent): void {
    for (const key of event.keys) this.#counters.set(key, counted(key, this.#counters.get(key), event));
  }

  #keep(key: string, at: Date, { sent, proved, pending, score }: ProofCounter): void {
    this.#counters.set(key, { at, ...memoryOf(key), sent, proved, pending, score });
  }
}

function scaled({ sent, proved, pending, score }: ProofCounter, part: number): ProofCounter {
  return { sent: sent * part, proved: proved * part, pending: pending * part, score: score * part };
}
