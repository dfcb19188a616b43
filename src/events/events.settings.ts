import { isHttpUrl, isUnencrypted } from '../platform/http-url.js';
import { type SettingsContext, type SettingValues, checked, setting } from '../platform/setting.js';
import { splitList } from '../platform/split-list.js';
import { isWebhookSecret } from '../platform/webhook-signature.js';

/** The new one and the old one, while a receiver changes over. */
const MOST_SECRETS = 2;

export const eventSettings = {
  EVENTS_URL: setting(
    checked(isHttpUrl, 'must be a URL such as https://crm.example.com/events, without user, password and fragment'),
    '(none: events are posted nowhere)',
    'Where events are posted, signed: accounts that were made, changed or deleted, sessions that began or ended (docs/events.md). In production https only.',
  ),
  EVENTS_SECRET: setting(
    checked(
      (value) => splitList(value).length <= MOST_SECRETS && splitList(value).every(isWebhookSecret),
      'must be whsec_ followed by 24 to 64 bytes in base64, or two of these separated by a comma',
    ),
    '(none)',
    'Signs events (Standard Webhooks). Required with EVENTS_URL. Make one: echo whsec_$(openssl rand -base64 32). To change it, name both for a while: the new one,the old one.',
  ),
} as const;

export interface EventConfig {
  readonly events: {
    /** Where events are posted; null: nowhere. */
    readonly receiver: { readonly url: string; readonly secrets: readonly string[] } | null;
  };
}

export function readEvents(
  { EVENTS_URL: url, EVENTS_SECRET: secret }: SettingValues<typeof eventSettings>,
  { production, complain }: SettingsContext,
): EventConfig {
  const secrets = splitList(secret);
  if (url && secrets.length === 0) complain('EVENTS_SECRET is required with EVENTS_URL.');
  if (secrets.length > 0 && !url) complain('EVENTS_URL is required with EVENTS_SECRET.');
  if (production && isUnencrypted(url))
    complain('EVENTS_URL must begin with https:// in production: phone numbers go that way.');
  return { events: { receiver: url ? { url, secrets } : null } };
}
