import { timestamp } from 'drizzle-orm/pg-core';

/** An instant with its time zone, in milliseconds, because a JavaScript Date holds no more. */
export const instantColumn = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });
