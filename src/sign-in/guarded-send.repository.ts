import { type SQL, sql } from 'drizzle-orm';
import type { NumberRanges } from '../pumping/number-ranges.js';
import { countedKeys, fadedCounters } from '../pumping/proof-counter.repository.js';
import { PUMPING } from '../pumping/pumping-parameters.js';
import { pausedUntil } from '../pumping/send-pause.repository.js';

/** A send that the pumping guard watches. */
export interface GuardedSend {
  readonly ranges: NumberRanges;
  /** Whether this request may probe a pause. */
  readonly probe: boolean;
}

/**
 * One row: what the pumping guard says. Whoever has proved the number, or asks from a known device, is sent the code
 * whatever is paused; the answer is the same for all of them. So is what is counted: if only strangers' sends were
 * evidence, whoever asks for codes to one number would be told by a pause that it has no account. `sentBefore` is a
 * table expression of the function of that name.
 */
export function guardedSend(
  guard: GuardedSend | null,
  asked: { phoneNumber: string /** A condition. */; knownDevice: SQL; sentBefore: SQL; now: Date },
): SQL {
  const { phoneNumber, knownDevice, sentBefore, now } = asked;
  if (!guard) {
    return sql`SELECT NULL::timestamptz AS paused_until, false AS withheld, '{}'::text[] AS keys, 0::float8 AS worth,
      '{}'::text[] AS counted_under`;
  }
  const { range, block, country } = guard.ranges;
  const worth = sql`
    CASE WHEN EXISTS (SELECT 1 FROM ${sentBefore} b WHERE b.counted)
      THEN ${sql.raw(String(PUMPING.resendWorth))} ELSE 1 END`;
  return sql`
    WITH around AS (${fadedCounters([range, block, country], now)})
    SELECT g.paused_until, g.withheld, g.keys, (CASE WHEN g.counted THEN ${worth} ELSE 0 END)::float8 AS worth,
      CASE WHEN g.counted THEN g.keys ELSE '{}' END AS counted_under
    FROM (
      SELECT e.*, e.paused_until IS NOT NULL AND NOT e.known AND NOT ${guard.probe}::boolean AS withheld,
        e.paused_until IS NULL OR ${guard.probe}::boolean AS counted
      FROM (
        SELECT (${pausedUntil(guard.ranges, sql`around`, now)}) AS paused_until, (${countedKeys(guard.ranges, sql`around`)}) AS keys,
          ${knownDevice} OR EXISTS (
            SELECT 1 FROM users WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NOT NULL
          ) AS known
      ) e
    ) g`;
}

/** What `guardedSend` says. */
export interface GuardedRow {
  readonly paused_until: string | null;
  readonly withheld: boolean;
  /** The counters that the send counts under; none where it is not counted. */
  readonly counted_under: string[];
  readonly worth: number;
}
