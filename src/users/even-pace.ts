/** How much the latest check counts in the running mean. */
const WEIGHT = 0.2;
/** A check rarely takes longer than this times its mean. */
const MARGIN = 1.25;
/** One check on a machine that stood still must not hold up everybody after it. Hashes that are let in take about a second. */
const LONGEST_MS = 3_000;

/** Of our own hashes. */
export const OWN_PACE = 'own';

/**
 * How long a wrong password is to take. Hashes of another system take longer to check than ours, or less. Without this, the
 * time of a wrong guess would tell which identifiers belong to imported accounts, and so that they belong to accounts at all.
 * So once a process has seen such a hash, every wrong guess takes as long as with the slowest kind (docs/decisions/0050).
 */
export class EvenPace {
  readonly #means = new Map<string, number>();

  /** Notes what the check of a hash took, in milliseconds, and returns how long to wait after a wrong password. */
  after(pace: string, took: number): number {
    const sample = Math.min(took, LONGEST_MS);
    const mean = this.#means.get(pace) ?? sample;
    this.#means.set(pace, mean + WEIGHT * (sample - mean));
    const foreign = this.#means.size > (this.#means.has(OWN_PACE) ? 1 : 0);
    return foreign ? Math.max(0, MARGIN * Math.max(...this.#means.values()) - took) : 0;
  }
}
