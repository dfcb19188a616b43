import type { Random } from '../platform/random.js';
import type { ProviderName } from '../providers/message-sender.js';
import { Inbox } from './inbox.js';

/**
 * The inbox, where there is one. It shows codes, so it exists only where codes are shown to a developer anyway, and
 * never in production.
 */
export function openInbox(
  developmentProviders: ReadonlySet<ProviderName>,
  production: boolean,
  random: Pick<Random, 'uuid'>,
): Inbox | null {
  return !production && developmentProviders.size > 0 ? new Inbox(random) : null;
}
