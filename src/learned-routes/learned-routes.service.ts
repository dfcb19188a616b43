import type { Prices } from '../costs/prices.js';
import type { DeliveryRoutes, DeliveryTarget } from '../messaging/delivery-routes.js';
import type { RouteOrders } from '../messaging/auto-routes/route-orders.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { fraction, type Random } from '../platform/random.js';
import type { ProviderName } from '../providers/message-sender.js';
import { candidatesOf, type FactsByKey, keyOf, listPriceOf, targetOf } from './candidates.js';
import type { CodeResultRepository } from './code-result.repository.js';
import { pickFirst } from './pick-first.js';
import { resultsOfCodes } from './results-of-codes.js';
import { chooseRoute, type RouteChoice, toldPriceOf } from './route-choice.js';
import { type CodeResults, NO_COUNTRY, type RouteTarget } from './route-facts.js';
import type { KnownFacts, RouteFactsRepository } from './route-facts.repository.js';

export interface LearnedRoutesParts {
  readonly facts: RouteFactsRepository;
  readonly results: CodeResultRepository;
  readonly routes: DeliveryRoutes;
  readonly prices: Prices;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Spans that one look counts at most: an uncounted day takes a few looks. */
const MOST_SPANS = 6;

/**
 * Learns the order of providers behind the answers, and tells it from memory. What is known is in the database, so that all
 * processes order alike. Each reads it every few seconds.
 */
export class LearnedRoutesService implements RouteOrders {
  readonly #parts: LearnedRoutesParts;
  #facts: FactsByKey = new Map();
  #targets: readonly RouteTarget[] = [];
  /** What is chosen until the next look, by target. */
  #choices = new Map<string, RouteChoice>();
  /** The provider that is first, as it was told in metrics and log. */
  readonly #told = new Map<string, ProviderName>();

  constructor(parts: LearnedRoutesParts) {
    this.#parts = parts;
  }

  orderOf(target: DeliveryTarget, configured: readonly ProviderName[], { trial }: { trial: boolean }) {
    const { ranking } = this.choiceOf(target, configured);
    const chance = trial ? fraction(this.#parts.random) : 0;
    return pickFirst(ranking, chance).providers;
  }

  /** What is chosen now. @param configured in the order of the settings */
  choiceOf(target: DeliveryTarget, configured: readonly ProviderName[]): RouteChoice {
    const at = targetOf(target);
    const key = `${at.channel} ${at.country} ${configured.join()}`;
    const known = this.#choices.get(key);
    if (known) return known;
    const { prices, clock } = this.#parts;
    const choice = chooseRoute(candidatesOf(configured, at, { facts: this.#facts, prices, now: clock.now() }));
    this.#choices.set(key, choice);
    return choice;
  }

  /** Counts what became of codes since the last look, and reads what all processes have counted. */
  async learn(): Promise<void> {
    const { facts, results, prices, clock } = this.#parts;
    for (let span = 0; span < MOST_SPANS; span += 1) {
      const counted = await facts.count(clock.now(), async (db, times, known) => {
        const sums = await results.between(db, times, prices);
        const factsOf = new Map(known.map((each) => [keyOf(each, each.provider), each.facts]));
        return resultsOfCodes(sums, (provider, target) => {
          const told = factsOf.get(keyOf(target, provider));
          return (told && toldPriceOf(told)) ?? listPriceOf(prices, provider, target);
        });
      });
      if (counted) this.#countTries(counted.results);
      if (!counted?.more) break;
    }
    this.#remember(await facts.all());
  }

  #remember(known: readonly KnownFacts[]): void {
    this.#facts = new Map(known.map((each) => [keyOf(each, each.provider), each.facts]));
    const targets = new Map(known.map(({ channel, country }) => [`${channel} ${country}`, { channel, country }]));
    this.#targets = [...targets.values()];
    this.#choices = new Map();
    for (const target of this.#targets) this.#tellFirst(target);
  }

  #tellFirst(target: RouteTarget): void {
    const { metrics, logger } = this.#parts;
    const first = this.#firstOf(target);
    const key = `${target.channel} ${target.country}`;
    const before = this.#told.get(key);
    if (first === before) return;
    if (before !== undefined) {
      metrics.set('route_first', { ...target, provider: before }, null);
      logger.info({ ...target, before, first: first ?? 'none' }, 'a route has another first provider');
    }
    if (first === undefined) this.#told.delete(key);
    else {
      metrics.set('route_first', { ...target, provider: first }, 1);
      this.#told.set(key, first);
    }
  }

  #firstOf({ channel, country }: RouteTarget): ProviderName | undefined {
    const { routes } = this.#parts;
    const target = { channel, country: country === NO_COUNTRY ? null : country };
    if (!routes.isLearned(target)) return undefined;
    return this.choiceOf(target, routes.providersOf(target)).ranking[0]?.provider;
  }

  #countTries(results: readonly CodeResults[]): void {
    for (const { channel, country, provider, tries } of results) {
      const isFirst = this.#firstOf({ channel, country }) === provider;
      if (!isFirst && tries > 0) this.#parts.metrics.count('route_tries_total', { channel, country, provider }, tries);
    }
  }
}
