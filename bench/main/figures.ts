/** The arithmetic of the benchmarks. */

/** What was measured of one operation in one turn: times in milliseconds, processor time in seconds, all for all its calls. */
export interface Sample {
  readonly calls: number;
  readonly milliseconds: number;
  readonly times: readonly number[];
  readonly service: number;
  readonly postgres: number;
  readonly walBytes: number;
}

/** The same for one call. */
export interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly serviceMs: number;
  readonly postgresMs: number;
  readonly walBytes: number;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The least value that so large a share of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function figuresOf({ calls, milliseconds, times, service, postgres, walBytes }: Sample): Figures {
  return {
    perSecond: (calls * 1000) / milliseconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    serviceMs: (service * 1000) / calls,
    postgresMs: (postgres * 1000) / calls,
    walBytes: walBytes / calls,
  };
}

/** The median of each figure over the turns. */
export function medians(samples: readonly Sample[]): Figures {
  const turns = samples.map(figuresOf);
  const of = (name: keyof Figures) => median(turns.map((turn) => turn[name]));
  return {
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    serviceMs: of('serviceMs'),
    postgresMs: of('postgresMs'),
    walBytes: of('walBytes'),
  };
}

/** Several samples of one turn as one: calls that follow one another. */
export function together(samples: readonly Sample[]): Sample {
  const sum = (name: Exclude<keyof Sample, 'times'>) => samples.reduce((total, sample) => total + sample[name], 0);
  return {
    calls: sum('calls'),
    milliseconds: sum('milliseconds'),
    times: samples.flatMap(({ times }) => times),
    service: sum('service'),
    postgres: sum('postgres'),
    walBytes: sum('walBytes'),
  };
}

/** How many times as many calls a second `one` answers as `other`, and how many times as much processor time `other` takes. */
export function ratio(one: Figures, other: Figures): { readonly perSecond: number; readonly processorTime: number } {
  const time = ({ serviceMs, postgresMs }: Figures) => serviceMs + postgresMs;
  return { perSecond: one.perSecond / other.perSecond, processorTime: time(other) / time(one) };
}

/** Percent by which a figure grew. */
export function growth(before: number, after: number): number {
  return (after / before - 1) * 100;
}
