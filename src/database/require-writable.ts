import { sql } from 'drizzle-orm';
import type { Database } from './database.js';
import { failure } from './pool/connection.js';

/** @throws unless the database answers and takes writes. A pooler may have other servers behind it than a moment ago. */
export async function requireWritable(db: Database): Promise<void> {
  const [row] = await db.execute<{ read_only: string }>(
    sql`SELECT current_setting('transaction_read_only') AS read_only`,
  );
  if (row?.read_only !== 'off') throw failure('25006', 'the server is read-only');
}
