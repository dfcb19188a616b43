import type { DeliveryTarget } from './delivery-routes.js';
import type { ProviderName } from '../providers/message-sender.js';

/** The labels of metrics about messages. */
export function messageLabels({ channel, country }: DeliveryTarget, provider: ProviderName | null) {
  return { provider: provider ?? 'none', channel, country: country ?? 'none' };
}
