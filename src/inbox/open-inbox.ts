import type { Random } from '../platform/random.js';
import type { ProviderName } from '../providers/message-sender.js';
import { Inbox } from './inbox.js';
import type { InboxConfig } from './inbox.settings.js';

export interface InboxNeeds extends InboxConfig {
  readonly production: boolean;
  readonly delivery: { readonly developmentProviders: ReadonlySet<ProviderName> };
}

/**
 * Whether there is an inbox. It shows codes, so it exists only where codes are shown to a developer anyway, and never in
 * production.
 */
export function hasInbox({ inbox, production, delivery }: InboxNeeds): boolean {
  return inbox !== 'off' && !production && delivery.developmentProviders.size > 0;
}

export function openInbox(needs: InboxNeeds, random: Pick<Random, 'uuid'>): Inbox | null {
  return hasInbox(needs) ? new Inbox(random) : null;
}
