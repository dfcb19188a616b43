import { doublePrecision, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';
import type { ProviderName } from '../providers/message-sender.js';
import { channels } from '../texts/channel.js';
import { memories } from './route-facts.js';

/** What became of codes, by the provider that was chosen first: twice, as a long and as a short memory keeps it. */
export const routeFactsTable = pgTable(
  'route_facts',
  {
    channel: text('channel', { enum: channels }).notNull(),
    /** ISO 3166-1 alpha-2, 001, or `none`. */
    country: text('country').notNull(),
    provider: text('provider').$type<ProviderName>().notNull(),
    memory: text('memory', { enum: memories }).notNull(),
    /** When the values were as they are; they fade from then on. */
    at: instantColumn('at').notNull(),
    tries: doublePrecision('tries').notNull(),
    verified: doublePrecision('verified').notNull(),
    ownerTries: doublePrecision('owner_tries').notNull(),
    ownerVerified: doublePrecision('owner_verified').notNull(),
    cost: doublePrecision('cost').notNull(),
    priced: doublePrecision('priced').notNull(),
    told: doublePrecision('told').notNull(),
  },
  (table) => [primaryKey({ columns: [table.channel, table.country, table.provider, table.memory] })],
);
