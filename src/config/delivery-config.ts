import type { DeliveryRoute, DeliveryRoutes } from '../messaging/delivery-routes.js';
import { isLocale, type Locale } from '../texts/locale.js';
import type { TextSettings } from '../texts/text-settings.js';
import { channels } from '../texts/channel.js';
import type { Provider } from '../providers/message-sender.js';
import { readDeliveryRoutes } from './delivery-routes.js';
import { splitList } from './read-list.js';
import type { Problem, Settings } from './settings.js';

/** How codes reach people. Providers are there when a route leads to them, and null otherwise. */
export interface DeliveryConfig {
  readonly routes: DeliveryRoutes;
  readonly texts: TextSettings;
  readonly twilio: TwilioConfig | null;
  readonly webhook: { readonly url: string; readonly secret: string } | null;
  readonly smtp: { readonly url: string; readonly from: string } | null;
}

export interface TwilioConfig {
  readonly accountSid: string;
  readonly authToken: string;
  /** Of texts; null where twilio sends none. */
  readonly from: { readonly phoneNumber: string } | { readonly messagingServiceSid: string } | null;
  /** Of calls, in E.164. */
  readonly callFrom: string | null;
  readonly whatsapp: { readonly from: string; readonly templates: WhatsAppTemplates | null } | null;
  readonly baseUrl: string | undefined;
}

/** Content templates (`HX…`) by language. */
export interface WhatsAppTemplates {
  readonly byLocale: ReadonlyMap<Locale, string>;
  readonly others: string;
}

export function readDelivery(values: Settings, production: boolean, problems: Problem[]): DeliveryConfig {
  const standard = standardRoutes(values, production, problems);
  const routes = readDeliveryRoutes(values.DELIVERY_ROUTES, { standard, production }, problems);
  if (production && routes.providers.has('console')) {
    problems.push('DELIVERY_ROUTES has console, which production refuses: nobody reads codes in a terminal there.');
  }
  const misread = problems.some((problem) => /^(DELIVERY_ROUTES|SMS_PROVIDER) /.test(problem));
  if (production && !routes.reachPhones && !misread) {
    problems.push('DELIVERY_ROUTES leads to no phone. Add a route for SMS, or set SMS_PROVIDER to twilio or webhook.');
  }
  const used = (provider: Provider) => routes.providers.has(provider);
  return {
    routes,
    texts: {
      serviceName: values.SERVICE_NAME ?? null,
      defaultLocale: values.DEFAULT_LOCALE,
      webOtpDomain: values.WEB_OTP_DOMAIN ?? null,
      androidAppHash: values.ANDROID_APP_HASH ?? null,
    },
    twilio: used('twilio') ? readTwilio(values, { routes, production }, problems) : null,
    webhook: used('webhook') ? readWebhook(values, production, problems) : null,
    smtp: used('smtp') ? readSmtp(values, problems) : null,
  };
}

/** In development everything is printed; in production texts go through SMS_PROVIDER, and nothing else goes anywhere. */
function standardRoutes(
  { SMS_PROVIDER, DELIVERY_ROUTES }: Settings,
  production: boolean,
  problems: Problem[],
): DeliveryRoute[] {
  const printed = channels.map((channel): DeliveryRoute => ({ channel, countries: null, providers: ['console'] }));
  if (SMS_PROVIDER !== undefined && SMS_PROVIDER !== 'console') {
    const texts: DeliveryRoute = { channel: 'SMS', countries: null, providers: [SMS_PROVIDER] };
    return [texts];
  }
  if (!production) return printed;
  if (SMS_PROVIDER === 'console' || DELIVERY_ROUTES === undefined) {
    problems.push(
      'SMS_PROVIDER must be set to twilio or webhook in production: nobody reads codes in a terminal there.',
    );
  }
  return [];
}

