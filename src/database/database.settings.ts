import { resolve } from 'node:path';
import { type SettingValues, setting, text, url } from '../platform/setting.js';

export const databaseSettings = {
  DATABASE_URL: setting(
    url(/^postgres(ql)?$/, 'postgres://user:password@host:5432/database'),
    '(the bundled PostgreSQL)',
    'PostgreSQL 14 or newer. Without it the service starts a PostgreSQL of its own in DATA_DIR.',
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

export function readDatabase({ DATABASE_URL, DATA_DIR }: SettingValues<typeof databaseSettings>): DatabaseConfig {
  return { databaseUrl: DATABASE_URL ?? null, dataDir: resolve(DATA_DIR) };
}
