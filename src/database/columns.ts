import { timestamp } from 'drizzle-orm/pg-core';

/** An instant with its time zone, millisecond precision: what JavaScript can hold. */
export const instantColumn = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' });
