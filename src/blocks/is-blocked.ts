import { type SQL, sql } from 'drizzle-orm';

/** A message or a number, as expressions. */
interface Target {
  /** E.164; an email address is never blocked. */
  readonly destination: SQL;
  /** ISO 3166-1 alpha-2, or null. */
  readonly country: SQL;
}

/**
 * A condition: whether an administrator blocked a number, a beginning of it, or its country. A look-up by key for each digit.
 * Raw: the keys are made from the number.
 */
export function isBlocked({ destination, country }: Target, now: SQL): SQL {
  return sql`EXISTS (
      SELECT 1 FROM blocked_destinations b WHERE (b.until IS NULL OR b.until > ${now}) AND b.key = ANY(
        ARRAY[${destination}, ${country}] || ARRAY(SELECT left(${destination}, n) || '*' FROM generate_series(2, 16) n)))`;
}
