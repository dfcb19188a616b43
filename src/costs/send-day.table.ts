import { date, integer, numeric, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { ProviderName } from '../providers/message-sender.js';
import { channels } from '../texts/channel.js';

/** What was sent in a day by one provider and channel to one country, summed up from `messages` before these are removed. */
export const sendDayTable = pgTable(
  'send_days',
  {
    /** A day in UTC, by the times at which codes were asked for. */
    day: date('day', { mode: 'string' }).notNull(),
    /** ISO 3166-1 alpha-2, 001, or `none`. */
    country: text('country').notNull(),
    /** The provider that had the message last. */
    provider: text('provider').$type<ProviderName>().notNull(),
    channel: text('channel', { enum: channels }).notNull(),
    /** Messages that a provider took. */
    sent: integer('sent').notNull(),
    /** Those of them that arrived, as far as the provider reports it. */
    delivered: integer('delivered').notNull(),
    /** Messages that no provider took, or that were lost. */
    failed: integer('failed').notNull(),
    /** Messages whose code was verified. */
    verified: integer('verified').notNull(),
    /** Messages whose price the provider told. The money of the others is estimated. */
    priced: integer('priced').notNull(),
    /** In units of `currency`. */
    money: numeric('money', { mode: 'number' }).notNull(),
    /** ISO 4217. */
    currency: text('currency').notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.country, table.provider, table.channel] })],
);
