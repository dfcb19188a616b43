import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import type { SendLimits } from '../budgets/send-budgets.js';
import type { DestinationRules } from '../phone/destination.js';
import { TestPhones } from '../phone/test-phones.js';
import type { PhoneNumberRules } from '../phone/phone-number.js';
import { isLoopback } from '../platform/loopback.js';
import { ClaimsTemplate } from '../sessions/token-claims.js';
import { type DeliveryConfig, readDelivery } from './delivery-config.js';
import { DEVELOPMENT_SECRET_PREFIX } from './development-secret.js';
import { isCountry, splitList } from './read-list.js';
import { type Problem, readSettings, type Settings } from './settings.js';
import { textWarnings } from './text-warnings.js';

/** When callers have to pass a CAPTCHA, and whose. */
export type CaptchaConfig =
  | { readonly mode: 'off' }
  | {
      readonly mode: 'on-suspicion' | 'always';
      readonly provider: 'turnstile' | 'hcaptcha';
      readonly siteKey: string;
      readonly secret: string;
      readonly baseUrl: string | undefined;
    };

/** The secrets that providers publish for tests: whoever sends any token passes, or nobody does. */
const CAPTCHA_TEST_SECRETS = /^([123]x0{30}|0x0{29})/i;

/** The whole configuration, complete and checked. Nothing else reads the environment. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** Null: metrics are not served. */
  readonly metricsPort: number | null;
  /** Null: the address the service turns out to listen on. */
  readonly publicUrl: string | null;
  readonly corsOrigins: readonly string[];
  /** A hop count, a list of trusted addresses, or false. */
  readonly trustProxy: number | readonly string[] | false;
  readonly introspection: boolean;
  readonly logLevel: string;
  /** Null: the bundled PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Absolute. */
  readonly dataDir: string;
  /** Null in development: one is made and kept in `dataDir`. */
  readonly appSecret: string | null;
  readonly appSecretPrevious: string | null;
  readonly tokenAudience: string | null;
  readonly accessTokenTtl: number;
  /** What access tokens say on top of the service's own claims. */
  readonly accessTokenClaims: ClaimsTemplate | null;
  readonly sessions: { readonly refreshTokenTtl: number; readonly maxAge: number; readonly refreshGrace: number };
  /** Whether web clients may have their refresh token kept in a cookie. */
  readonly sessionCookies: boolean;
  readonly unknownPhone: 'sign-up' | 'register' | 'reject';
  readonly codeRequired: boolean;
  readonly phoneNumbers: PhoneNumberRules;
  readonly otp: { readonly timeToLive: number; readonly maxAttempts: number; readonly cooldown: number };
  readonly guesses: { readonly perDay: number; readonly lockAfter: number; readonly lockDuration: number };
  readonly sends: SendLimits;
  /** Whether codes are withheld from number ranges that are pumped. */
  readonly pumpingGuard: boolean;
  readonly destinations: DestinationRules;
  readonly failures: { readonly perNetworkPerHour: number; readonly perHour: number };
  readonly fieldRateLimit: number;
  readonly breachedPasswordsFile: string | null;
  readonly delivery: DeliveryConfig;
  readonly captcha: CaptchaConfig;
  /** Threads that password hashes and token checks share (UV_THREADPOOL_SIZE, as Node reads it). */
  readonly threads: number;
}

export type ConfigReading =
  | { readonly kind: 'config'; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** Reads the environment once, completely: a pure function that reports every problem together. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ConfigReading {
  const { values, problems: misread } = readSettings(env);
  const found: Problem[] = [];
  const config = toConfig(values, Number(env['UV_THREADPOOL_SIZE'] || 4), found);
  // A setting that cannot be read counts as absent here; what follows from that alone would only confuse.
  const problems = [...misread, ...found.filter((problem) => !misread.some((other) => sameSetting(problem, other)))];
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'config', config, warnings: warningsOf(config) };
}

function sameSetting(problem: Problem, other: Problem): boolean {
  return problem.split(' ', 1)[0] === other.split(' ', 1)[0];
}

