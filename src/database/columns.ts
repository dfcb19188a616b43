import { type SQL, sql } from 'drizzle-orm';
import { customType, timestamp } from 'drizzle-orm/pg-core';

/** An instant with its time zone, in milliseconds, because a JavaScript Date holds no more. */
export const instantColumn = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

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
