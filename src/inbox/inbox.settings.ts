import { oneOf, type SettingsContext, type SettingValues, setting } from '../platform/setting.js';

export const inboxSettings = {
  INBOX: setting(
    oneOf(['local', 'on', 'off']).transform((value) => value ?? 'local'),
    'local; in production off',
    'local | on | off. Who can open the development inbox at /inbox, which shows codes: this machine, every machine that reaches the service, or nobody.',
  ),
} as const;

type Values = SettingValues<typeof inboxSettings>;

export interface InboxConfig {
  /** Who can open the development inbox. */
  readonly inbox: Values['INBOX'];
}

export function readInbox({ INBOX }: Values, { production, complain }: SettingsContext): InboxConfig {
  if (production && INBOX === 'on') complain('INBOX must not be on in production: the inbox shows codes.');
  return { inbox: INBOX };
}