function toConfig(values: Settings, threads: number, problems: Problem[]): Config {
  const production = values.NODE_ENV === 'production';
  checkSecrets(values, production, problems);
  return {
    production,
    host: values.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: values.PORT,
    metricsPort: readMetricsPort(values, problems),
    publicUrl: values.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    corsOrigins: readOrigins(values.CORS_ORIGINS, problems),
    trustProxy: readTrustProxy(values.TRUST_PROXY, problems),
    introspection: values.INTROSPECTION ? values.INTROSPECTION === 'on' : !production,
    logLevel: values.LOG_LEVEL ?? (production ? 'info' : 'warn'),
    databaseUrl: values.DATABASE_URL ?? null,
    dataDir: resolve(values.DATA_DIR),
    appSecret: values.APP_SECRET ?? null,
    appSecretPrevious: values.APP_SECRET_PREVIOUS ?? null,
    tokenAudience: values.TOKEN_AUDIENCE ?? null,
    accessTokenTtl: values.ACCESS_TOKEN_TTL,
    accessTokenClaims: readClaims(values.ACCESS_TOKEN_CLAIMS, problems),
    sessions: {
      refreshTokenTtl: values.REFRESH_TOKEN_TTL,
      maxAge: values.SESSION_MAX_AGE,
      refreshGrace: values.REFRESH_GRACE,
    },
    sessionCookies: readSessionCookies(values, production, problems),
    unknownPhone: values.UNKNOWN_PHONE,
    codeRequired: values.REGISTRATION === 'code',
    phoneNumbers: { defaultRegion: values.DEFAULT_REGION, testPhones: readTestPhones(values, production, problems) },
    otp: {
      timeToLive: values.OTP_TTL,
      maxAttempts: values.OTP_MAX_ATTEMPTS,
      cooldown: values.OTP_RESEND_COOLDOWN,
    },
    guesses: {
      perDay: values.OTP_FAILURES_PER_DAY,
      lockAfter: values.LOCK_AFTER_FAILURES,
      lockDuration: values.LOCK_DURATION,
    },
    pumpingGuard: values.PUMPING_GUARD === 'on',
    sends: {
      perNumberPerHour: values.OTP_SENDS_PER_HOUR,
      perNumberPerDay: values.OTP_SENDS_PER_DAY,
      perNetworkPerHour: values.SENDS_PER_NETWORK_PER_HOUR,
      perCountryPerHour: values.SENDS_PER_COUNTRY_PER_HOUR,
      perDay: values.SENDS_PER_DAY,
    },
    destinations: { allowedCountries: readCountries(values.ALLOWED_COUNTRIES, problems) },
    failures: {
      perNetworkPerHour: values.FAILURES_PER_NETWORK_PER_HOUR,
      perHour: values.FAILURES_PER_HOUR,
    },
    fieldRateLimit: values.FIELD_RATE_LIMIT,
    breachedPasswordsFile: values.BREACHED_PASSWORDS_FILE ?? null,
    delivery: readDelivery(values, production, problems),
    captcha: readCaptcha(values, production, problems),
    threads: Number.isInteger(threads) && threads > 0 ? threads : 4,
  };
}

function readMetricsPort({ PORT, METRICS_PORT }: Settings, problems: Problem[]): number | null {
  if (METRICS_PORT === PORT) problems.push('METRICS_PORT must differ from PORT: metrics are for operators only.');
  return METRICS_PORT ?? null;
}

function checkSecrets(values: Settings, production: boolean, problems: Problem[]): void {
  const make = 'Make one with: openssl rand -base64 48';
  for (const name of ['APP_SECRET', 'APP_SECRET_PREVIOUS'] as const) {
    const secret = values[name];
    if (secret === undefined) {
      if (production && name === 'APP_SECRET') problems.push(`APP_SECRET is required in production. ${make}`);
    } else if (Buffer.byteLength(secret) < 32) {
      problems.push(`${name} must have at least 32 bytes. ${make}`);
    } else if (production && secret.startsWith(DEVELOPMENT_SECRET_PREFIX)) {
      problems.push(`${name} is a development secret, which production refuses. ${make}`);
    }
  }
}

function readSessionCookies(values: Settings, production: boolean, problems: Problem[]): boolean {
  if (values.SESSION_COOKIES === 'off') return false;
  const url = values.PUBLIC_URL ?? 'http://localhost';
  if (!url.startsWith('https:') && (production || !isLoopback(new URL(url).hostname))) {
    const allowed = production ? 'https://' : 'https:// or http://localhost';
    problems.push(
      `PUBLIC_URL must begin with ${allowed} with SESSION_COOKIES=on: browsers take the cookie only there.`,
    );
  }
  return true;
}

function readOrigins(list: string | undefined, problems: Problem[]): string[] {
  const origins = splitList(list);
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      problems.push(
        `CORS_ORIGINS has "${origin}", which is no origin. Write scheme and host, e.g. https://app.example.com`,
      );
    }
  }
  return origins;
}

function readClaims(text: string | undefined, problems: Problem[]): ClaimsTemplate | null {
  if (text === undefined) return null;
  const reading = ClaimsTemplate.read(text);
  if (reading.kind === 'template') return reading.template;
  problems.push(...reading.problems.map((problem) => `ACCESS_TOKEN_CLAIMS ${problem}`));
  return null;
}

