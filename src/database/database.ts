import { type SQL, sql } from 'drizzle-orm';
import { makePgArray, parsePgArray } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { DialTarget } from './dialer.js';
import { RenewedClient } from './renewed-client.js';

/** PostgreSQL's text[], varchar[] and uuid[]. */
const ARRAYS_OF_STRINGS = [1009, 1015, 2951];
/** Seconds. */
const CONNECT_WITHIN = 5;

export type Database = PostgresJsDatabase;

export interface DatabaseConnection {
  readonly db: Database;
  /** Waits for what is under way, then closes every connection. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly maxConnections: number;
  /** Milliseconds until a server that stays silent is given up. Absent: queries may take their time. */
  readonly answerWithin?: number;
}

/** Opens a pool. Nothing is sent until the first query. */
export function openDatabase(url: string, { maxConnections, answerWithin }: DatabaseOptions): DatabaseConnection {
  const client = new RenewedClient({
    open: ({ dialer, onclose }) =>
      readingArrays(
        postgres(url, {
          // An option that postgres.js documents, but does not declare.
          ...{ socket: (target: DialTarget) => dialer.dial(target) },
          max: maxConnections,
          connect_timeout: CONNECT_WITHIN,
          // The dialer decides how often a server that is away is asked; here, queries would queue up and wait for it.
          backoff: () => 0,
          fetch_types: false,
          onnotice: () => undefined,
          onclose,
          connection: { application_name: 'phone-accounts' },
        }),
      ),
    answerWithin: answerWithin ?? null,
  });
  return { db: drizzle(client.sql), close: () => client.close() };
}

/**
 * postgres.js would ask each new connection how arrays are called, and end the whole process when the connection is
 * lost before the answer: the rejection is nobody's.
 */
function readingArrays(client: postgres.Sql): postgres.Sql {
  for (const oid of ARRAYS_OF_STRINGS) {
    client.options.parsers[oid] = parsePgArray;
    client.options.serializers[oid] = makePgArray;
  }
  return client;
}

/** An array of text as a part of a statement: drizzle's own way and postgres.js do not agree about arrays. */
export function textArray(values: readonly string[]): SQL {
  return sql`ARRAY[${sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )}]::text[]`;
}

/** An instant as a parameter: drizzle's driver passes dates through as they are, so they travel as ISO 8601. */
export function instant(time: Date): SQL {
  return sql`${time.toISOString()}::timestamptz`;
}
