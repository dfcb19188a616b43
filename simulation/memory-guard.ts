import { EMPTY, matured, pendingPart, type ProofCounter } from '../src/pumping/proof-counter.js';
import { judge, type Level, stands } from '../src/pumping/pumping-guard.js';
import type { NumberRanges } from '../src/pumping/number-ranges.js';
import { PUMPING } from '../src/pumping/pumping-parameters.js';

interface Row extends ProofCounter {
  /** Seconds. */
  readonly at: number;
}

interface Pause {
  from: number;
  until: number;
  strikes: number;
}

type Memory = { readonly halfLife: number; readonly window: number };

export interface Ruling {
  readonly paused: boolean;
  readonly sent: boolean;
  readonly countedAs: 'new' | 'standing' | null;
}

/** The guard as PostgreSQL keeps it for the service, in memory. */
export class MemoryGuard {
  readonly rows = new Map<string, Row>();
  readonly pauses = new Map<string, Pause>();
  pausesWritten = 0;

  clone(): MemoryGuard {
    const copy = new MemoryGuard();
    for (const [key, row] of this.rows) copy.rows.set(key, row);
    for (const [key, pause] of this.pauses) copy.pauses.set(key, { ...pause });
    return copy;
  }

  isPaused(ranges: NumberRanges, now: number): boolean {
    if (this.#pausedNow(ranges.range, now)) return true;
    if (this.#stands(ranges.range, now)) return false;
    for (const [key, above] of [
      [ranges.block, ranges.block],
      [ranges.country, ranges.country],
      [ranges.all, null],
    ] as const) {
      if (this.#pausedNow(key, now)) return true;
      if (above !== null && this.#stands(above, now)) return false;
    }
    return false;
  }

  reason(ranges: NumberRanges, now: number): string {
    return (['range','block','country','all'] as const).find((l) => this.#pausedNow(ranges[l], now)) ?? '?';
  }

  countSend(ranges: NumberRanges, now: number): 'new' | 'standing' {
    const before = this.row(ranges.range, now);
    const isNew = !this.#stands(ranges.range, now) && before.sent < PUMPING.firstSends;
    this.#add(ranges.range, PUMPING.memory.range, now);
    this.#add(ranges.countryShare, PUMPING.memory.share, now);
    this.#add(ranges.share, PUMPING.memory.share, now);
    if (isNew) {
      for (const key of [ranges.block, ranges.country, ranges.all]) this.#add(key, PUMPING.memory.surroundings, now);
    }
    this.evaluate(ranges, now);
    return isNew ? 'new' : 'standing';
  }

  countProof(ranges: NumberRanges, countedAs: 'new' | 'standing', now: number, age: number): void {
    this.#prove(ranges.range, now, age);
    this.#prove(ranges.countryShare, now, age);
    this.#prove(ranges.share, now, age);
    if (countedAs === 'new') for (const key of [ranges.block, ranges.country, ranges.all]) this.#prove(key, now, age);
    this.#recover(ranges, now);
  }

  evidence(ranges: NumberRanges, now: number) {
    return {
      range: this.row(ranges.range, now),
      block: this.row(ranges.block, now),
      country: this.row(ranges.country, now),
      all: this.row(ranges.all, now),
      countryShare: this.row(ranges.countryShare, now),
      share: this.row(ranges.share, now),
    };
  }

  evaluate(ranges: NumberRanges, now: number): void {
    const verdict = judge(this.evidence(ranges, now));
    for (const level of verdict.pause) if (!this.#pausedNow(ranges[level], now)) this.#pause(ranges, level, now);
  }

  #recover(ranges: NumberRanges, now: number): void {
    const keys = (['range', 'block', 'country', 'all'] as const).filter((l) => this.#pausedNow(ranges[l], now));
    if (keys.length === 0) return;
    const verdict = judge(this.evidence(ranges, now));
    for (const level of keys) {
      const clean = level === 'range' ? this.row(ranges.range, now).score < 1 && stands(this.row(ranges.range, now)) : verdict.pumped[level] < 0.5;
      const pause = this.pauses.get(ranges[level]);
      if (clean && pause) pause.until = now;
    }
  }

  #pause(ranges: NumberRanges, level: Level, now: number): void {
    this.pausesWritten += 1;
    const key = ranges[level];
    const before = this.pauses.get(key);
    const strikes = before && now - before.until < PUMPING.pauseMemory ? before.strikes + 1 : 0;
    const row = this.row(key, now);
    const first =
      level !== 'range' ? PUMPING.firstPauseSurroundings : stands(row) ? PUMPING.firstPauseStanding : PUMPING.firstPause;
    const length = Math.min(PUMPING.longestPause, first * 2 ** strikes);
    this.pauses.set(key, { from: now, until: now + length, strikes });
    if (level === 'range') {
      this.rows.set(key, { ...row, score: row.score / 2 });
      for (const share of [ranges.countryShare, ranges.share]) {
        const counter = this.row(share, now);
        this.rows.set(share, {
          ...counter,
          sent: Math.max(0, counter.sent - row.sent),
          proved: Math.max(0, counter.proved - row.proved),
          pending: Math.max(0, counter.pending - row.pending),
        });
      }
    } else {
      this.rows.set(key, {
        at: row.at,
        sent: row.sent / 2,
        proved: row.proved / 2,
        pending: row.pending / 2,
        score: row.score / 2,
      });
    }
  }

  #pausedNow(key: string, now: number): boolean {
    const pause = this.pauses.get(key);
    return pause !== undefined && now < pause.until;
  }

  #stands(key: string, now: number): boolean {
    const row = this.rows.get(key);
    if (!row) return false;
    const counter = this.row(key, now);
    const share = key.startsWith('range') ? 0.35 : PUMPING.standingShare;
    return counter.proved >= PUMPING.standingProofs && counter.proved >= share * matured(counter);
  }

  row(key: string, now: number): Row {
    const row = this.rows.get(key);
    if (!row) return { ...EMPTY, at: now };
    const age = Math.max(0, now - row.at);
    const kept = 2 ** (-age / memoryOf(key).halfLife);
    const pending = row.pending * pendingPart(age);
    return {
      at: now,
      sent: row.sent * kept,
      proved: row.proved * kept,
      pending,
      score: row.score * 2 ** (-age / PUMPING.scoreHalfLife) + row.pending - pending,
    };
  }

  #add(key: string, { window }: Memory, now: number): void {
    const row = this.row(key, now);
    const kept = 1 - 1 / window;
    this.rows.set(key, { ...row, sent: row.sent * kept + 1, proved: row.proved * kept, pending: row.pending + 1 });
  }

  #prove(key: string, now: number, age: number): void {
    const row = this.row(key, now);
    const pending = pendingPart(age);
    this.rows.set(key, {
      ...row,
      proved: row.proved + 1,
      pending: Math.max(0, row.pending - pending),
      score: Math.max(0, row.score - (1 - pending) - PUMPING.proofWorth),
    });
  }
}

function memoryOf(key: string): Memory {
  if (key.startsWith('range')) return PUMPING.memory.range;
  return key.startsWith('share') ? PUMPING.memory.share : PUMPING.memory.surroundings;
}
