import type { SharedGauge } from '../platform/metrics.js';
import type { PolledWork } from '../platform/poller.js';

/**
 * Reads the gauges that ask the database, in the background: a scrape never asks it, however often somebody scrapes. One after
 * the other, so that they use one connection.
 */
export class SharedGauges implements PolledWork {
  readonly name = 'what metrics show of the database';
  readonly intervalMs = 15_000;
  /** Right after the start, so that an alert about a database that is away need not wait. */
  readonly firstAfterMs = 1_000;
  readonly #gauges: readonly SharedGauge[];

  constructor(gauges: readonly SharedGauge[]) {
    this.#gauges = gauges;
  }

  /** @throws the first failure, after all gauges had their turn. */
  async poll(): Promise<void> {
    const failures: unknown[] = [];
    for (const read of this.#gauges) await read().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}
