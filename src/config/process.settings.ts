import { oneOf, type SettingsContext, type SettingValues, setting, text } from '../platform/setting.js';
import { DEVELOPMENT_SECRET_PREFIX } from './development-secret.js';

const LEAST_SECRET_BYTES = 32;
/** A random text of 32 bytes has many more. */
const LEAST_DIFFERENT_CHARACTERS = 8;

export const processSettings = {
  NODE_ENV: setting(
    oneOf(['development', 'production', 'test']).transform((value) => value ?? 'development'),
    'development',
    'development | production. Production refuses unsafe settings.',
  ),
  LOG_LEVEL: setting(
    oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'warn; in production info',
    'fatal | error | warn | info | debug | trace | silent.',
  ),
  APP_SECRET: setting(
    text,
    '(made on first start; required in production)',
    'The one secret, 32 bytes or more: codes, refresh tokens and signing keys depend on it. Make one: openssl rand -base64 48',
  ),
  APP_SECRET_PREVIOUS: setting(
    text,
    '(none)',
    'The former secret. Codes, refresh tokens and signing keys that were made with it stay valid.',
  ),
} as const;

type Values = SettingValues<typeof processSettings>;

export interface ProcessConfig {
  readonly production: boolean;
  readonly logLevel: string;
  /** Null in development: one is made and kept in `dataDir`. */
  readonly appSecret: string | null;
  readonly appSecretPrevious: string | null;
}

export function readProcess(values: Values, context: SettingsContext): ProcessConfig {
  const { production, complain } = context;
  const make = 'Make one with: openssl rand -base64 48';
  if (values.APP_SECRET === undefined && production) complain(`APP_SECRET is required in production. ${make}`);
  for (const name of ['APP_SECRET', 'APP_SECRET_PREVIOUS'] as const) {
    const problem = secretProblem(values[name], production);
    if (problem !== null) complain(`${name} ${problem} ${make}`);
    // As the former secret it stays allowed, so that it can be replaced.
    else if (production && name === 'APP_SECRET' && isEasilyGuessed(values[name] ?? '')) {
      complain(`${name} is easy to guess. ${make} and set the former one as APP_SECRET_PREVIOUS if it was in use.`);
    }
  }
  return {
    production,
    logLevel: values.LOG_LEVEL ?? (production ? 'info' : 'warn'),
    appSecret: values.APP_SECRET ?? null,
    appSecretPrevious: values.APP_SECRET_PREVIOUS ?? null,
  };
}

function secretProblem(secret: string | undefined, production: boolean): string | null {
  if (secret === undefined) return null;
  if (Buffer.byteLength(secret) < LEAST_SECRET_BYTES) return `must have at least ${LEAST_SECRET_BYTES} bytes.`;
  const forDevelopment = production && secret.startsWith(DEVELOPMENT_SECRET_PREFIX);
  return forDevelopment ? 'is a development secret, which production refuses.' : null;
}

function isEasilyGuessed(secret: string): boolean {
  const repeats = /^(.{1,16})\1+$/s.test(secret);
  return secret !== '' && (repeats || new Set(secret).size < LEAST_DIFFERENT_CHARACTERS);
}