function readTrustProxy(value: string | undefined, problems: Problem[]): Config['trustProxy'] {
  if (value === undefined) return false;
  if (/^\d{1,2}$/.test(value)) return Number(value) || false;
  const ranges = splitList(value);
  for (const range of ranges) {
    const known = ipaddr.isValid(range) || ipaddr.isValidCIDR(range);
    if (!known && !['loopback', 'linklocal', 'uniquelocal'].includes(range)) {
      problems.push(`TRUST_PROXY has "${range}". Write a hop count (1), or addresses and CIDR ranges (10.0.0.0/8).`);
    }
  }
  return ranges;
}

function readCountries(list: string | undefined, problems: Problem[]): ReadonlySet<string> | null {
  if (list === undefined) return null;
  const countries = splitList(list.toUpperCase());
  const unknown = countries.filter((country) => !isCountry(country));
  for (const country of unknown) {
    problems.push(`ALLOWED_COUNTRIES has "${country}". Write two-letter country codes (ISO 3166-1 alpha-2): NP,IN`);
  }
  // A list of commas only would allow nothing, which nobody means.
  if (countries.length === 0) problems.push('ALLOWED_COUNTRIES names no country. Leave it empty to allow all.');
  return new Set(countries);
}

function readTestPhones(values: Settings, production: boolean, problems: Problem[]): TestPhones {
  const list = values.TEST_PHONES ?? (production ? '' : '+1234567890=123456');
  const codes = new Map<string, string>();
  for (const pair of splitList(list)) {
    const [, phoneNumber, code] = /^(\+\d{7,15})=(\d{6})$/.exec(pair) ?? [];
    if (phoneNumber && code) codes.set(phoneNumber, code);
    else problems.push(`TEST_PHONES has "${pair}". Write pairs of number and 6-digit code: +15005550006=123456`);
  }
  const until = readUntil(values.TEST_PHONES_UNTIL, problems);
  if (production && codes.size > 0 && until === null && values.TEST_PHONES_UNTIL === undefined) {
    problems.push(
      'TEST_PHONES needs TEST_PHONES_UNTIL in production: the last day on which they work, e.g. 2027-01-31',
    );
  }
  return new TestPhones(codes, until);
}

function readUntil(value: string | undefined, problems: Problem[]): Date | null {
  if (value === undefined) return null;
  const lastDay = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const instant = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(value);
  const time = new Date(value);
  // JavaScript reads the 31st of February as a day in March.
  const exists = !Number.isNaN(time.getTime()) && (instant || time.toISOString().startsWith(value));
  if ((!lastDay && !instant) || !exists) {
    problems.push('TEST_PHONES_UNTIL must be a day (2027-01-31) or an instant (2027-01-31T12:00:00Z).');
    return null;
  }
  return lastDay ? new Date(time.getTime() + 86_400_000) : time;
}

function readCaptcha(values: Settings, production: boolean, problems: Problem[]): CaptchaConfig {
  const { CAPTCHA: mode, CAPTCHA_SECRET: secret, CAPTCHA_BASE_URL: baseUrl } = values;
  if (mode === 'off') return { mode };
  for (const name of ['CAPTCHA_PROVIDER', 'CAPTCHA_SITE_KEY', 'CAPTCHA_SECRET'] as const) {
    if (!values[name]) problems.push(`${name} is required with CAPTCHA=${mode}.`);
  }
  if (production && secret && CAPTCHA_TEST_SECRETS.test(secret)) {
    problems.push('CAPTCHA_SECRET is a test secret of the provider, which production refuses: any token would do.');
  }
  if (production && /^http:/i.test(baseUrl ?? '')) {
    problems.push('CAPTCHA_BASE_URL must begin with https:// in production: the secret and the verdict go that way.');
  }
  const { CAPTCHA_PROVIDER: provider = 'turnstile', CAPTCHA_SITE_KEY: siteKey = '' } = values;
  return { mode, provider, siteKey, secret: secret ?? '', baseUrl };
}

function warningsOf({ production, publicUrl, delivery, otp }: Config): string[] {
  const warnings = textWarnings(delivery.texts, Math.floor(otp.timeToLive / 60));
  if (production && publicUrl === null) {
    warnings.push(
      'PUBLIC_URL is not set: access tokens name http://localhost as their issuer. Set it to the address clients use.',
    );
  }
  if (production && delivery.twilio?.whatsapp?.templates === null) {
    warnings.push(
      'TWILIO_WHATSAPP_TEMPLATES is not set: WhatsApp drops texts to people who have not written to you for a day.',
    );
  }
  return warnings;
}
