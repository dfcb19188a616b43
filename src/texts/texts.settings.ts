import { z } from 'zod';
import { pattern, type SettingValues, setting, text } from '../platform/setting.js';
import { isLocale, pluralForms } from './locale.js';
import { checkServiceName } from './service-name.js';
import type { TextSettings } from './text-settings.js';

export const textSettings = {
  SERVICE_NAME: setting(
    z.string().trim().min(1).max(20, 'must have at most 20 characters').superRefine(checkServiceName).optional(),
    '(none)',
    'Your product, as texts call it: "123456 is your Acme code."',
  ),
  DEFAULT_LOCALE: setting(
    text
      .refine(
        (value) => value === undefined || isLocale(value),
        `must be one of: ${Object.keys(pluralForms).sort().join(', ')}`,
      )
      .transform((value) => (value !== undefined && isLocale(value) ? value : 'en')),
    'en',
    'Language of texts where the request, the user and the Accept-Language header name no language that texts exist in.',
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
} as const;

export function readTexts(values: SettingValues<typeof textSettings>): TextSettings {
  return {
    serviceName: values.SERVICE_NAME ?? null,
    defaultLocale: values.DEFAULT_LOCALE,
    webOtpDomain: values.WEB_OTP_DOMAIN ?? null,
    androidAppHash: values.ANDROID_APP_HASH ?? null,
  };
}
