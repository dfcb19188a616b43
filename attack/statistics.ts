/** The greatest number of instants (milliseconds, ascending) within any span of `length` milliseconds. */
export function mostWithin(instants: readonly number[], length: number): number {
  let [most, first] = [0, 0];
  for (const [last, instant] of instants.entries()) {
    while ((instants[first] ?? instant) <= instant - length) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

export interface Separation {
  /**
   * The chance that a value of the first sample is greater than one of the second. Ties count half. 0.5: no difference.
   */
  readonly auc: number;
  /** 95 % confidence interval (DeLong). */
  readonly from: number;
  readonly to: number;
}

/** How well two samples can be told apart: the area under the ROC curve, by Mann–Whitney. */
export function separation(first: readonly number[], second: readonly number[]): Separation {
  const above = placements(first, second);
  const below = placements(second, first).map((share) => 1 - share);
  const auc = mean(above);
  const error = Math.sqrt(variance(above) / first.length + variance(below) / second.length);
  return { auc, from: auc - 1.96 * error, to: auc + 1.96 * error };
}

/** The smallest shift of a sample that moves its AUC to `auc`. A smaller difference would not be noticed. */
export function visibleShift(sample: readonly number[], auc: number): number {
  let [low, high] = [0, Math.max(...sample) - Math.min(...sample)];
  for (let step = 0; step < 20; step += 1) {
    const middle = (low + high) / 2;
    const shifted = sample.map((value) => value + middle);
    if (mean(placements(shifted, sample)) < auc) low = middle;
    else high = middle;
  }
  return high;
}

/** For each value, the share of `others` that it is greater than. */
function placements(values: readonly number[], others: readonly number[]): number[] {
  const sorted = [...others].sort((a, b) => a - b);
  return values.map(
    (value) => (countBelow(sorted, value, false) + countBelow(sorted, value, true)) / (2 * sorted.length),
  );
}

function countBelow(sorted: readonly number[], value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = sorted[middle] ?? 0;
    if (other < value || (orEqual && other === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** The chance that at least one of `guesses` hits a uniform code of six digits. */
export function chanceOfHit(guesses: number): number {
  return -Math.expm1(guesses * Math.log1p(-1e-6));
}
