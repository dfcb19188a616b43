import { z } from 'zod';
import { readMailbox } from '../platform/email-address.js';
import { isLocale, pluralForms } from '../texts/locale.js';
import { isWebhookSecret } from '../providers/gateway/signature.js';
import { isGatewayUrl, isMailServerUrl } from './delivery-urls.js';
import { checkServiceName } from './service-name.js';
import { checked, oneOf, pattern, setting, text, url } from './setting.js';

const E164 = pattern(/^\+\d{7,15}$/, 'must be in E.164, e.g. +15005550006');

/** How codes reach people: what texts say, who sends them, which way. */
export const deliverySettings = {
  SERVICE_NAME: setting(
    z.string().trim().min(1).max(20, 'must have at most 20 characters').superRefine(checkServiceName).optional(),
    '(none)',
    'Your product, as texts call it: "123456 is your Acme code."',
  ),
  DEFAULT_LOCALE: setting(
    z
      .string()
      .refine(isLocale, `must be one of: ${Object.keys(pluralForms).sort().join(', ')}`)
      .optional()
      .transform((value) => (value !== undefined && isLocale(value) ? value : 'en')),
    'en',
    'Language of texts where neither the request, the user nor the Accept-Language header names one that texts exist in.',
  ),
  WEB_OTP_DOMAIN: setting(
    pattern(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'must be a domain such as app.example.com'),
    '(none)',
    'Domain of your website: texts end with "@domain #123456", which lets browsers fill the code in (WebOTP).',
  ),
  ANDROID_APP_HASH: setting(
    pattern(/^[A-Za-z0-9+/]{11}$/, 'must be the 11 characters that Android shows for your app, e.g. FA+9qCX9VSu'),
    '(none)',
    'Hash of your Android app: texts hold it, which lets the app read the code by itself (SMS Retriever).',
  ),
  SMS_PROVIDER: setting(
    oneOf(['console', 'twilio', 'webhook']),
    'console; must be set in production',
    'console | twilio | webhook. Who sends texts. console prints them in the terminal and is refused in production.',
  ),
  DELIVERY_ROUTES: setting(
    text,
    'SMS=SMS_PROVIDER',
    'Providers by channel and country, the first one first: "SMS=twilio,webhook SMS:NP,IN=webhook,twilio VOICE=twilio" (docs/delivery.md).',
  ),
  TWILIO_ACCOUNT_SID: setting(
    pattern(/^AC[0-9a-f]{32}$/i, 'must look like AC followed by 32 hexadecimal digits'),
    '(none)',
    'Required where twilio sends.',
  ),
  TWILIO_AUTH_TOKEN: setting(text, '(none)', 'Required where twilio sends.'),
  TWILIO_PHONE_NUMBER: setting(
    E164,
    '(none)',
    'Sender of texts, in E.164: this or TWILIO_MESSAGING_SERVICE_SID. Calls come from it in any case.',
  ),
  TWILIO_MESSAGING_SERVICE_SID: setting(
    pattern(/^MG[0-9a-f]{32}$/i, 'must look like MG followed by 32 hexadecimal digits'),
    '(none)',
    'Messaging service that chooses the sender of texts.',
  ),
  TWILIO_WHATSAPP_NUMBER: setting(E164, '(none)', 'WhatsApp sender, in E.164. Required where twilio sends WHATSAPP.'),
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
  WEBHOOK_URL: setting(
    checked(
      isGatewayUrl,
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
