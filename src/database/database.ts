import { type SQL, sql } from 'drizzle-orm';
import { makePgArray, parsePgArray } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { type ConnectionTarget, targetOf } from './connection-target/connection-target.js';
import { postgresOptions } from './connection-target/postgres-options.js';
import type { DialTarget } from './dialer.js';
import { RenewedClient } from './renewed-client.js';

/** PostgreSQL's text[], varchar[] and uuid[]. */
const ARRAYS_OF_STRINGS = [1009, 1015, 2951];

export type Database = PostgresJsDatabase;

export interface DatabaseConnection {
  readonly db: Database;
  /** Waits for the queries under way, then closes all connections. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly maxConnections: number;
  /** Milliseconds that the server may take to answer a query. If absent, there is no limit. */
  readonly answerWithin?: number;
}

/** Opens a pool. Nothing is sent until the first query. */
export function openDatabase(
  database: ConnectionTarget | string,
  { maxConnections, answerWithin }: DatabaseOptions,
): DatabaseConnection {
  const target = typeof database === 'string' ? targetOf(database) : database;
  const client = new RenewedClient({
    open: ({ dialer, onclose }) =>
      readingArrays(
        postgres({
          ...postgresOptions(target),
          // postgres.js documents this option, but its types lack it.
          ...{ socket: (target: DialTarget) => dialer.dial(target) },
          max: maxConnections,
          // The dialer decides how often to try an unavailable server. A backoff here would make queries queue up.
          backoff: () => 0,
          onnotice: () => undefined,
          onclose,
        }),
      ),
    answerWithin: answerWithin ?? null,
  });
  return { db: drizzle(client.sql), close: () => client.close() };
}

/**
 * Registers the array types. By itself, postgres.js asks for them on each new connection. If the connection is lost
 * before the answer, no code handles the rejection, and the whole process ends.
 */
function readingArrays(client: postgres.Sql): postgres.Sql {
  for (const oid of ARRAYS_OF_STRINGS) {
    client.options.parsers[oid] = parsePgArray;
    client.options.serializers[oid] = makePgArray;
  }
  return client;
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
