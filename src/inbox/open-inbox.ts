import type { DeliveryRoutes } from '../messaging/delivery-routes.js';
import type { Random } from '../platform/random.js';
import { Inbox } from './inbox.js';

/** The inbox, where there is one: it shows codes, so only where they are printed anyway, and never in production. */
export function openInbox(
  routes: Pick<DeliveryRoutes, 'providers'>,
  production: boolean,
  random: Pick<Random, 'uuid'>,
): Inbox | null {
  return !production && routes.providers.has('console') ? new Inbox(random) : null;
}
