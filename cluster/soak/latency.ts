import { GROUPS, type Group } from './documents.js';
import type { MinuteOfCalls } from './tally.js';

/** A minute of calls, and how busy the machine was. */
export interface MinuteOfLatency {
  readonly calls: MinuteOfCalls;
  /** Load average of the minute. */
  readonly load: number;
}

/** How much the median of the last third may be above that of the second one, with so many milliseconds more. */
const MOST = { p50: { times: 1.5, more: 10 }, p99: { times: 2, more: 150 } } as const;
/** A minute with fewer calls of a group says little about it. */
const ENOUGH_CALLS = 5;
/** If other work made the machine busier by so much, latency says nothing about the service. */
const BUSIER = 1.25;

/** One line for each group whose calm calls become slower, while the machine does not become busier. */
export function slower(minutes: readonly MinuteOfLatency[]): string[] {
  const third = Math.floor(minutes.length / 3);
  const [middle, last] = [minutes.slice(third, 2 * third), minutes.slice(2 * third)];
  if (third === 0 || median(last.map(({ load }) => load)) > BUSIER * median(middle.map(({ load }) => load))) return [];
  return GROUPS.flatMap((group) =>
    (['p50', 'p99'] as const).flatMap((kind) => {
      const [before, after] = [middle, last].map((some) => median(valuesOf(some, group, kind)));
      const { times, more } = MOST[kind];
      if (before === undefined || after === undefined || !(after > before * times && after > before + more)) return [];
      return [`${kind} of ${group} grows from ${before} to ${after} ms`];
    }),
  );
}

function valuesOf(minutes: readonly MinuteOfLatency[], group: Group, kind: 'p50' | 'p99'): number[] {
  return minutes.flatMap(({ calls }) => {
    const latency = calls.calm[group];
    return latency && latency.calls >= ENOUGH_CALLS ? [latency[kind]] : [];
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
