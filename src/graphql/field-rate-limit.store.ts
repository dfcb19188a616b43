import { type Identity, Store } from 'graphql-rate-limit';
import { CallWindows } from '../platform/call-windows.js';
import type { Clock } from '../platform/clock.js';

/** At most so many calls of a field within the window. */
export interface FieldLimit {
  /** Of one session, of one service, and of all anonymous clients of a network. */
  readonly max: number;
  /** Of all sessions and services in one network. Otherwise every further session would be a further budget. */
  readonly ofNetwork: number;
  readonly windowSeconds: number;
}

/** A budget that a call spends. */
interface Budget {
  readonly key: string;
  readonly max: number;
}

/** Neither a network nor a caller has a space in it. */
const SEPARATOR = ' ';

/** The one identity of a caller that the library knows. Null: an anonymous caller of the network. */
export function callerIdentity(network: string, caller: string | null): string {
  return caller === null ? network : network + SEPARATOR + caller;
}

/**
 * A bounded store for graphql-rate-limit that counts a call when it is read. The library reads, waits and then writes, so
 * a hundred parallel calls would all pass. Here writing does nothing.
 */
export class FieldRateLimitStore extends Store {
  readonly #windows: CallWindows;
  readonly #limit: FieldLimit;

  constructor(clock: Clock, limit: FieldLimit) {
    super();
    this.#windows = new CallWindows(clock, limit.windowSeconds * 1000);
    this.#limit = limit;
  }

  /**
   * Counts the call. The library gets one timestamp above the limit, and none below: a list of all calls would make each
   * call slower than the last. The library compares with the wall clock, so the timestamp is now. A refused call spends
   * nothing, so that one session cannot spend what its network has for all.
   */
  override getForIdentity(identity: Identity): number[] {
    const budgets = this.#budgets(identity);
    if (budgets.some((budget) => this.#isFull(budget))) return [Date.now()];
    for (const { key } of budgets) this.#windows.count(key);
    return [];
  }

  override setForIdentity(): void {}

  /** Seconds until the windows that refuse an identity end, at least one. */
  secondsLeft(identity: Identity): number {
    const full = this.#budgets(identity).filter((budget) => this.#isFull(budget));
    return Math.max(1, ...full.map(({ key }) => this.#windows.secondsLeft(key)));
  }

  #isFull({ key, max }: Budget): boolean {
    return this.#windows.calls(key) >= max;
  }

  #budgets({ contextIdentity, fieldIdentity }: Identity): Budget[] {
    const [network = '', caller] = contextIdentity.split(SEPARATOR);
    const { max, ofNetwork } = this.#limit;
    if (caller === undefined) return [{ key: `anonymous ${network} ${fieldIdentity}`, max }];
    return [
      { key: `${caller} ${fieldIdentity}`, max },
      { key: `known ${network} ${fieldIdentity}`, max: ofNetwork },
    ];
  }
}
