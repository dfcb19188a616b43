import { PUMPING } from './pumping-parameters.js';

interface Probes {
  /** Milliseconds since 1970. */
  readonly next: number;
  /** Seconds until the one after it. */
  readonly gap: number;
}

/**
 * When the next request of a country may probe a pause: the first one, then the first of each quarter of an hour. Each probe
 * that is not typed doubles the time to the next one, so that fraudsters get few. It is kept in memory, by each process.
 */
export class ProbeSchedule {
  readonly #countries = new Map<string, Probes>();

  isDue(country: string, now: Date): boolean {
    return now.getTime() >= (this.#countries.get(country)?.next ?? 0);
  }

  /** A probe was sent. */
  sent(country: string, now: Date): void {
    const { probeAfter, longestProbe } = PUMPING;
    const gap = this.#countries.get(country)?.gap ?? probeAfter;
    this.#countries.set(country, { next: now.getTime() + gap * 1000, gap: Math.min(longestProbe, gap * 2) });
  }

  /** A probe was typed. */
  verified(country: string, now: Date): void {
    const { probeAfter } = PUMPING;
    this.#countries.set(country, { next: now.getTime() + probeAfter * 1000, gap: probeAfter });
  }
}
