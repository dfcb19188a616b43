import { addSeconds } from '../src/platform/clock.js';
import { type GuardedRequest, type GuardedSend, guardSend } from '../src/pumping/guarded-send.js';
import { type NumberRanges, type PauseLevel, pausesAround, rangesOfKey } from '../src/pumping/number-ranges.js';
import {
  type CountedEvent,
  counted,
  type Evidence,
  evidenceOf,
  emptyCounter,
  faded,
  type KeptCounter,
  NOTHING,
  type ProofCounter,
  type SeenCounter,
} from '../src/pumping/proof-counter.js';
import { firstPauseOf, judge, recoveredAmong } from '../src/pumping/pumping-guard.js';
import { PUMPING } from '../src/pumping/pumping-parameters.js';

interface Finding {
  readonly level: PauseLevel;
  /** Seconds. */
  readonly first: number;
}

/** What PostgreSQL keeps for the guard, in memory. The rule itself (`judge`) and its parameters are the service's own. */
export class MemoryGuard {
  readonly #counters: Map<string, KeptCounter>;
  readonly #pausedUntil: Map<string, Date>;
  /** How many pauses of each key there were before, one soon after the other. */
  readonly #strikes: Map<string, number>;
  pauses = 0;

  constructor(other?: MemoryGuard) {
    this.#counters = new Map(other ? other.#counters : []);
    this.#pausedUntil = new Map(other ? other.#pausedUntil : []);
    this.#strikes = new Map(other ? other.#strikes : []);
  }

  evidence(ranges: NumberRanges, now: Date): Evidence {
    return evidenceOf(ranges, this.#counters, now);
  }

  /** Everything that was ever paused, and until when. */
  get pausesByKey(): ReadonlyMap<string, Date> {
    return this.#pausedUntil;
  }

  /** What the guard says of a request. */
  judge(request: GuardedRequest): GuardedSend {
    return guardSend(request, { counters: this.#counters, pauses: this.#pausedUntil });
  }

  /** Counts a send, and pauses what the evidence speaks against. */
  send(ranges: NumberRanges, counted: { readonly keys: readonly string[]; readonly worth: number }, now: Date): void {
    this.#count({ kind: 'sent', ...counted, at: now });
    this.review(ranges, now);
  }

  /** @returns whether something was paused around it */
  verify(keys: readonly string[], ranges: NumberRanges, sentAt: Date, now: Date): { paused: boolean } {
    this.#count({ kind: 'verified', keys, createdAt: sentAt, at: now });
    const paused = this.#pausedUntil.size === 0 ? [] : pausesAround(keys).filter((key) => this.#activePause(key, now));
    if (paused.length > 0) this.#recover(paused, ranges, now);
    return { paused: [ranges.range, ranges.block].some((key) => paused.includes(key)) };
  }

  undelivered(keys: readonly string[], sentAt: Date, now: Date): void {
    this.#count({ kind: 'undelivered', keys, createdAt: sentAt, at: now });
  }

  alive({ range, block }: NumberRanges, now: Date): void {
    this.#count({ kind: 'alive', keys: [range, block], at: now });
  }

  /** Judges a range and writes the pauses that follow. */
  review(ranges: NumberRanges, now: Date): void {
    for (const finding of this.#findings(ranges, now)) this.#pause(ranges, finding, now);
  }

  /** What is to be paused, and how long a first pause lasts. */
  #findings(ranges: NumberRanges, now: Date): Finding[] {
    const evidence = this.evidence(ranges, now);
    return judge(evidence)
      .pause.filter((level) => !this.#activePause(ranges[level], now))
      .map((level) => ({ level, first: firstPauseOf(level, evidence) }));
  }

  /** Whether the range was last touched at this moment: then it was not reviewed since. */
  untouchedSince(ranges: NumberRanges, sentAt: Date): boolean {
    return this.#counters.get(ranges.range)?.at.getTime() === sentAt.getTime();
  }

  #recover(paused: readonly string[], ranges: NumberRanges, now: Date): void {
    const around = [ranges, ...paused.flatMap((key) => rangesOfKey(key) ?? [])];
    for (const key of recoveredAmong(paused, around, (each) => this.evidence(each, now))) {
      this.#pausedUntil.set(key, now);
    }
  }

  #pause(ranges: NumberRanges, { level, first }: Finding, now: Date): void {
    const { pauseMemory, longestPause } = PUMPING;
    this.pauses += 1;
    const key = ranges[level];
    const counter = this.#counter(key, now);
    const before = this.#pausedUntil.get(key);
    const recent = before && (now.getTime() - before.getTime()) / 1000 < pauseMemory;
    const strikes = recent ? (this.#strikes.get(key) ?? 0) + 1 : 0;
    const length = Math.min(longestPause, first * 2 ** strikes);
    this.#pausedUntil.set(key, addSeconds(now, length));
    this.#strikes.set(key, strikes);
    this.#takeOut(ranges, level, counter, now);
  }

  /** What was pumped teaches nothing about what honest people verify. */
  #takeOut(ranges: NumberRanges, level: PauseLevel, paused: ProofCounter, now: Date): void {
    const { keptScore } = PUMPING;
    const { pending, score } = paused;
    this.#keep(ranges[level], now, { ...paused, pending: pending * keptScore, score: score * keptScore });
    for (const key of [ranges.countryShare, ranges.share]) {
      const counter = this.#counter(key, now);
      const sent = Math.max(0, counter.sent - paused.sent);
      this.#keep(key, now, { ...counter, sent, proved: Math.max(0, counter.proved - paused.proved) });
    }
  }

  #activePause(key: string, now: Date): Date | null {
    const until = this.#pausedUntil.get(key);
    return until && until > now ? until : null;
  }

  #counter(key: string, now: Date): SeenCounter {
    const counter = this.#counters.get(key);
    return counter ? faded(counter, now) : NOTHING;
  }

  #count(event: CountedEvent): void {
    for (const key of event.keys) this.#counters.set(key, counted(key, this.#counters.get(key), event));
  }

  #keep(key: string, at: Date, { sent, proved, pending, score }: ProofCounter): void {
    const before = this.#counters.get(key) ?? emptyCounter(key, at);
    const { lives } = faded(before, at);
    this.#counters.set(key, { ...before, at, sent, proved, pending, score, lives });
  }
}
