import { CallWindows } from '../platform/call-windows.js';
import type { ClientNetworks } from '../platform/client-networks.js';
import type { Clock } from '../platform/clock.js';
import type { Metrics } from '../platform/metrics.js';

/** At most so many requests of a network to /graphql within the window, in one process. */
export interface RequestLimit {
  readonly windowSeconds: number;
  /** Of the narrowest network of a client (IPv4 /24, IPv6 /56). */
  readonly narrow: number;
  /** Of an IPv6 /48. */
  readonly wide: number;
  /** Of the widest network (IPv4 /16, IPv6 /32). */
  readonly widest: number;
}

export interface RequestRateParts {
  readonly limit: RequestLimit;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/**
 * Limits the requests of each network, before their bodies are read. So documents that call no field are limited, too:
 * they cost the time to parse them.
 */
export class RequestRate {
  readonly #windows: CallWindows;
  readonly #parts: RequestRateParts;

  constructor(parts: RequestRateParts) {
    this.#parts = parts;
    this.#windows = new CallWindows(parts.clock, parts.limit.windowSeconds * 1000);
  }

  /** Counts a request for all networks of a client. Null; or, if one has no capacity, the seconds to wait: then none counts it. */
  refuses(networks: ClientNetworks): number | null {
    const full = networks.filter((network, level) => this.#windows.calls(network) >= this.#maximum(level, networks));
    if (full.length === 0) {
      for (const network of networks) this.#windows.count(network);
      return null;
    }
    this.#parts.metrics.count('requests_refused_total', {});
    return Math.max(...full.map((network) => this.#windows.secondsLeft(network)));
  }

  #maximum(level: number, { length }: ClientNetworks): number {
    const { narrow, wide, widest } = this.#parts.limit;
    if (level === 0) return narrow;
    return level === length - 1 ? widest : wide;
  }
}
