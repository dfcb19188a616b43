import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { CLOCK_TOLERANCE } from '../platform/clock.js';

const tolerance = sql.raw(`interval '${CLOCK_TOLERANCE} s'`);

/** A condition: whether a stored time of something that has happened lies too far ahead of `now` (platform/clock.ts). */
export function writtenAhead(time: SQLWrapper, now: SQL): SQL {
  return sql`${time} > ${now} + ${tolerance}`;
}
