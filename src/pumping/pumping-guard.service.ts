import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { fraction, type Random } from '../platform/random.js';
import { keysOf, type NumberRanges, type PauseLevel, rangesOfKey } from './number-ranges.js';
import { type Evidence, evidenceOf, type Observation, stands } from './proof-counter.js';
import type { ProofCounterRepository } from './proof-counter.repository.js';
import { judge, recoveredAmong, type Verdict } from './pumping-guard.js';
import { PUMPING } from './pumping-parameters.js';
import type { SendPauseRepository } from './send-pause.repository.js';

export interface PumpingGuardParts {
  readonly counters: ProofCounterRepository;
  readonly pauses: SendPauseRepository;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const REVIEW_EVERY_MS = 60_000;
/** Ranges that one round looks at: what is left over waits a minute. */
const MOST_RANGES = 1000;

/** Finds number ranges that are pumped, and pauses them, behind the callers' backs: no answer waits for it. */
export class PumpingGuardService {
  readonly #parts: PumpingGuardParts;
  readonly #underWay = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: PumpingGuardParts) {
    this.#parts = parts;
  }

  /** Whether this request may probe a pause, should it meet one. By chance, so that nobody can be the one on purpose. */
  mayProbe(): boolean {
    return fraction(this.#parts.random) < PUMPING.probeShare;
  }

  /** After a request for a code that was sent: pauses what its evidence speaks against. */
  observe(observation: Observation): void {
    this.#inBackground(this.#judge(observation));
  }

  /** After a proof with pauses around it: ends those that it speaks against. */
  proved(countedUnder: readonly string[], paused: readonly string[]): void {
    if (paused.length > 0) this.#inBackground(this.#reconsider(countedUnder, paused));
  }

  /** Reviews every minute until it is closed. */
  watch(): void {
    this.#timer = setInterval(() => this.#inBackground(this.review()), REVIEW_EVERY_MS);
    this.#timer.unref();
  }

  /** Looks again at ranges that nobody asked for since their last send had time to be proved. */
  async review(): Promise<void> {
    const { counters, pauses, clock } = this.#parts;
    const now = clock.now();
    const due = await counters.dueForReview(now, MOST_RANGES);
    if (due.length === 0) return;
    const ranges = due.flatMap((key) => rangesOfKey(key) ?? []);
    const known = await counters.find([...new Set(ranges.flatMap(keysOf))]);
    const paused = (await pauses.list(now)).map(({ key }) => key);
    for (const each of ranges) await this.#judge({ ranges: each, counters: known, paused });
  }

  /** For a graceful stop. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.idle();
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #judge({ ranges, counters, paused }: Observation): Promise<void> {
    const evidence = evidenceOf(ranges, counters, this.#parts.clock.now());
    const verdict = judge(evidence);
    for (const level of verdict.pause) {
      if (!paused.includes(ranges[level])) await this.#pause({ ranges, level, evidence, verdict });
    }
  }

  async #pause(found: { ranges: NumberRanges; level: PauseLevel; evidence: Evidence; verdict: Verdict }) {
    const { pauses, clock, random, logger, metrics } = this.#parts;
    const { ranges, level, evidence, verdict } = found;
    const reason = reasonOf(level, evidence, verdict);
    const first = firstPause(level, evidence);
    const pause = await pauses.pause({ ranges, level, first, now: clock.now(), eventId: random.rowId(clock), reason });
    if (!pause) return;
    metrics.count('sends_paused_total', { scope: level });
    const { key, pausedUntil, strikes } = pause;
    logger.warn({ paused: key, until: pausedUntil, strikes, ...reason }, 'sends paused: codes there are not proved');
  }

  async #reconsider(countedUnder: readonly string[], paused: readonly string[]): Promise<void> {
    const { counters, pauses, clock, random, logger } = this.#parts;
    const [ranges] = countedUnder.flatMap((key) => rangesOfKey(key) ?? []);
    if (!ranges) return;
    const now = clock.now();
    // Its own range first, and then those around it that may have been paused for what is known better now.
    const around = [ranges, ...paused.filter((key) => key !== ranges.range).flatMap((key) => rangesOfKey(key) ?? [])];
    const known = await counters.find([...new Set(around.flatMap(keysOf))]);
    for (const key of recoveredAmong(paused, around, (each) => evidenceOf(each, known, now))) {
      const lifted = await pauses.lift({ key, by: 'proofs', now, eventId: random.rowId(clock) });
      if (lifted) logger.warn({ paused: key }, 'pause of sends lifted: codes there are proved again');
    }
  }

  #inBackground(work: Promise<void>): void {
    const underWay = work
      .catch((error: unknown) => this.#parts.logger.warn({ err: error }, 'pumping guard could not do its work'))
      .finally(() => this.#underWay.delete(underWay));
    this.#underWay.add(underWay);
  }
}

function firstPause(level: PauseLevel, { range }: Evidence): number {
  const { firstPause: lengths } = PUMPING;
  if (level !== 'range') return lengths.surroundings;
  return stands(range) ? lengths.standing : lengths.range;
}

/** For operators: no number, only what was counted. */
function reasonOf(level: PauseLevel, evidence: Evidence, { expectedShare, limit, pumped }: Verdict): object {
  const { sent, proved, score } = evidence[level];
  const counted = { sent: round(sent), proved: round(proved), expectedShare: round(expectedShare) };
  return level === 'range'
    ? { ...counted, score: round(score), limit: round(limit) }
    : { ...counted, pumped: round(pumped[level]) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
