import { addSeconds, type Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { CountingQueue } from './counting-queue.js';
import { keysOf, type NumberRanges, type PauseLevel, pausesAround, rangesOfKey } from './number-ranges.js';
import { type CountedEvent, type Evidence, evidenceOf, type KeptCounter } from './proof-counter.js';
import type { ProofCounterRepository } from './proof-counter.repository.js';
import { ProbeSchedule } from './probe-schedule.js';
import { firstPauseOf, judge, recoveredAmong, type Verdict } from './pumping-guard.js';
import { PUMPING } from './pumping-parameters.js';
import type { SendPauseRepository } from './send-pause.repository.js';
import type { PauseEvidence } from './send-pause.table.js';

export interface PumpingGuardParts {
  readonly counters: ProofCounterRepository;
  readonly pauses: SendPauseRepository;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

interface VerifiedCode {
  readonly countedUnder: readonly string[];
  /** When it was sent first. */
  readonly createdAt: Date;
  /** When the account verified its number first; null: never before. */
  readonly firstAt: Date | null;
}

const REVIEW_EVERY_MS = 60_000;
/** Ranges that one round looks at: what is left over waits a minute. */
const MOST_RANGES = 1000;

/** Finds number ranges that are pumped, and pauses them. It works after the answers, so that no answer waits for it. */
export class PumpingGuardService {
  readonly #parts: PumpingGuardParts;
  readonly #underWay = new Set<Promise<void>>();
  readonly #queue = new CountingQueue<GuardEvent>((events) => this.#writeAndJudge(events));
  readonly #probes = new ProbeSchedule();
  #overflowing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: PumpingGuardParts) {
    this.#parts = parts;
  }

  /** Whether a request to this country may probe a pause, should it meet one. */
  mayProbe({ country }: NumberRanges): boolean {
    return this.#probes.isDue(country, this.#parts.clock.now());
  }

  /** A request has probed a pause. */
  probed({ country }: NumberRanges): void {
    this.#probes.sent(country, this.#parts.clock.now());
  }

  /** After a code was sent: counts it, and pauses what the evidence speaks against. */
  sent({ ranges, keys, worth }: { ranges: NumberRanges; keys: readonly string[]; worth: number }): void {
    this.#count({ kind: 'sent', ranges, keys, worth, at: this.#parts.clock.now() });
  }

  /**
   * After a code was verified: counts it, and ends pauses around it that the evidence speaks against. A second sign-in on a
   * later day is a sign of life.
   */
  verified({ countedUnder: keys, createdAt, firstAt }: VerifiedCode): void {
    if (keys.length === 0) return;
    const at = this.#parts.clock.now();
    this.#count({ kind: 'verified', keys, createdAt, at });
    const [ranges] = keys.flatMap((key) => rangesOfKey(key) ?? []);
    if (ranges && firstAt && firstAt <= addSeconds(at, -PUMPING.aliveAfter)) this.alive(ranges);
  }

  /** The text of a code did not arrive, so it is no evidence against anybody. */
  undelivered({ countedUnder: keys, sentAt: createdAt }: { countedUnder: readonly string[]; sentAt: Date }): void {
    if (keys.length > 0) this.#count({ kind: 'undelivered', keys, createdAt, at: this.#parts.clock.now() });
  }

  /** An account showed a sign of life: honest people are there. */
  alive({ range, block }: NumberRanges): void {
    this.#count({ kind: 'alive', keys: [range, block], at: this.#parts.clock.now() });
  }

  /** Reviews every minute until it is closed. */
  watch(): void {
    this.#timer = setInterval(() => this.#inBackground(this.review()), REVIEW_EVERY_MS);
    this.#timer.unref();
  }

  /** Looks again at ranges without a request since their last code had time to be verified. */
  async review(): Promise<void> {
    const { counters, clock } = this.#parts;
    const now = clock.now();
    const due = await counters.dueForReview(now, MOST_RANGES);
    if (due.length === 0) return;
    const ranges = due.flatMap((key) => rangesOfKey(key) ?? []);
    const known = await counters.find([...new Set(ranges.flatMap(keysOf))]);
    await this.#judge(ranges, known);
  }

  /** For a graceful stop. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.idle();
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await this.#queue.idle();
    await Promise.all(this.#underWay);
  }

  #count(event: GuardEvent): void {
    const kept = this.#queue.add(event);
    if (!kept && !this.#overflowing) this.#parts.logger.warn('pumping guard cannot keep up: events are not counted');
    this.#overflowing = !kept;
  }

  /** Nothing that anyone waits for: a batch that cannot be written is lost, which evidence can bear. */
  async #writeAndJudge(events: readonly GuardEvent[]): Promise<void> {
    try {
      const ranges = [...new Map(events.flatMap(rangesSentTo)).values()];
      const counters = await this.#parts.counters.count(events, ranges.flatMap(keysOf));
      await this.#judge(ranges, counters);
      await this.#reconsiderAll(events.flatMap((event) => (event.kind === 'verified' ? [event.keys] : [])));
    } catch (error) {
      this.#parts.logger.warn({ err: error, events: events.length }, 'pumping guard could not do its work');
    }
  }

  /** Pauses what the counters speak against. */
  async #judge(around: readonly NumberRanges[], counters: ReadonlyMap<string, KeptCounter>): Promise<void> {
    const now = this.#parts.clock.now();
    const found = around.flatMap((ranges) => {
      const evidence = evidenceOf(ranges, counters, now);
      const verdict = judge(evidence);
      return verdict.pause.map((level) => ({ ranges, level, evidence, verdict }));
    });
    if (found.length === 0) return;
    const keys = found.map(({ ranges, level }) => ranges[level]);
    const paused = new Set(await this.#parts.pauses.active(keys, now));
    for (const each of found) {
      const key = each.ranges[each.level];
      if (!paused.has(key)) await this.#pause(each);
      paused.add(key);
    }
  }

  async #pause(found: { ranges: NumberRanges; level: PauseLevel; evidence: Evidence; verdict: Verdict }) {
    const { pauses, clock, logger, metrics } = this.#parts;
    const { ranges, level, evidence, verdict } = found;
    const counted = countedAt(level, evidence, verdict);
    const first = firstPauseOf(level, evidence);
    const written = await pauses.pause({
      ranges,
      level,
      first,
      now: clock.now(),
      evidence: counted,
    });
    if (!written) return;
    metrics.count('sends_paused_total', { scope: level });
    const { key, pausedUntil, strikes } = written;
    logger.warn({ paused: key, until: pausedUntil, strikes, ...counted }, 'sends paused: codes there are not verified');
  }

  /** Ends pauses that verified codes speak against. */
  async #reconsiderAll(verified: readonly (readonly string[])[]): Promise<void> {
    const around = verified.map((countedUnder) => ({ countedUnder, keys: pausesAround(countedUnder) }));
    const keys = new Set(around.flatMap((each) => each.keys));
    if (keys.size === 0) return;
    const paused = await this.#parts.pauses.active([...keys], this.#parts.clock.now());
    for (const each of around) {
      const own = paused.filter((key) => each.keys.includes(key));
      if (own.length > 0) await this.#reconsider(each.countedUnder, own);
    }
  }

  async #reconsider(countedUnder: readonly string[], paused: readonly string[]): Promise<void> {
    const { counters, pauses, clock, logger } = this.#parts;
    const [ranges] = countedUnder.flatMap((key) => rangesOfKey(key) ?? []);
    if (!ranges) return;
    const now = clock.now();
    if ([ranges.range, ranges.block].some((key) => paused.includes(key))) this.#probes.verified(ranges.country, now);
    // Its own range first, and then those around it that may have been paused for what is known better now.
    const around = [ranges, ...paused.filter((key) => key !== ranges.range).flatMap((key) => rangesOfKey(key) ?? [])];
    const known = await counters.find([...new Set(around.flatMap(keysOf))]);
    for (const key of recoveredAmong(paused, around, (each) => evidenceOf(each, known, now))) {
      const lifted = await pauses.lift(key, now);
      if (lifted) logger.warn({ paused: key }, 'pause of sends lifted: codes there are verified again');
    }
  }

  #inBackground(work: Promise<void>): void {
    const underWay = work
      .catch((error: unknown) => this.#parts.logger.warn({ err: error }, 'pumping guard could not do its work'))
      .finally(() => this.#underWay.delete(underWay));
    this.#underWay.add(underWay);
  }
}

/** What the guard is told, in the order of time. */
type GuardEvent =
  | (CountedEvent & { kind: 'sent'; ranges: NumberRanges })
  | (CountedEvent & { kind: 'verified' | 'undelivered' | 'alive' });

function rangesSentTo(event: GuardEvent): [string, NumberRanges][] {
  return event.kind === 'sent' ? [[event.ranges.range, event.ranges]] : [];
}

/** For operators: no number, only what was counted. */
function countedAt(level: PauseLevel, evidence: Evidence, { expectedShare, limits }: Verdict): PauseEvidence {
  const { sent, proved, score } = evidence[level];
  const counted = { sent: round(sent), proved: round(proved), expectedShare: round(expectedShare) };
  return { ...counted, score: round(score), limit: round(limits[level]) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
