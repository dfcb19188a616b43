import { createCosts, type Costs } from '../../src/costs/costs.js';
import { loadPriceList } from '../../src/costs/load-price-list.js';
import type { Database } from '../../src/database/database.js';
import { createLogger } from '../../src/platform/logger.js';

/** A service whose texts cost money. */
export const THROUGH_A_GATEWAY = {
  SMS_PROVIDER: 'webhook',
  WEBHOOK_URL: 'http://127.0.0.1:9',
  WEBHOOK_SECRET: `whsec_${'c2VjcmV0'.repeat(5)}`,
} as const;

/** What an operator's process knows of costs. */
export async function openCosts(db: Database, free: readonly string[] = []): Promise<Costs> {
  const priceList = await loadPriceList(null, { channels: [] });
  return createCosts({ db, priceList, free: new Set(free), logger: createLogger('silent') });
}
