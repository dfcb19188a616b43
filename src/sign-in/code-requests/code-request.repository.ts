import { lt, sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import { removeOver } from '../../database/remove-over.js';
import { parameter, Statement } from '../../database/statement.js';
import { addSeconds } from '../../platform/clock.js';
import type { CodeRequest } from './code-request.js';
import { codeRequestTable } from './code-request.table.js';

/** Seconds for which a request is kept: seven days. */
export const CODE_REQUESTS_KEPT = 604_800;
/** Of these many only the newest are kept, whatever their age: some 300 MB. */
const MOST_KEPT = 1_000_000;

/** By hand: the builder would make the text of the statement anew for each number of rows. */
const insert = new Statement<object, { rows: readonly CodeRequest[] }>(
  'note requests for codes',
  sql`
    INSERT INTO code_requests (at, number, purpose, channel, result, reason, budget, retry_after_seconds, message_id, request_id,
      ip_address)
    SELECT at, number, purpose, channel, result, reason, budget, "retryAfterSeconds", "messageId", "requestId", "ipAddress"
    FROM jsonb_to_recordset(${parameter('rows', 'jsonb')}) AS request (at timestamptz, number text, purpose text, channel text,
      result text, reason text, budget text, "retryAfterSeconds" int, "messageId" uuid, "requestId" text, "ipAddress" text)`,
);

export class CodeRequestRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async add(rows: readonly CodeRequest[]): Promise<void> {
    await insert.run(this.#db, { rows });
  }

  /** Removes up to `most` requests that are older than seven days, or the oldest where there are too many. */
  async removeOver(now: Date, most: number): Promise<number> {
    const { id, at } = codeRequestTable;
    const old = lt(at, addSeconds(now, -CODE_REQUESTS_KEPT));
    const aged = await removeOver(this.#db, { table: codeRequestTable, over: old, oldestBy: at, most });
    if (aged === most) return aged;
    const beyond = sql`${id} <= (SELECT max(id) FROM code_requests) - ${MOST_KEPT}::bigint`;
    const over = { table: codeRequestTable, over: beyond, oldestBy: id, most: most - aged };
    return aged + (await removeOver(this.#db, over));
  }
}
