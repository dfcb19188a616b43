import { isHttpUrl, isUnencrypted } from '../../platform/http-url.js';
import { checked, pattern, type SettingValues, setting, text } from '../../platform/setting.js';
import { splitList } from '../../platform/split-list.js';
import type { ProviderUse } from '../provider.js';

const GRAPH_API = 'https://graph.facebook.com';
/** Meta keeps a version for two years. */
const VERSION = 'v25.0';

export const whatsAppSettings = {
  WHATSAPP_ACCESS_TOKEN: setting(
    // The token goes into a header.
    pattern(/^[\x21-\x7e]{1,1024}$/, 'must be an access token, without spaces'),
    '(none)',
    'A permanent token of a system user with whatsapp_business_messaging. Required where whatsapp sends.',
  ),
  WHATSAPP_PHONE_NUMBER_ID: setting(
    pattern(/^\d{5,20}$/, 'must be the id of the number at Meta, which is not the number itself: digits only'),
    '(none)',
    'The id of the number that sends, as Meta names it. Required where whatsapp sends.',
  ),
  WHATSAPP_TEMPLATE: setting(
    pattern(/^[a-z\d_]{1,512}$/, 'must be the name of a template: small letters, digits and _'),
    '(none)',
    'The authentication template with the code in its text and its button. Required where whatsapp sends.',
  ),
  WHATSAPP_TEMPLATE_LANGUAGES: setting(
    text,
    '(none)',
    'The languages in which Meta approved that template, in its own codes, the first one for all others: "en_US,es,pt_BR". Required where whatsapp sends.',
  ),
  WHATSAPP_APP_SECRET: setting(
    pattern(/^[\da-f]{32,128}$/i, 'must be the app secret: hexadecimal digits'),
    '(none)',
    'The secret of the app at Meta, with which reports are signed. Without it, the service never learns who is not on WhatsApp.',
  ),
  WHATSAPP_VERIFY_TOKEN: setting(
    pattern(/^[\x21-\x7e]{16,256}$/, 'must have 16 characters or more, without spaces'),
    '(none)',
    'A random text of your own that Meta shows when you enter the address for reports. Required with WHATSAPP_APP_SECRET.',
  ),
  WHATSAPP_API_VERSION: setting(
    pattern(/^v\d{1,3}\.\d$/, `must be a version of the Graph API such as ${VERSION}`),
    VERSION,
    'The version of the Graph API.',
  ),
  WHATSAPP_BASE_URL: setting(
    checked(isHttpUrl, `must be a URL such as ${GRAPH_API}, without user, password and fragment`),
    "(Meta's own)",
    'Another address for the Graph API: a proxy, or a stand-in for tests. In production https only.',
  ),
} as const;

type Values = SettingValues<typeof whatsAppSettings>;

export interface WhatsAppConfig {
  readonly accessToken: string;
  readonly phoneNumberId: string;
  readonly template: WhatsAppTemplate;
  /** Null: there are no reports. */
  readonly reports: { readonly appSecret: string; readonly verifyToken: string } | null;
  /** With the version, without a slash at its end. */
  readonly apiUrl: string;
}

export interface WhatsAppTemplate {
  readonly name: string;
  /** In Meta's codes (`pt_BR`), at least one. The first one is for all others. */
  readonly languages: readonly string[];
}

export function readWhatsApp(values: Values, use: ProviderUse): WhatsAppConfig {
  complainOfMissing(values, use);
  const { WHATSAPP_APP_SECRET: appSecret, WHATSAPP_VERIFY_TOKEN: verifyToken } = values;
  if (!appSecret)
    use.warn('WHATSAPP_APP_SECRET is not set: WhatsApp reports nothing, not even that a number is not on WhatsApp.');
  const baseUrl = (values.WHATSAPP_BASE_URL ?? GRAPH_API).replace(/\/+$/, '');
  return {
    accessToken: values.WHATSAPP_ACCESS_TOKEN ?? '',
    phoneNumberId: values.WHATSAPP_PHONE_NUMBER_ID ?? '',
    template: { name: values.WHATSAPP_TEMPLATE ?? '', languages: readLanguages(values, use) },
    reports: appSecret && verifyToken ? { appSecret, verifyToken } : null,
    apiUrl: `${baseUrl}/${values.WHATSAPP_API_VERSION ?? VERSION}`,
  };
}

function complainOfMissing(values: Values, { production, complain }: ProviderUse): void {
  const required = ['WHATSAPP_ACCESS_TOKEN', 'WHATSAPP_PHONE_NUMBER_ID', 'WHATSAPP_TEMPLATE'] as const;
  for (const name of required) if (!values[name]) complain(`${name} is required where whatsapp sends.`);
  if (values.WHATSAPP_APP_SECRET && !values.WHATSAPP_VERIFY_TOKEN)
    complain('WHATSAPP_VERIFY_TOKEN is required with WHATSAPP_APP_SECRET. Make one: openssl rand -hex 32');
  if (production && isUnencrypted(values.WHATSAPP_BASE_URL))
    complain('WHATSAPP_BASE_URL must begin with https:// in production: the token and codes go that way.');
}

function readLanguages({ WHATSAPP_TEMPLATE_LANGUAGES: list }: Values, { complain }: ProviderUse): readonly string[] {
  const languages = splitList(list);
  const isCode = (language: string) => /^[a-z]{2,3}(_[A-Z]{2,3})?$/.test(language);
  for (const language of languages.filter((each) => !isCode(each)))
    complain(`WHATSAPP_TEMPLATE_LANGUAGES has "${language}". Write languages as Meta does: en_US, es, pt_BR, zh_CN.`);
  if (languages.length === 0) complain('WHATSAPP_TEMPLATE_LANGUAGES is required where whatsapp sends.');
  return languages.filter(isCode);
}
