import { sql } from 'drizzle-orm';
import { folded } from '../../database/columns.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { addSeconds } from '../../platform/clock.js';
import type { FailureKind } from './audit-failure.table.js';

/** Seconds. */
export const QUARTER = 900;
/** Other processes add what they have counted a few seconds later. */
const GRACE = 60;

/** Failures of one kind and proof at one subject within a quarter of an hour. */
export interface CountedFailures {
  readonly quarter: Date;
  readonly kind: FailureKind;
  readonly proof: string;
  readonly subject: string;
  readonly count: number;
  readonly ipAddress: string | null;
  readonly lastAt: Date;
  readonly lockedUntil: Date | null;
}

export class FailureTrailRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async add(failures: readonly CountedFailures[]): Promise<void> {
    await add.run(this.#db, { failures });
  }

  /** Writes up to `most` events for quarters that are over, each once, and returns how many. */
  async removeOver(now: Date, most: number): Promise<number> {
    const [row] = await write.run(this.#db, { before: addSeconds(now, -QUARTER - GRACE), most });
    return row?.written ?? 0;
  }
}

/** Rows are locked in the order of their keys. Raw: the builder has no rows that come as one parameter. */
const add = new Statement<object, { failures: object }>(
  'audit: add failures',
  sql`
    INSERT INTO audit_failures AS f (quarter, kind, proof, subject, count, ip_address, last_at, locked_until)
    SELECT * FROM jsonb_to_recordset(${parameter('failures', 'jsonb')}) AS p (quarter timestamptz, kind text, proof text,
      subject text, count int, "ipAddress" text, "lastAt" timestamptz, "lockedUntil" timestamptz)
    ORDER BY quarter, kind, proof, subject
    ON CONFLICT (quarter, kind, proof, subject) DO UPDATE SET
      count = f.count + excluded.count,
      ip_address = CASE WHEN f.ip_address = excluded.ip_address THEN f.ip_address END,
      last_at = greatest(f.last_at, excluded.last_at),
      locked_until = greatest(f.locked_until, excluded.locked_until)`,
);

/**
 * The rows go with the statement that writes their events, so each is written once. A number or an email address that an account
 * has verified is that account's. Raw: the builder cannot write to two tables.
 */
const write = new Statement<{ readonly written: number }, { before: Date; most: number }>(
  'audit: write failures',
  sql`
    WITH done AS (
      DELETE FROM audit_failures WHERE (quarter, kind, proof, subject) IN (
        SELECT quarter, kind, proof, subject FROM audit_failures WHERE quarter <= ${parameter('before', 'timestamptz')}
        ORDER BY quarter, kind, proof, subject LIMIT ${parameter('most', 'int')} FOR UPDATE SKIP LOCKED
      )
      RETURNING kind, proof, subject, count, ip_address, last_at, locked_until
    ),
    events AS (
      INSERT INTO audit_events (at, kind, actor_kind, user_id, ip_address, phone_number, count, details)
      SELECT d.last_at, d.kind, 'ANONYMOUS', coalesce(n.id, e.id, a.id), d.ip_address,
        CASE WHEN starts_with(d.subject, '+') THEN d.subject END, d.count,
        jsonb_strip_nulls(jsonb_build_object('proof', split_part(d.proof, ':', 1),
          'purpose', nullif(split_part(d.proof, ':', 2), ''), 'lockedUntil', d.locked_until))
      FROM done d
      LEFT JOIN users n ON n.phone_number = d.subject AND n.phone_verified_at IS NOT NULL
      LEFT JOIN users e ON lower(e.email) = ${folded(sql`d.subject`)} AND e.email_verified_at IS NOT NULL
      LEFT JOIN users a ON a.id = CASE WHEN d.subject ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN d.subject::uuid END
    )
    SELECT count(*)::int AS written FROM done`,
);
