import { type SQL, sql } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import { type ConnectionTarget, targetOf } from './connection-target/connection-target.js';
import { ownValues, drizzleClient } from './pool/drizzle-client.js';
import { Opener, type OpenerOptions } from './pool/opener.js';
import { Pool, type PoolUse } from './pool/pool.js';
import { traced } from './pool/traced-runner.js';
import type { Tracing } from '../tracing/tracing.js';

export type Database = PostgresJsDatabase;

export interface DatabaseConnection {
  readonly db: Database;
  /** How busy its connections are. */
  poolUse(): PoolUse;
  /** Waits for the queries under way, then closes all connections. */
  close(): Promise<void>;
}

export interface DatabaseOptions extends Partial<OpenerOptions> {
  readonly maxConnections: number;
  /** Absent or null: nothing is traced. */
  readonly tracing?: Tracing | null;
}

/** Opens a pool. Nothing is sent until the first query. */
export function openDatabase(database: ConnectionTarget | string, options: DatabaseOptions): DatabaseConnection {
  const values = ownValues();
  const target = typeof database === 'string' ? targetOf(database) : database;
  const opener = new Opener(target, { limits: null, prepare: null, onWarning: () => undefined, ...options, values });
  const pool = new Pool({
    size: options.maxConnections,
    hosts: target.hosts,
    open: (host, onOver) => opener.open(host, onOver),
  });
  const { tracing = null } = options;
  const client = drizzleClient(tracing === null ? pool : traced(pool, tracing), values);
  return { db: drizzle({ client }), poolUse: () => pool.use, close: () => pool.close() };
}

/** A text[] as part of a statement, because drizzle and postgres.js do not agree about arrays. */
export function textArray(values: readonly string[]): SQL {
  return sql`ARRAY[${sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )}]::text[]`;
}

/** An instant as a parameter, in ISO 8601. Drizzle's driver does not convert dates. */
export function instant(time: Date): SQL {
  return sql`${time.toISOString()}::timestamptz`;
}
