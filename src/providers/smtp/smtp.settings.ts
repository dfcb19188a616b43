import { readMailbox } from '../../platform/email-address.js';
import { checked, type SettingValues, setting } from '../../platform/setting.js';
import type { ProviderUse } from '../provider.js';
import { isMailServerUrl } from './mail-server-url.js';

export const smtpSettings = {
  SMTP_URL: setting(
    checked(
      isMailServerUrl,
      'must be a URL such as smtps://user:password@mail.example.com:465, without path and options; user and password percent-encoded',
    ),
    '(none)',
    'Mail server. Required where smtp sends. In production smtps, or smtp with STARTTLS (docs/delivery.md).',
  ),
  EMAIL_FROM: setting(
    checked(
      (value) => readMailbox(value) !== null,
      'must be one address: accounts@example.com or Acme <accounts@example.com>',
    ),
    '(none)',
    'Sender of emails: accounts@example.com or Acme <accounts@example.com>. Required where smtp sends.',
  ),
} as const;

export interface SmtpConfig {
  readonly url: string;
  readonly from: string;
}

export function readSmtp(
  { SMTP_URL: url, EMAIL_FROM: from }: SettingValues<typeof smtpSettings>,
  { complain }: ProviderUse,
): SmtpConfig {
  if (!url) complain('SMTP_URL is required where smtp sends.');
  if (!from) complain('EMAIL_FROM is required where smtp sends.');
  return { url: url ?? '', from: from ?? '' };
}
