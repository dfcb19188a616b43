import pLimit from 'p-limit';
import type { ClientNetworks } from '../platform/client-networks.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { secondsUntil } from '../platform/clock.js';
import { limits } from './limits.js';
import type { FailureLimitRepository, FailureRefusal } from './failure-limit.repository.js';
import type { Spending } from './rate-budget.js';

/** Limits on wrong guesses by clients that no account knows, at all codes and passwords together (docs/decisions/0017). */
export interface FailureLimits {
  /** By one client network. */
  readonly perNetworkPerHour: number;
  /** By all clients together. */
  readonly perHour: number;
}

/**
 * An hour's limit is given out in twelfths: a client that spends all there is on purpose stops the others for five minutes, not
 * for an hour, and must go on spending.
 */
const { failuresPerNetwork: BY_NETWORK, failures: BY_ALL } = limits;
/**
 * Guesses of each kind that a process may have between the look at the limits and the counting of the failure. At most so
 * many more than the limit are let through. Without it, ten thousand guesses at the same moment would all be judged by
 * the same empty budget. There are fewer connections than that, so it slows nothing down.
 */
const IN_FLIGHT = 16;

/**
 * Clients that passed a CAPTCHA have so many times as much capacity: people get through an attack on all clients, and an
 * attacker who has CAPTCHAs solved for money does not get through with a million guesses.
 */
const CLEARED = limits.failuresCleared.size.fixed;

/** A client whose guesses are watched. */
interface Suspect {
  readonly networks: ClientNetworks;
  readonly suspicionCleared: boolean;
}

export interface TooManyFailures {
  readonly kind: 'too_many_requests';
  readonly retryAfterSeconds: number;
}

/** What was found out about one guess. */
export interface Judgement<Outcome> {
  readonly outcome: Outcome;
  /** Whether it was compared, was wrong, and came from a client that the account does not know. */
  readonly failed: boolean;
}

export class FailureLimitService {
  readonly #failures: FailureLimitRepository;
  readonly #limits: FailureLimits;
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #inFlight = { codes: pLimit(IN_FLIGHT), passwords: pLimit(IN_FLIGHT) };
  /** When each limit was last written to the log. */
  readonly #told = new Map<string, number>();

  constructor(parts: { failures: FailureLimitRepository; limits: FailureLimits; logger: Logger; metrics: Metrics }) {
    this.#failures = parts.failures;
    this.#limits = parts.limits;
    this.#logger = parts.logger;
    this.#metrics = parts.metrics;
  }

  /**
   * Has one guess judged and counts it if it failed, before it is answered. `judge` gets the budgets that must have capacity
   * (tooManyFailures). Slow password checks do not hold up codes.
   */
  async watch<Outcome>(
    guess: { kind: 'codes' | 'passwords'; guesser: Suspect; now: Date },
    judge: (failures: readonly Spending[]) => Promise<Judgement<Outcome>>,
  ): Promise<Outcome> {
    const failures = this.#budgets(guess.guesser);
    return this.#inFlight[guess.kind](async () => {
      const { outcome, failed } = await judge(failures);
      if (failed) await this.#failures.count(failures, guess.now);
      return outcome;
    });
  }

  /** What a refused client is told; null for a client that was not refused. */
  refused({ refused_by: keys, retry_at: retryAt }: FailureRefusal, now: Date): TooManyFailures | null {
    if (keys === null || retryAt === null) return null;
    for (const key of keys) this.#tell(key, now);
    return { kind: 'too_many_requests', retryAfterSeconds: Math.max(1, secondsUntil(new Date(retryAt), now)) };
  }

  #budgets({ networks, suspicionCleared }: Suspect): Spending[] {
    const times = suspicionCleared ? CLEARED : 1;
    const { perNetworkPerHour, perHour } = this.#limits;
    return [
      budget(`network:${networks[0]}`, BY_NETWORK, perNetworkPerHour * times),
      budget('all', BY_ALL, perHour * times),
    ];
  }

  /** Counts each; one line in the log per limit and window, however many are refused: an attack must not fill the log as well. */
  #tell(key: string, now: Date): void {
    const limit = key.startsWith('failures:all:') ? 'all' : 'network';
    this.#metrics.count('guesses_refused_total', { limit });
    const told = this.#told.get(limit);
    const since = told === undefined ? -1 : now.getTime() - told;
    // Negative as well where the clock was set back.
    if (since >= 0 && since < BY_ALL.window * 1000) return;
    this.#told.set(limit, now.getTime());
    const setting = limit === 'all' ? 'FAILURES_PER_HOUR' : 'FAILURES_PER_NETWORK_PER_HOUR';
    this.#logger.warn({ limit: key, setting }, 'too many wrong guesses: unknown clients are slowed down');
  }
}

function budget(subject: string, { window, size }: typeof BY_ALL | typeof BY_NETWORK, perHour: number): Spending {
  return { key: `failures:${subject}:${window}`, window, max: Math.ceil(perHour / size.oneIn) };
}
