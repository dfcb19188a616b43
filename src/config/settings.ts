import { getCountries, isSupportedCountry } from 'libphonenumber-js/max';
import { z } from 'zod';
import { deliverySettings } from './delivery-settings.js';
import { isPublicUrl } from './delivery-urls.js';
import { checked, number, oneOf, setting, text, url, wholeNumber } from './setting.js';

const DAY = 86_400;
const YEAR = 365 * DAY;
const MANY = 1_000_000_000;

/** Every setting there is. Names are public; durations are in seconds. */
export const settings = {
  NODE_ENV: setting(
    oneOf(['development', 'production', 'test']).transform((value) => value ?? 'development'),
    'development',
    'development | production. Production refuses unsafe settings.',
  ),
  PORT: setting(number(4000, 1, 65_535), '4000', 'TCP port.'),
  HOST: setting(text, '127.0.0.1; in production 0.0.0.0', 'Address to listen on.'),
  PUBLIC_URL: setting(
    checked(isPublicUrl, 'must be a URL such as https://accounts.example.com, without user, query and fragment'),
    'http://localhost:PORT',
    'Where clients reach the service: the issuer (iss) of access tokens. Set it in production.',
  ),
  CORS_ORIGINS: setting(text, '(none)', 'Comma-separated origins of front ends, e.g. https://app.example.com.'),
  TRUST_PROXY: setting(
    text,
    '(none)',
    'Proxies whose X-Forwarded-For is believed: a hop count, or a comma-separated list of addresses and CIDR ranges.',
  ),
  INTROSPECTION: setting(
    oneOf(['on', 'off']),
    'on; in production off',
    'on | off. Whether clients may ask for the schema and are given suggestions for misspelt fields.',
  ),
  METRICS_PORT: setting(
    wholeNumber(1, 65_535).optional(),
    '(none)',
    'TCP port for GET /metrics (Prometheus), on HOST. Let only operators reach it.',
  ),
  LOG_LEVEL: setting(
    oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'warn; in production info',
    'fatal | error | warn | info | debug | trace | silent.',
  ),
  DATABASE_URL: setting(
    url(/^postgres(ql)?$/, 'postgres://user:password@host:5432/database'),
    '(the bundled PostgreSQL)',
    'PostgreSQL 14 or newer. Without it the service starts a PostgreSQL of its own in DATA_DIR.',
  ),
  DATA_DIR: setting(
    z
      .string()
      .optional()
      .transform((value) => value ?? './data'),
    './data',
    'Where the bundled PostgreSQL and the development secret live.',
  ),
  APP_SECRET: setting(
    text,
    '(made on first start; required in production)',
    'The one secret, 32 bytes or more: codes, refresh tokens and signing keys depend on it. Make one: openssl rand -base64 48',
  ),
  APP_SECRET_PREVIOUS: setting(
    text,
    '(none)',
    'The secret before: codes, refresh tokens and signing keys that were made with it stay good.',
  ),
  TOKEN_AUDIENCE: setting(text, 'PUBLIC_URL', 'Audience (aud) of access tokens.'),
  ACCESS_TOKEN_TTL: setting(number(900, 60, DAY), '900', 'Life of an access token.'),
  ACCESS_TOKEN_CLAIMS: setting(
    text,
    '(none)',
    'JSON object of extra claims for access tokens, with placeholders: {"email":"{{user.email}}"} (docs/verifying-tokens.md).',
  ),
  REFRESH_TOKEN_TTL: setting(
    number(2_592_000, 60, YEAR),
    '2592000',
    'A session that is not refreshed for so long ends.',
  ),
  SESSION_MAX_AGE: setting(number(7_776_000, 60, 10 * YEAR), '7776000', 'A session ends after so long in any case.'),
  REFRESH_GRACE: setting(
    number(30, 0, 300),
    '30',
    'For so long a refresh token that was already used still gets its successor (lost answers on mobile networks).',
  ),
  SESSION_COOKIES: setting(
    oneOf(['on', 'off']).transform((value) => value ?? 'off'),
    'off',
    'on | off. Whether web clients may have their refresh token kept in a cookie (docs/cookie-mode.md).',
  ),
  UNKNOWN_PHONE: setting(
    oneOf(['sign-up', 'register', 'reject']).transform((value) => value ?? 'sign-up'),
    'sign-up',
    'sign-up | register | reject. What a code request for a number without an account means (README, "Modes").',
  ),
  REGISTRATION: setting(
    oneOf(['open', 'code']).transform((value) => value ?? 'open'),
    'open',
    'open | code. Whether register needs a verificationCode.',
  ),
  DEFAULT_REGION: setting(
    z
      .string()
      .refine(isSupportedCountry, 'must be a two-letter country code (ISO 3166-1 alpha-2) such as NP')
      .transform((value) => getCountries().find((country) => country === value) ?? null)
      .optional()
      .transform((value) => value ?? null),
    '(none)',
    'Country of numbers typed without a country code, e.g. NP. Without it they are refused.',
  ),
  OTP_TTL: setting(number(600, 60, 3600), '600', 'Life of a code.'),
  OTP_MAX_ATTEMPTS: setting(number(3, 1, 10), '3', 'Guesses per code.'),
  OTP_RESEND_COOLDOWN: setting(number(60, 1, 3600), '60', 'Pause between two sends to one number.'),
  OTP_FAILURES_PER_DAY: setting(number(20, 2, 100), '20', 'Wrong guesses at one number in any 24 hours.'),
  LOCK_AFTER_FAILURES: setting(number(6, 2, 100), '6', 'Wrong guesses within an hour that lock a number.'),
  LOCK_DURATION: setting(number(900, 1, DAY), '900', 'First lock; each further one is twice as long, up to a day.'),
  OTP_SENDS_PER_HOUR: setting(number(5, 1, 1000), '5', 'Codes sent to one number in any hour (docs/limits.md).'),
  OTP_SENDS_PER_DAY: setting(number(10, 1, 1000), '10', 'Codes sent to one number in any 24 hours.'),
  SENDS_PER_NETWORK_PER_HOUR: setting(
    number(100, 1, MANY),
    '100',
    'Codes sent for one client network (IPv4 /24, IPv6 /56) in any hour. Mobile operators put many people behind one.',
  ),
  SENDS_PER_COUNTRY_PER_HOUR: setting(
    number(1000, 1, MANY),
    '1000',
    'Codes sent to one country in any hour; a quarter of them to numbers with the same first 6 digits, a tenth with the same 8.',
  ),
  SENDS_PER_DAY: setting(
    number(10_000, 1, MANY),
    '10000',
    'Codes sent in any 24 hours, in all: the most a day can cost.',
  ),
  PUMPING_GUARD: setting(
    oneOf(['on', 'off']).transform((value) => value ?? 'on'),
    'on',
    'on | off. Whether codes are withheld from number ranges that hardly prove any (docs/pumping-guard.md). Off where your provider does so.',
  ),
  ALLOWED_COUNTRIES: setting(
    text,
    '(all)',
    'Comma-separated countries that codes are sent to, e.g. NP,IN. 001: numbers of no country, such as satellite phones.',
  ),
  FAILURES_PER_NETWORK_PER_HOUR: setting(
    number(240, 12, 10_000_000),
    '240',
    'Wrong guesses from one client network (IPv4 /24, IPv6 /56) by devices that no account knows; a twelfth in 5 minutes.',
  ),
  FAILURES_PER_HOUR: setting(
    number(1200, 12, 10_000_000),
    '1200',
    'The same from everywhere together: about a tenth of the sign-ins of your busiest hour, and more than honest mistakes.',
  ),
  FIELD_RATE_LIMIT: setting(
    number(300, 1, 1_000_000),
    '300',
    'Calls of one field per client network (IPv4 /24, IPv6 /56), minute and process.',
  ),
  BREACHED_PASSWORDS_FILE: setting(
    text,
    '(none)',
    'File of SHA-1 hashes of breached passwords, one a line in ascending order, as Have I Been Pwned offers it.',
  ),
  TEST_PHONES: setting(
    text,
    '+1234567890=123456; in production none',
    'Numbers with a fixed code to which nothing is sent: +15005550006=123456,+15005550007=654321',
  ),
  TEST_PHONES_UNTIL: setting(
    text,
    '(none; required in production with TEST_PHONES)',
    'Last day (UTC, YYYY-MM-DD) or instant (ISO 8601) on which test numbers work.',
  ),
  ...deliverySettings,
  CAPTCHA: setting(
    oneOf(['off', 'on-suspicion', 'always']).transform((value) => value ?? 'off'),
    'off',
    'off | on-suspicion | always. When codes, sign-ins and registrations need a CAPTCHA (docs/captcha.md).',
  ),
  CAPTCHA_PROVIDER: setting(
    oneOf(['turnstile', 'hcaptcha']),
    '(none)',
    'turnstile | hcaptcha. Required unless CAPTCHA=off, as are the site key and the secret.',
  ),
  CAPTCHA_SITE_KEY: setting(text, '(none)', 'The public key of the widget, which front ends are told.'),
  CAPTCHA_SECRET: setting(text, '(none)', 'The secret that belongs to the site key.'),
  CAPTCHA_BASE_URL: setting(
    url(/^https?$/, 'https://challenges.cloudflare.com'),
    "(the provider's own)",
    'Another address for the CAPTCHA provider: a proxy, or a stand-in for tests. In production https only.',
  ),
} as const;

export type SettingName = keyof typeof settings;
export type Settings = { readonly [Name in SettingName]: z.output<(typeof settings)[Name]['schema']> };

/** One thing wrong with the configuration, with what to do about it. */
export type Problem = string;

/**
 * Reads every setting by itself. Empty counts as absent: `NAME=` in an env file means "the default". So does what
 * cannot be read, so that the rest can still be checked and every problem is told at once.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): {
  values: Settings;
  problems: Problem[];
} {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, { schema }] of Object.entries(settings)) {
    const given = env[name]?.trim();
    const result = schema.safeParse(given === '' ? undefined : given);
    for (const { message } of result.error?.issues ?? []) problems.push(`${name} ${message}.`);
    values[name] = result.success ? result.data : schema.parse(undefined);
  }
  return { values: values as Settings, problems };
}
