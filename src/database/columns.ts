import { type SQL, sql } from 'drizzle-orm';
import { customType, timestamp } from 'drizzle-orm/pg-core';

/** An instant with its time zone, in milliseconds, because a JavaScript Date holds no more. */
export const instantColumn = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

const milliseconds = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';
const withTime = `overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send(${milliseconds}) FROM 3) FROM 1 FOR 6)`;

/**
 * The id of a row that PostgreSQL names: UUID version 7 (RFC 9562), as `Random.rowId` makes it. Up to version 17, PostgreSQL
 * has no function for it. So the time replaces the first 48 bits of a version 4, and two more bits make its 4 a 7.
 */
export const rowIdOfDatabase = sql.raw(`encode(set_bit(set_bit(${withTime}, 52, 1), 53, 1), 'hex')::uuid`);

const byteOrderedText = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

/**
 * A text that is compared without regard to case, by `lower` of the column and `folded` of the other side. Its collation
 * folds A to Z and nothing else. The collation of the database would decide otherwise: in Turkish, the small letter of I
 * has no dot, so that `INFO@…` and `info@…` are two.
 */
export const identifierColumn = (name: string) => byteOrderedText(name);

/** A text as `lower` of an `identifierColumn` makes it. */
export function folded(text: SQL): SQL {
  return sql`lower(${text} COLLATE "C")`;
}

/** The same outside of a statement. */
export function foldedText(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