function readTwilio(
  values: Settings,
  { routes, production }: { readonly routes: DeliveryRoutes; readonly production: boolean },
  problems: Problem[],
): TwilioConfig {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_BASE_URL: baseUrl } = values;
  const { TWILIO_PHONE_NUMBER: phoneNumber, TWILIO_WHATSAPP_NUMBER: whatsAppNumber } = values;
  const sends = routes.channelsOf('twilio');
  if (!accountSid) problems.push('TWILIO_ACCOUNT_SID is required where twilio sends.');
  if (!authToken) problems.push('TWILIO_AUTH_TOKEN is required where twilio sends.');
  if (sends.has('VOICE') && !phoneNumber)
    problems.push('TWILIO_PHONE_NUMBER is required where twilio sends VOICE: calls come from it.');
  if (sends.has('WHATSAPP') && !whatsAppNumber)
    problems.push('TWILIO_WHATSAPP_NUMBER is required where twilio sends WHATSAPP.');
  if (production) checkBaseUrl(baseUrl, problems);
  const templates = readTemplates(values.TWILIO_WHATSAPP_TEMPLATES, problems);
  return {
    accountSid: accountSid ?? '',
    authToken: authToken ?? '',
    from: sends.has('SMS') ? readTextSender(values, sends.has('VOICE'), problems) : null,
    callFrom: sends.has('VOICE') ? (phoneNumber ?? '') : null,
    whatsapp: sends.has('WHATSAPP') ? { from: whatsAppNumber ?? '', templates } : null,
    baseUrl,
  };
}

function checkBaseUrl(baseUrl: string | undefined, problems: Problem[]): void {
  if (/^http:/i.test(baseUrl ?? ''))
    problems.push('TWILIO_BASE_URL must begin with https:// in production: the credentials and codes go that way.');
}

function readTextSender(values: Settings, calls: boolean, problems: Problem[]): TwilioConfig['from'] {
  const { TWILIO_PHONE_NUMBER: phoneNumber, TWILIO_MESSAGING_SERVICE_SID: messagingServiceSid } = values;
  const both = phoneNumber !== undefined && messagingServiceSid !== undefined;
  if ((both && !calls) || (phoneNumber === undefined && messagingServiceSid === undefined))
    problems.push('Set one of TWILIO_PHONE_NUMBER and TWILIO_MESSAGING_SERVICE_SID where twilio sends texts.');
  return messagingServiceSid === undefined ? { phoneNumber: phoneNumber ?? '' } : { messagingServiceSid };
}

function readTemplates(list: string | undefined, problems: Problem[]): WhatsAppTemplates | null {
  const byLocale = new Map<Locale, string>();
  for (const entry of splitList(list)) {
    const [, locale = '', sid] = /^([a-z]{2})=(HX[0-9a-f]{32})$/i.exec(entry) ?? [];
    if (sid !== undefined && isLocale(locale)) byLocale.set(locale, sid);
    else
      problems.push(
        `TWILIO_WHATSAPP_TEMPLATES has "${entry}". Write language and template: en=HX…, es=HX… (32 digits)`,
      );
  }
  const [others] = byLocale.values();
  return others === undefined ? null : { byLocale, others };
}

function readWebhook(values: Settings, production: boolean, problems: Problem[]) {
  const { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } = values;
  if (!url) problems.push('WEBHOOK_URL is required where webhook sends.');
  if (!secret) problems.push('WEBHOOK_SECRET is required where webhook sends.');
  if (production && /^http:/i.test(url ?? ''))
    problems.push('WEBHOOK_URL must begin with https:// in production: codes go that way.');
  return { url: url ?? '', secret: secret ?? '' };
}

function readSmtp(values: Settings, problems: Problem[]) {
  const { SMTP_URL: url, EMAIL_FROM: from } = values;
  if (!url) problems.push('SMTP_URL is required where smtp sends.');
  if (!from) problems.push('EMAIL_FROM is required where smtp sends.');
  return { url: url ?? '', from: from ?? '' };
}
