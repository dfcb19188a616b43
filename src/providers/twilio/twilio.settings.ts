import { isUnencrypted } from '../../platform/http-url.js';
import { e164, pattern, type SettingValues, setting, text, url } from '../../platform/setting.js';
import { splitList } from '../../platform/split-list.js';
import { isLocale, type Locale } from '../../texts/locale.js';
import type { ProviderUse } from '../provider.js';

export const twilioSettings = {
  TWILIO_ACCOUNT_SID: setting(
    pattern(/^AC[0-9a-f]{32}$/i, 'must look like AC followed by 32 hexadecimal digits'),
    '(none)',
    'Required where twilio sends.',
  ),
  TWILIO_AUTH_TOKEN: setting(text, '(none)', 'Required where twilio sends.'),
  TWILIO_PHONE_NUMBER: setting(
    e164,
    '(none)',
    'Sender of texts, in E.164: this or TWILIO_MESSAGING_SERVICE_SID. Calls come from it in any case.',
  ),
  TWILIO_MESSAGING_SERVICE_SID: setting(
    pattern(/^MG[0-9a-f]{32}$/i, 'must look like MG followed by 32 hexadecimal digits'),
    '(none)',
    'Messaging service that chooses the sender of texts.',
  ),
  TWILIO_WHATSAPP_NUMBER: setting(e164, '(none)', 'WhatsApp sender, in E.164. Required where twilio sends WHATSAPP.'),
  TWILIO_WHATSAPP_TEMPLATES: setting(
    text,
    '(none)',
    'Approved content templates by language, the first one for all others: "en=HX…,es=HX…". {{1}} is the code. Without them the text is sent as it is.',
  ),
  TWILIO_BASE_URL: setting(
    url(/^https?$/, 'https://api.twilio.com'),
    "(Twilio's own)",
    'Another address for the Twilio API: a proxy, or a stand-in for tests. In production https only.',
  ),
} as const;

type Values = SettingValues<typeof twilioSettings>;

export interface TwilioConfig {
  readonly accountSid: string;
  readonly authToken: string;
  /** Sender of texts; null where twilio sends no texts. */
  readonly from: { readonly phoneNumber: string } | { readonly messagingServiceSid: string } | null;
  /** Caller, in E.164; null where twilio makes no calls. */
  readonly callFrom: string | null;
  readonly whatsapp: { readonly from: string; readonly templates: WhatsAppTemplates | null } | null;
  readonly baseUrl: string | undefined;
}

/** Content templates (`HX…`) by language. */
export interface WhatsAppTemplates {
  readonly byLocale: ReadonlyMap<Locale, string>;
  readonly others: string;
}

export function readTwilio(values: Values, use: ProviderUse): TwilioConfig {
  const { TWILIO_PHONE_NUMBER: phoneNumber, TWILIO_WHATSAPP_NUMBER: whatsAppNumber } = values;
  const { channels } = use;
  complainOfMissing(values, use);
  const templates = readTemplates(values.TWILIO_WHATSAPP_TEMPLATES, use);
  return {
    accountSid: values.TWILIO_ACCOUNT_SID ?? '',
    authToken: values.TWILIO_AUTH_TOKEN ?? '',
    from: channels.has('SMS') ? readTextSender(values, use) : null,
    callFrom: channels.has('VOICE') ? (phoneNumber ?? '') : null,
    whatsapp: channels.has('WHATSAPP') ? { from: whatsAppNumber ?? '', templates } : null,
    baseUrl: values.TWILIO_BASE_URL,
  };
}

function complainOfMissing(values: Values, { channels, production, complain }: ProviderUse): void {
  if (!values.TWILIO_ACCOUNT_SID) complain('TWILIO_ACCOUNT_SID is required where twilio sends.');
  if (!values.TWILIO_AUTH_TOKEN) complain('TWILIO_AUTH_TOKEN is required where twilio sends.');
  if (channels.has('VOICE') && !values.TWILIO_PHONE_NUMBER)
    complain('TWILIO_PHONE_NUMBER is required where twilio sends VOICE: calls come from it.');
  if (channels.has('WHATSAPP') && !values.TWILIO_WHATSAPP_NUMBER)
    complain('TWILIO_WHATSAPP_NUMBER is required where twilio sends WHATSAPP.');
  if (production && isUnencrypted(values.TWILIO_BASE_URL))
    complain('TWILIO_BASE_URL must begin with https:// in production: the credentials and codes go that way.');
}

function readTextSender(values: Values, { channels, complain }: ProviderUse): TwilioConfig['from'] {
  const { TWILIO_PHONE_NUMBER: phoneNumber, TWILIO_MESSAGING_SERVICE_SID: messagingServiceSid } = values;
  const both = phoneNumber !== undefined && messagingServiceSid !== undefined;
  // With calls both may be set: the number makes the calls.
  if ((both && !channels.has('VOICE')) || (phoneNumber === undefined && messagingServiceSid === undefined))
    complain('Set one of TWILIO_PHONE_NUMBER and TWILIO_MESSAGING_SERVICE_SID where twilio sends texts.');
  return messagingServiceSid === undefined ? { phoneNumber: phoneNumber ?? '' } : { messagingServiceSid };
}

function readTemplates(list: string | undefined, use: ProviderUse): WhatsAppTemplates | null {
  const byLocale = new Map<Locale, string>();
  for (const entry of splitList(list)) {
    const [, locale = '', sid] = /^([a-z]{2,3}(?:-[a-z]{4})?)=(HX[0-9a-f]{32})$/i.exec(entry) ?? [];
    if (sid !== undefined && isLocale(locale)) byLocale.set(locale, sid);
    else
      use.complain(`TWILIO_WHATSAPP_TEMPLATES has "${entry}". Write language and template: en=HX…, es=HX… (32 digits)`);
  }
  const [others] = byLocale.values();
  if (others !== undefined) return { byLocale, others };
  if (use.production && use.channels.has('WHATSAPP')) {
    use.warn(
      'TWILIO_WHATSAPP_TEMPLATES is not set: WhatsApp drops texts to people who have not written to you for a day.',
    );
  }
  return null;
}
