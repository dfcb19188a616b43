import { type SQL, sql } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { DialTarget } from './dialer.js';
import { RenewedClient } from './renewed-client.js';

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
      postgres(url, {
        // An option that postgres.js documents, but does not declare.
        ...{ socket: (target: DialTarget) => dialer.dial(target) },
        max: maxConnections,
        connect_timeout: CONNECT_WITHIN,
        // The dialer decides how often a server that is away is asked; here, queries would queue up and wait for it.
        backoff: () => 0,
        onnotice: () => undefined,
        onclose,
        connection: { application_name: 'phone-accounts' },
      }),
    answerWithin: answerWithin ?? null,
  });
  return { db: drizzle(client.sql), close: () => client.close() };
}

/** An instant as a parameter: drizzle's driver passes dates through as they are, so they travel as ISO 8601. */
export function instant(time: Date): SQL {
  return sql`${time.toISOString()}::timestamptz`;
}
