import { type Locale, supportedLocales } from './locale.js';
import { otpText, SMS_RETRIEVER_BYTES } from './otp-text.js';
import { outsideGsmAlphabet, type SmsSize, smsSize } from './sms-size.js';
import type { TextSettings } from './text-settings.js';

/**
 * Side effects of the text settings that operators may not have meant: texts that cost more than they have to, and texts
 * that Android hands to no app. The service still starts, because a name or a domain may be needed all the same.
 * @param minutes the life of a code.
 */
export function textWarnings(texts: TextSettings, minutes: number): string[] {
  return [nameWarning(texts, minutes), domainWarning(texts, minutes), appHashWarning(texts, minutes)].filter(
    (warning) => warning !== null,
  );
}

function nameWarning(texts: TextSettings, minutes: number): string | null {
  const outside = outsideGsmAlphabet(texts.serviceName ?? '');
  if (texts.serviceName === null || outside.length === 0) return null;
  const inAlphabet = { ...texts, serviceName: 'x'.repeat(texts.serviceName.length) };
  const dearer = dearerThan(sizes(inAlphabet, minutes), sizes(texts, minutes));
  return (
    dearer &&
    `SERVICE_NAME has ${outside.join(' ')}, which the GSM alphabet of texts lacks. Each text is billed as ${dearer}. Leave it out if you can.`
  );
}

function domainWarning(texts: TextSettings, minutes: number): string | null {
  if (texts.webOtpDomain === null) return null;
  const { length } = texts.webOtpDomain;
  const dearer = dearerThan(sizes({ ...texts, webOtpDomain: null }, minutes), sizes(texts, minutes), isOfGsmAlphabet);
  return (
    dearer &&
    `WEB_OTP_DOMAIN has ${length} characters, which do not fit into one text. Each text is billed as ${dearer}. Use a shorter one if you can.`
  );
}

function appHashWarning(texts: TextSettings, minutes: number): string | null {
  if (texts.androidAppHash === null) return null;
  const tooLong = [...sizes(texts, minutes)].filter(([, { bytes }]) => bytes > SMS_RETRIEVER_BYTES);
  if (tooLong.length === 0) return null;
  const locales = tooLong.map(([locale]) => locale).join(', ');
  return `ANDROID_APP_HASH is of no use in texts in ${locales}: with this WEB_OTP_DOMAIN they have more than ${SMS_RETRIEVER_BYTES} bytes, and Android hands no such text to an app.`;
}

function sizes(texts: TextSettings, minutesLeft: number): ReadonlyMap<Locale, SmsSize> {
  const ofLocale = (locale: Locale) => smsSize(otpText({ ...texts, code: '000000', locale, minutesLeft }));
  return new Map(supportedLocales.map((locale) => [locale, ofLocale(locale)]));
}

const isOfGsmAlphabet = (size: SmsSize) => size.alphabet === 'GSM-7';

/** "2 segments instead of 1 (de, en), 3 segments instead of 2 (hi)", or null. */
function dearerThan(
  before: ReadonlyMap<Locale, SmsSize>,
  after: ReadonlyMap<Locale, SmsSize>,
  counts: (size: SmsSize) => boolean = () => true,
): string | null {
  const changes = new Map<string, Locale[]>();
  for (const [locale, size] of after) {
    const segments = before.get(locale)?.segments ?? size.segments;
    if (size.segments <= segments || !counts(size)) continue;
    const change = `${size.segments} segments instead of ${segments}`;
    changes.set(change, [...(changes.get(change) ?? []), locale]);
  }
  if (changes.size === 0) return null;
  return [...changes].map(([change, locales]) => `${change} (${locales.join(', ')})`).join(', ');
}
