import type { Prices } from '../costs/prices.js';
import type { Database } from '../database/database.js';
import type { DeliveryRoutes } from '../messaging/delivery-routes.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Metrics } from '../platform/metrics.js';
import { Poller } from '../platform/poller.js';
import type { Random } from '../platform/random.js';
import { CodeResultRepository } from './code-result.repository.js';
import { LearnedRoutesService } from './learned-routes.service.js';
import { MedianDelayRepository } from './median-delay.repository.js';
import { RouteFactsRepository } from './route-facts.repository.js';
import { RouteReportService } from './route-report.service.js';

export interface LearnedRoutesRoomParts {
  readonly db: Database;
  readonly routes: DeliveryRoutes;
  readonly prices: Prices;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface LearnedRoutes {
  /** The order of providers, for each message. */
  readonly orders: LearnedRoutesService;
  /** Explains the order. */
  readonly reports: RouteReportService;
  /** Learns, where a route learns its order. */
  readonly pollers: readonly Poller[];
}

const LOOK_EVERY_MS = 20_000;

/** Routes whose order is learned (`DELIVERY_ROUTES=auto`). */
export function createLearnedRoutes(parts: LearnedRoutesRoomParts): LearnedRoutes {
  const { db, routes, prices, clock, logger } = parts;
  const facts = new RouteFactsRepository(db);
  const orders = new LearnedRoutesService({ ...parts, facts, results: new CodeResultRepository() });
  const work = { name: 'learned routes', intervalMs: LOOK_EVERY_MS, firstAfterMs: 0, poll: () => orders.learn() };
  return {
    orders,
    reports: new RouteReportService({ facts, delays: new MedianDelayRepository(db), routes, prices, clock }),
    pollers: routes.anyLearned ? [new Poller(work, logger)] : [],
  };
}
