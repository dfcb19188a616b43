/** What a caller may see in a window, and nowhere else. */
export type Allowance =
  /** No answer at all, or HTTP status 502, 503 or 504. Never 500. */
  | 'no answer'
  /** A code that comes late or not at all. */
  | 'no code'
  /** `DeliveryUnavailableError`. */
  | 'delivery unavailable'
  /** A message that the provider took, sent once more with the same id. */
  | 'repeated message'
  /** Nothing of the above; calls of this window do not count as calm. */
  | 'slow';

/** Milliseconds for which the window of an allowance lasts longer than what disturbs. */
const LINGERS: Readonly<Record<Allowance, number>> = {
  // HAProxy looks twice a second; the service finds the new primary within a few seconds.
  'no answer': 5_000,
  // Another process takes a message up after 30 s, and an open circuit breaker tries again after 30 s.
  'no code': 45_000,
  'delivery unavailable': 45_000,
  'repeated message': 45_000,
  slow: 5_000,
};

export interface Disturbance {
  readonly what: string;
  readonly allows: readonly Allowance[];
  readonly from: number;
  /** Null: it goes on. */
  to: number | null;
}

/** What was done to the service, and when. Times are those of `performance.now()`. */
export class Disturbances {
  readonly #all: Disturbance[] = [];

  open(what: string, allows: readonly Allowance[]): Disturbance {
    const disturbance = { what, allows, from: performance.now(), to: null };
    this.#all.push(disturbance);
    return disturbance;
  }

  close(disturbance: Disturbance): void {
    disturbance.to = performance.now();
  }

  /** Whether any part of the time from `from` to `to` is in a window that allows it. */
  allow(allowance: Allowance, from: number, to: number): boolean {
    return this.#all.some(
      (each) =>
        each.allows.includes(allowance) &&
        each.from <= to &&
        (each.to === null || each.to + LINGERS[allowance] >= from),
    );
  }

  /** Whether nothing that slows calls down was done to the service meanwhile. */
  isCalm(from: number, to: number): boolean {
    return !this.allow('slow', from, to) && !this.allow('no answer', from, to);
  }

  /** What began between two times. */
  begun(from: number, to: number): string[] {
    return this.#all.filter((each) => each.from >= from && each.from < to).map(({ what }) => what);
  }
}
