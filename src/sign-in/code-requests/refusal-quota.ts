import type { SubjectHash } from '../../platform/subject-hash.js';

const MINUTE_MS = 60_000;

/** How many refusals a process notes in a minute: a flood of them must not fill the table, nor hide what others asked for. */
export const REFUSALS_NOTED = { perNumber: 10, perNetwork: 30, inAll: 600 } as const;

/** Refused requests that are noted. Counted in whole minutes, in this process alone. */
export class RefusalQuota {
  #minute = 0;
  #inAll = 0;
  /** Of numbers and of networks; never more of them than `inAll` in a minute. */
  readonly #counts = new Map<string, number>();

  /** Whether one more refusal is noted. */
  take({ network, number, at }: { network: string; number: SubjectHash; at: Date }): boolean {
    this.#begin(Math.floor(at.getTime() / MINUTE_MS));
    const { perNumber, perNetwork, inAll } = REFUSALS_NOTED;
    const [ofNumber, ofNetwork] = [`number:${number}`, `network:${network}`];
    if (this.#inAll >= inAll || this.#count(ofNumber) >= perNumber || this.#count(ofNetwork) >= perNetwork)
      return false;
    this.#inAll += 1;
    for (const key of [ofNumber, ofNetwork]) this.#counts.set(key, this.#count(key) + 1);
    return true;
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  #begin(minute: number): void {
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#inAll = 0;
    this.#counts.clear();
  }
}
