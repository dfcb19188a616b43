import { type SQL, sql } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

export type Database = PostgresJsDatabase;

export interface DatabaseConnection {
  readonly db: Database;
  /** Waits for what is under way, then closes every connection. */
  close(): Promise<void>;
}

/** Opens a pool. Nothing is sent until the first query. */
export function openDatabase(url: string, maxConnections: number): DatabaseConnection {
  const client = postgres(url, {
    max: maxConnections,
    connect_timeout: 5,
    // A database that is away is asked again soon: callers get SERVICE_UNAVAILABLE at once and service once it is back.
    backoff: () => 0.2,
    onnotice: () => undefined,
    connection: { application_name: 'phone-accounts' },
  });
  return { db: drizzle(preparing(client)), close: () => client.end({ timeout: 10 }) };
}

/** Drizzle sends each query unprepared; named statements save PostgreSQL the parsing and planning. */
function preparing(client: postgres.Sql): postgres.Sql {
  const unsafe = client.unsafe.bind(client);
  client.unsafe = ((query, parameters, options) =>
    unsafe(query, parameters, { ...options, prepare: true })) as typeof client.unsafe;
  return client;
}

/** An instant as a parameter: drizzle's driver passes dates through as they are, so they travel as ISO 8601. */
export function instant(time: Date): SQL {
  return sql`${time.toISOString()}::timestamptz`;
}
