import { isHttpUrl, isUnencrypted } from '../../platform/http-url.js';
import { checked, pattern, type SettingValues, setting } from '../../platform/setting.js';
import type { ProviderUse } from '../provider.js';

/** Telegram's own address of the Gateway API. */
const TELEGRAM_GATEWAY = 'https://gatewayapi.telegram.org';

export const telegramSettings = {
  TELEGRAM_GATEWAY_TOKEN: setting(
    // The token goes into a header.
    pattern(/^[\x21-\x7e]{1,512}$/, 'must be the API token of your account, without spaces'),
    '(none)',
    'The API token of the account at gateway.telegram.org. It also checks reports. Required where telegram sends.',
  ),
  TELEGRAM_SENDER_USERNAME: setting(
    pattern(/^@?[A-Za-z]\w{3,31}$/, 'must be the username of a channel, such as acme_codes'),
    '(Verification Codes)',
    'The verified Telegram channel that codes come from. The account that has the token must own it.',
  ),
  TELEGRAM_BASE_URL: setting(
    checked(isHttpUrl, `must be a URL such as ${TELEGRAM_GATEWAY}, without user, password and fragment`),
    "(Telegram's own)",
    'Another address for the Gateway API: a proxy, or a stand-in for tests. In production https only.',
  ),
} as const;

export interface TelegramConfig {
  readonly token: string;
  /** Without `@`; null: Telegram's own channel sends the codes. */
  readonly senderUsername: string | null;
  /** Without a slash at its end. */
  readonly baseUrl: string;
}

export function readTelegram(
  values: SettingValues<typeof telegramSettings>,
  { production, complain }: ProviderUse,
): TelegramConfig {
  const { TELEGRAM_GATEWAY_TOKEN: token, TELEGRAM_SENDER_USERNAME: username, TELEGRAM_BASE_URL: baseUrl } = values;
  if (!token) complain('TELEGRAM_GATEWAY_TOKEN is required where telegram sends.');
  if (production && isUnencrypted(baseUrl))
    complain('TELEGRAM_BASE_URL must begin with https:// in production: the token and codes go that way.');
  return {
    token: token ?? '',
    senderUsername: username?.replace('@', '') ?? null,
    baseUrl: (baseUrl ?? TELEGRAM_GATEWAY).replace(/\/+$/, ''),
  };
}
