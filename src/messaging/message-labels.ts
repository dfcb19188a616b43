import type { Way } from './delivery-routes.js';
import type { Provider } from '../providers/message-sender.js';

/** What metrics about messages are told apart by. */
export function messageLabels({ channel, country }: Way, provider: Provider | null) {
  return { provider: provider ?? 'none', channel, country: country ?? 'none' };
}
