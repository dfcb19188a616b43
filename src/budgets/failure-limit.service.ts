import { LRUCache } from 'lru-cache';
import type { ClientNetworks } from '../platform/client-networks.js';
import { secondsUntil } from '../platform/clock.js';
import { Gathered } from '../platform/gathered.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import {
  capacityAgainAt,
  CLEAN_BELOW,
  FAILURE_WINDOW,
  type FailureBudget,
  failureBudgets,
  type FailureLimits,
  type Suspect,
} from './failure-budgets.js';
import type { Failure, FailureLimitRepository, FailureRefusal } from './failure-limit.repository.js';
import { GuessLanes } from './guess-lanes.js';
import { ToldOnce } from './told-once.js';
import { atMost } from './at-most.js';

/**
 * Guesses of each kind that a process may have between the look at the limits and the counting of the failure. At most so
 * many more than the limit are let through. Without it, ten thousand guesses at the same moment would all be judged by
 * the same empty budget.
 */
const IN_FLIGHT = 16;
/** How many of these one network may have that failed lately: a flood from one network does not hold up the others. */
const PER_NETWORK = 4;
/** Networks that failed lately and are remembered. One that is forgotten counts as clean here, and not in the database. */
const REMEMBERED = 20_000;

/** A guess that is watched. */
export interface WatchedGuess {
  readonly kind: 'codes' | 'passwords';
  readonly guesser: Suspect & { readonly device: { readonly deviceId: string } | null };
  /** Names the request token that came along; null: there was none. */
  readonly requestToken: string | null;
  readonly now: Date;
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
  readonly #limits: FailureLimits;
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #lanes = new GuessLanes();
  /** One statement counts all failures that came while the one before it ran: their rows are shared by all clients. */
  readonly #counting: Gathered<Failure>;
  /** Networks with a failure lately, and when it was. */
  readonly #failed = new LRUCache<string, number>(atMost(REMEMBERED));
  /** When each limit was last written to the log. */
  readonly #told = new ToldOnce();

  constructor(parts: { failures: FailureLimitRepository; limits: FailureLimits; logger: Logger; metrics: Metrics }) {
    this.#counting = new Gathered((failures) => parts.failures.count(failures));
    this.#limits = parts.limits;
    this.#logger = parts.logger;
    this.#metrics = parts.metrics;
  }

  /**
   * Has one guess judged and counts it if it failed, before it is answered. `judge` gets the budgets that must have capacity
   * (tooManyFailures). Slow password checks do not hold up codes.
   */
  async watch<Outcome>(
    guess: WatchedGuess,
    judge: (failures: readonly FailureBudget[]) => Promise<Judgement<Outcome>>,
  ): Promise<Outcome> {
    const { guesser, now } = guess;
    const budgets = failureBudgets(guesser, this.#limits);
    return this.#inLane(guess, async () => {
      const { outcome, failed } = await judge(budgets);
      if (failed) {
        this.#failed.set(guesser.networks[0], now.getTime());
        await this.#counting.add({ budgets, now });
      }
      return outcome;
    });
  }

  /** What a refused client is told; null for a client that was not refused. */
  refused({ refused_by: budgets }: FailureRefusal, now: Date): TooManyFailures | null {
    if (budgets === null) return null;
    for (const { key } of budgets) this.#tell(key, now);
    const retryAt = Math.max(...budgets.map((budget) => capacityAgainAt(budget).getTime()));
    return { kind: 'too_many_requests', retryAfterSeconds: Math.max(1, secondsUntil(new Date(retryAt), now)) };
  }

  /**
   * Whoever has a token, and whoever comes from a network without failures, does not wait behind a flood of guesses. Each such
   * lane is narrow, so that it lets no flood through.
   */
  #inLane<Outcome>(guess: WatchedGuess, task: () => Promise<Outcome>): Promise<Outcome> {
    const { kind, guesser, requestToken, now } = guess;
    const token = requestToken ?? guesser.device?.deviceId;
    if (token !== undefined) return this.#lanes.run({ name: `${kind} token ${token}`, width: 1 }, task);
    const network = `${kind} network ${guesser.networks[0]}`;
    const isClean = () => this.#isClean(guesser.networks, now);
    const shared = () => this.#lanes.run({ name: kind, width: IN_FLIGHT }, task);
    const own = () => this.#lanes.run({ name: network, width: PER_NETWORK }, shared);
    // It may have failed while the guess waited.
    const clean = () => (isClean() ? task() : own());
    return isClean() ? this.#lanes.run({ name: `clean ${network}`, width: CLEAN_BELOW }, clean) : own();
  }

  #isClean([network]: ClientNetworks, now: Date): boolean {
    const failedAt = this.#failed.get(network);
    return failedAt === undefined || Math.abs(now.getTime() - failedAt) > FAILURE_WINDOW * 1000;
  }

  /** Counts each; one line in the log per limit and window, however many are refused: an attack must not fill the log as well. */
  #tell(key: string, now: Date): void {
    const limit = key === 'all' ? 'all' : 'network';
    this.#metrics.count('guesses_refused_total', { limit });
    if (!this.#told.isDue(limit, { window: FAILURE_WINDOW, now })) return;
    this.#told.told(limit, now);
    const setting = limit === 'all' ? 'FAILURES_PER_HOUR' : 'FAILURES_PER_NETWORK_PER_HOUR';
    this.#logger.warn({ limit: `failures:${key}`, setting }, 'too many wrong guesses: unknown clients are slowed down');
  }
}
