import { resolve } from 'node:path';
import {
  type Environment,
  number,
  oneOf,
  type SettingsContext,
  type SettingValues,
  setting,
  text,
} from '../platform/setting.js';
import { type ConnectionTarget, readConnectionUrl } from './connection-target/connection-target.js';
import { foreignNames } from './connection-target/foreign-names.js';
import { EXAMPLE } from './connection-target/split-url.js';
import type { MigrateMode } from './migrate.js';

/** DATABASE_URL of those who mean the bundled PostgreSQL, also in production. */
const BUNDLED = 'bundled';
const MOST_CONNECTIONS = 1_000;

export const databaseSettings = {
  DATABASE_URL: setting(
    text,
    `${BUNDLED}; must be set in production`,
    `PostgreSQL 14 or newer. ${BUNDLED}: the service starts a PostgreSQL of its own, with its data in DATA_DIR.`,
  ),
  PGSSLMODE: setting(
    oneOf(['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']),
    'prefer',
    'disable | allow | prefer | require | verify-ca | verify-full. The sslmode of a database URL that names none.',
  ),
  DATABASE_POOL: setting(
    number(10, 1, MOST_CONNECTIONS),
    '10',
    'Connections of one process to the database, at most. All processes together must leave max_connections some room.',
  ),
  DATABASE_PREPARE: setting(
    oneOf(['on', 'off']),
    'on; off where a pooler is found',
    'on | off. Whether statements are prepared under names. off: for poolers that give each transaction another session.',
  ),
  DATABASE_MIGRATION_URL: setting(
    text,
    '(as DATABASE_URL)',
    'Where migrations run: the address of the owner of the tables, or the direct one of a server behind a pooler.',
  ),
  MIGRATE: setting(
    oneOf(['on', 'check', 'off']).transform((value) => value ?? 'on'),
    'on',
    'on: a start runs the migrations that are new. check: it refuses to start if there are any. off: it does not look.',
  ),
  DATA_DIR: setting(
    text.transform((value) => value ?? './data'),
    './data',
    'Where the bundled PostgreSQL and the development secret live.',
  ),
} as const;

type Values = SettingValues<typeof databaseSettings>;

export interface DatabaseConfig {
  readonly database: {
    /** Null: the bundled PostgreSQL. */
    readonly target: ConnectionTarget | null;
    /** Connections of one process, at most. */
    readonly pool: number;
    /** Whether statements are prepared under names. Null: as the URL says, or as the connection turns out. */
    readonly prepare: boolean | null;
    /** Null: migrations run at the address of the service. */
    readonly migrationTarget: ConnectionTarget | null;
    readonly migrate: MigrateMode;
  };
  /** Absolute. */
  readonly dataDir: string;
}

export function readDatabase(
  values: Values,
  { env, context }: { readonly env: Environment; readonly context: SettingsContext },
): DatabaseConfig {
  const { DATABASE_URL, DATA_DIR } = values;
  // A forgotten setting must not put accounts into a folder that the next container does not have.
  if (DATABASE_URL === undefined && context.production) {
    const choices = `the URL of your PostgreSQL, or to ${BUNDLED} to keep accounts in the folder DATA_DIR`;
    context.complain(`DATABASE_URL is required in production. Set it to ${choices}.`);
  }
  const target = readTarget('DATABASE_URL', values, context);
  const foreign = target === null ? [] : foreignNames(env);
  if (foreign.length > 0) context.warn(`${foreign.join(', ')}: set, but not heeded. Write it into DATABASE_URL.`);
  const prepare = values.DATABASE_PREPARE === undefined ? null : values.DATABASE_PREPARE === 'on';
  const migrationTarget = readTarget('DATABASE_MIGRATION_URL', values, context);
  const isBundled = DATABASE_URL === undefined || DATABASE_URL === BUNDLED;
  if (isBundled && migrationTarget !== null) {
    context.warn('DATABASE_MIGRATION_URL is set, but not heeded: DATABASE_URL means the bundled PostgreSQL.');
  }
  const forMigrations = { migrationTarget: isBundled ? null : migrationTarget, migrate: values.MIGRATE };
  return { database: { target, pool: values.DATABASE_POOL, prepare, ...forMigrations }, dataDir: resolve(DATA_DIR) };
}

/** Null: not set, or the bundled PostgreSQL, or not readable. */
function readTarget(
  name: 'DATABASE_URL' | 'DATABASE_MIGRATION_URL',
  values: Values,
  context: SettingsContext,
): ConnectionTarget | null {
  const url = values[name];
  const mayBeBundled = name === 'DATABASE_URL';
  if (url === undefined || (mayBeBundled && url === BUNDLED)) return null;
  const migratesElsewhere = mayBeBundled && values.DATABASE_MIGRATION_URL !== undefined;
  const reading = readConnectionUrl(url, { PGSSLMODE: values.PGSSLMODE, migratesElsewhere });
  if (reading.kind === 'target') {
    for (const warning of reading.warnings) context.warn(`${name} ${warning}.`);
    return reading.target;
  }
  const orBundled = (problem: string) =>
    mayBeBundled && problem.includes(EXAMPLE) ? `${problem}, or ${BUNDLED}` : problem;
  for (const problem of reading.problems) context.complain(`${name} ${orBundled(problem)}.`);
  return null;
}
