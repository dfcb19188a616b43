import { resolve } from 'node:path';
import { checked, type SettingsContext, type SettingValues, setting, text } from '../platform/setting.js';

/** DATABASE_URL of those who mean the bundled PostgreSQL, also in production. */
const BUNDLED = 'bundled';

export const databaseSettings = {
  DATABASE_URL: setting(
    checked(
      (value) => value === BUNDLED || isPostgresUrl(value),
      `must be a URL such as postgres://user:password@host:5432/database, or ${BUNDLED}`,
    ),
    `${BUNDLED}; must be set in production`,
    `PostgreSQL 14 or newer. ${BUNDLED}: the service starts a PostgreSQL of its own, with its data in DATA_DIR.`,
  ),
  DATA_DIR: setting(
    text.transform((value) => value ?? './data'),
    './data',
    'Where the bundled PostgreSQL and the development secret live.',
  ),
} as const;

export interface DatabaseConfig {
  /** Null: the bundled PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Absolute. */
  readonly dataDir: string;
}

export function readDatabase(
  { DATABASE_URL, DATA_DIR }: SettingValues<typeof databaseSettings>,
  { production, complain }: SettingsContext,
): DatabaseConfig {
  // A forgotten setting must not put accounts into a folder that the next container does not have.
  if (DATABASE_URL === undefined && production) {
    const choices = `the URL of your PostgreSQL, or to ${BUNDLED} to keep accounts in the folder DATA_DIR`;
    complain(`DATABASE_URL is required in production. Set it to ${choices}.`);
  }
  const databaseUrl = DATABASE_URL === undefined || DATABASE_URL === BUNDLED ? null : DATABASE_URL;
  return { databaseUrl, dataDir: resolve(DATA_DIR) };
}

function isPostgresUrl(value: string): boolean {
  return URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol);
}
