import { getCountries, isSupportedCountry } from 'libphonenumber-js/max';
import { type SettingsContext, type SettingValues, setting, text } from '../platform/setting.js';
import { splitList } from '../platform/split-list.js';
import { isCountry } from './country.js';
import type { DestinationRules } from './destination.js';
import type { PhoneNumberRules } from './phone-number.js';
import { TestPhones } from './test-phones.js';

const DAY_MS = 86_400_000;

export const phoneSettings = {
  DEFAULT_REGION: setting(
    text
      .refine(
        (value) => value === undefined || isSupportedCountry(value),
        'must be a two-letter country code (ISO 3166-1 alpha-2) such as NP',
      )
      .transform((value) => getCountries().find((country) => country === value) ?? null),
    '(none)',
    'Country of numbers typed without a country code, e.g. NP. Without it, such numbers are refused.',
  ),
  ALLOWED_COUNTRIES: setting(
    text,
    '(all but 001)',
    'Comma-separated countries that codes are sent to, e.g. NP,IN. 001: numbers of no country, such as satellite phones. They get codes only if 001 is named.',
  ),
  TEST_PHONES: setting(
    text,
    '+1234567890=123456; in production none',
    'Numbers with a fixed code that signs in without a request, and to which nothing is sent: +15005550006=123456,+15005550007=654321',
  ),
  TEST_PHONES_UNTIL: setting(
    text,
    '(none; required in production with TEST_PHONES)',
    'Last day (UTC, YYYY-MM-DD) or instant (ISO 8601) on which test numbers work.',
  ),
} as const;

type Values = SettingValues<typeof phoneSettings>;

export interface PhoneConfig {
  readonly phoneNumbers: PhoneNumberRules;
  readonly destinations: DestinationRules;
}

export function readPhone(values: Values, context: SettingsContext): PhoneConfig {
  const allowedCountries = readCountries(values.ALLOWED_COUNTRIES, context);
  const defaultRegion = values.DEFAULT_REGION;
  const exampleCountry =
    defaultRegion ?? [...(allowedCountries ?? [])].find((country) => isSupportedCountry(country)) ?? 'NP';
  return {
    phoneNumbers: { defaultRegion, exampleCountry, testPhones: readTestPhones(values, context) },
    destinations: { allowedCountries },
  };
}

function readCountries(list: string | undefined, { complain }: SettingsContext): ReadonlySet<string> | null {
  if (list === undefined) return null;
  const countries = splitList(list.toUpperCase());
  for (const country of countries.filter((each) => !isCountry(each))) {
    complain(`ALLOWED_COUNTRIES has "${country}". Write two-letter country codes (ISO 3166-1 alpha-2): NP,IN`);
  }
  // A list of commas only would allow nothing, which is never meant.
  if (countries.length === 0) complain('ALLOWED_COUNTRIES names no country. Leave it empty to allow all.');
  return new Set(countries);
}

function readTestPhones(values: Values, context: SettingsContext): TestPhones {
  const { production, complain } = context;
  const codes = new Map<string, string>();
  for (const pair of splitList(values.TEST_PHONES ?? (production ? '' : '+1234567890=123456'))) {
    const [, phoneNumber, code] = /^(\+\d{7,15})=(\d{6})$/.exec(pair) ?? [];
    if (phoneNumber && code) codes.set(phoneNumber, code);
    else complain(`TEST_PHONES has "${pair}". Write pairs of number and 6-digit code: +15005550006=123456`);
  }
  const until = readUntil(values.TEST_PHONES_UNTIL, context);
  if (production && codes.size > 0 && values.TEST_PHONES_UNTIL === undefined) {
    complain('TEST_PHONES needs TEST_PHONES_UNTIL in production: the last day on which they work, e.g. 2027-01-31');
  }
  return new TestPhones(codes, until);
}

function readUntil(value: string | undefined, { complain }: SettingsContext): Date | null {
  if (value === undefined) return null;
  const lastDay = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const instant = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(value);
  const time = new Date(value);
  // JavaScript reads the 31st of February as a day in March.
  const exists = !Number.isNaN(time.getTime()) && (instant || time.toISOString().startsWith(value));
  if ((!lastDay && !instant) || !exists) {
    complain('TEST_PHONES_UNTIL must be a day (2027-01-31) or an instant (2027-01-31T12:00:00Z).');
    return null;
  }
  return lastDay ? new Date(time.getTime() + DAY_MS) : time;
}
