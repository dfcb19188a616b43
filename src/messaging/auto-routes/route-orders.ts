import type { ProviderName } from '../../providers/message-sender.js';
import type { DeliveryTarget } from '../delivery-routes.js';

/** Orders the providers of routes that learn (`auto`). It answers at once and asks no database. */
export interface RouteOrders {
  /**
   * @param configured the providers of the route, in the order of the settings; at least one
   * @param trial whether another provider than the best one may come first, to be tried
   */
  orderOf(target: DeliveryTarget, configured: readonly ProviderName[], by: { trial: boolean }): readonly ProviderName[];
}

/** The order of the settings, where no route learns. */
export const settledOrders: RouteOrders = { orderOf: (_, configured) => configured };
