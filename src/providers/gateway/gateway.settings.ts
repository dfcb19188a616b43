import { isHttpUrl, isUnencrypted } from '../../platform/http-url.js';
import { checked, type SettingValues, setting } from '../../platform/setting.js';
import type { ProviderUse } from '../provider.js';
import { isWebhookSecret } from '../../platform/webhook-signature.js';

export const gatewaySettings = {
  WEBHOOK_URL: setting(
    checked(
      isHttpUrl,
      'must be a URL such as https://sms-gateway.example.com/send, without user, password and fragment',
    ),
    '(none)',
    'Where messages are posted, signed. Required where webhook sends (docs/delivery.md). In production https only.',
  ),
  WEBHOOK_SECRET: setting(
    checked(isWebhookSecret, 'must be whsec_ followed by 24 to 64 bytes in base64'),
    '(none)',
    'Signs what is posted there, and checks what comes back (Standard Webhooks). Make one: echo whsec_$(openssl rand -base64 32)',
  ),
} as const;

export interface GatewayConfig {
  readonly url: string;
  readonly secret: string;
}

export function readGateway(
  { WEBHOOK_URL: url, WEBHOOK_SECRET: secret }: SettingValues<typeof gatewaySettings>,
  { production, complain }: ProviderUse,
): GatewayConfig {
  if (!url) complain('WEBHOOK_URL is required where webhook sends.');
  if (!secret) complain('WEBHOOK_SECRET is required where webhook sends.');
  if (production && isUnencrypted(url))
    complain('WEBHOOK_URL must begin with https:// in production: codes go that way.');
  return { url: url ?? '', secret: secret ?? '' };
}
