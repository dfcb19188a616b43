import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, numeric, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';
import type { ChallengePurpose } from '../otp/otp-purpose.js';
import { channels } from '../texts/channel.js';
import { deliveryFailures } from '../providers/delivery-report.js';
import type { ProviderName } from '../providers/message-sender.js';
import type { NoticeKind } from '../texts/notice-kind.js';

/** Sent: a provider took it. Delivered: the provider says that it arrived. */
export const messageStatuses = ['queued', 'sent', 'delivered', 'failed'] as const;
export type MessageStatus = (typeof messageStatuses)[number];

/**
 * Why a message did not arrive: no provider took it or it was lost, its code was over before, its range is paused, or an
 * administrator blocked its destination.
 */
export const messageFailures = [
  ...deliveryFailures,
  'expired',
  'superseded',
  'withheld',
  'destination_blocked',
] as const;
export type MessageFailure = (typeof messageFailures)[number];

/**
 * The outbox: written in the statement that opens a challenge, sent after it. It keeps no text; the code is derived
 * again when the message is sent (docs/decisions/0006, 0024, 0026).
 */
export const messageTable = pgTable(
  'messages',
  {
    id: uuid('id').primaryKey(),
    /** E.164; with EMAIL an address; empty: its owner has left. Its name is older than emails. */
    destination: text('phone_number').notNull(),
    /** What its code is for; null: it carries a notice. */
    purpose: text('purpose').$type<ChallengePurpose>(),
    challengeId: uuid('challenge_id'),
    /** Whose account a notice is about, or a code to an address that the account has given up; null: another code. */
    userId: uuid('user_id'),
    /** What a notice says (notices/notice.ts), and what it says it of. */
    notice: text('notice').$type<NoticeKind>(),
    noticeDetails: jsonb('notice_details').$type<Record<string, unknown>>(),
    channel: text('channel', { enum: channels }).notNull().default('SMS'),
    /** ISO 3166-1 alpha-2, or 001: which route it takes. */
    country: text('country'),
    locale: text('locale').notNull(),
    status: text('status', { enum: messageStatuses }).notNull().default('queued'),
    /** How many attempts there were. The process that wrote the row makes the first one. */
    attempts: integer('attempts').notNull().default(1),
    /**
     * While queued: any process may take the message up from this time on. Before it, the process that took it up last is
     * sending it. The default is for rows of the version before, which sends what it writes.
     */
    nextAttemptAt: instantColumn('next_attempt_at').notNull().default(sql`now() + interval '30 seconds'`),
    /** While queued: the provider whose turn it is. Then: the provider that took it, or refused it last. */
    provider: text('provider').$type<ProviderName>(),
    /** Providers that do not get this message again: they refused it, or lost it. */
    ruledOut: text('ruled_out').$type<ProviderName>().array().notNull().default([]),
    /** The order of the providers that was chosen for it, the first choice first; null: its route learns no order. */
    route: text('route').$type<ProviderName>().array(),
    /** Providers that took it and lost it, so that another one got it: each had its price. */
    lostBy: text('lost_by').$type<ProviderName>().array().notNull().default([]),
    providerMessageId: text('provider_message_id'),
    /** True: its provider reports by that id only. Null otherwise. */
    reportedById: boolean('reported_by_id'),
    /** While queued: the failure of the last attempt; null while an attempt is under way. */
    failure: text('failure', { enum: messageFailures }),
    providerCode: text('provider_code'),
    /** What the provider said about it, without digits that could be a number or a code (providers/provider-words.ts). */
    providerMessage: text('provider_message'),
    createdAt: instantColumn('created_at').notNull(),
    /** When a provider first took it. Reports do not change it. */
    takenAt: instantColumn('taken_at'),
    /** When the status became what it is. */
    settledAt: instantColumn('settled_at'),
    /** When its code was verified. */
    verifiedAt: instantColumn('verified_at'),
    /** What it cost, in units of `price_currency` (ISO 4217), where the provider tells it. */
    price: numeric('price'),
    priceCurrency: text('price_currency'),
    /** When the provider is to be asked for the price; null: not at all, or not again. */
    priceDueAt: instantColumn('price_due_at'),
    /** When the provider is to be told that the code was verified; null: not at all, or it knows. */
    feedbackDueAt: instantColumn('feedback_due_at'),
  },
  (table) => [
    index('messages_created_at').on(table.createdAt),
    index('messages_challenge_id').on(table.challengeId),
    index('messages_notices').on(table.userId, table.createdAt).where(sql`${table.userId} is not null`),
    // Leaving removes what was sent to a destination, and administrators look it up: a person has a few hundred at most.
    index('messages_destination').on(table.destination),
    index('messages_scope').on(sql`split_part(${table.purpose}, ' ', 2)`).where(sql`${table.purpose} like '% %'`),
    index('messages_farewells')
      .on(table.createdAt)
      .where(sql`${table.notice} = 'deletion_requested' and ${table.destination} <> ''`),
    index('messages_due').on(table.nextAttemptAt).where(sql`${table.status} = 'queued'`),
    index('messages_reported_by_id').on(table.providerMessageId).where(sql`${table.reportedById}`),
    index('messages_price_due').on(table.priceDueAt).where(sql`${table.priceDueAt} IS NOT NULL`),
    index('messages_feedback_due').on(table.feedbackDueAt).where(sql`${table.feedbackDueAt} IS NOT NULL`),
  ],
);
