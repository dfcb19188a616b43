import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';
import type { SubjectHash } from '../platform/subject-hash.js';
import { channels } from '../texts/channel.js';

/** What a provider says of a number and not of a message: for a while, further messages to the number will fail too. */
export const numberRefusals = ['invalid_number', 'opted_out', 'not_on_channel'] as const;
export type NumberRefusal = (typeof numberRefusals)[number];

/** Numbers that nothing arrives at, by channel, for as long as that is believed. */
export const refusedNumberTable = pgTable(
  'refused_numbers',
  {
    /** Its hash (platform/subject-hash.ts): a number that opted out stays refused when its account is deleted. */
    hashed: text('phone_number').$type<SubjectHash>().notNull(),
    channel: text('channel', { enum: channels }).notNull(),
    refusal: text('refusal', { enum: numberRefusals }).notNull(),
    expiresAt: instantColumn('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.hashed, table.channel] }),
    index('refused_numbers_expires_at').on(table.expiresAt),
  ],
);
