import type { Database } from '../database/database.js';
import type { Chore } from '../platform/chore.js';
import type { Logger } from '../platform/logger.js';
import { Poller } from '../platform/poller.js';
import type { ProviderName } from '../providers/message-sender.js';
import type { PriceList } from './price-list.js';
import { Prices } from './prices.js';
import { ReportedPriceRepository } from './reported-price.repository.js';
import { SendDayRepository } from './send-day.repository.js';
import { SendDays } from './send-days.service.js';

const LEARN_EVERY_MS = 600_000;

export interface CostParts {
  readonly db: Database;
  readonly priceList: PriceList;
  /** Providers that only show messages to a developer. */
  readonly free: ReadonlySet<ProviderName>;
  readonly logger: Logger;
}

export interface Costs {
  readonly prices: Prices;
  /** Learns the prices that providers reported lately. */
  learnPrices(): Promise<void>;
  readonly sendDays: SendDays;
  /** Learns such prices again and again, once it is started. */
  readonly pollers: readonly Poller[];
  readonly chores: readonly Chore[];
}

export function createCosts({ db, priceList, free, logger }: CostParts): Costs {
  const prices = new Prices(priceList);
  const reported = new ReportedPriceRepository(db);
  const sendDays = new SendDays({ days: new SendDayRepository(db), prices, free });
  const learnPrices = async () => prices.learn(await reported.medians(prices.currency));
  return {
    prices,
    learnPrices,
    sendDays,
    pollers: [new Poller({ name: 'reported prices', intervalMs: LEARN_EVERY_MS, poll: learnPrices }, logger)],
    chores: [{ name: 'sums of days', remove: (now, most) => sendDays.remove(now, most) }],
  };
}
