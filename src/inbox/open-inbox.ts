import type { Random } from '../platform/random.js';
import { Inbox } from './inbox.js';

/** The inbox, where there is one: it shows codes, so only where they are printed anyway, and never in production. */
export function openInbox(
  config: { readonly production: boolean; readonly sms: { readonly provider: string } },
  random: Random,
): Inbox | null {
  return !config.production && config.sms.provider === 'console' ? new Inbox(random) : null;
}
