import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';
import { otpPurposes } from '../otp/otp-challenge.table.js';
import { sendFailures } from './message-sender.js';

export const messageStatuses = ['queued', 'sent', 'failed'] as const;

/** Why a message ended unsent: a provider did not take it, its code was over before one did, or its range is paused. */
export const messageFailures = [...sendFailures, 'expired', 'superseded', 'withheld'] as const;
export type MessageFailure = (typeof messageFailures)[number];

/**
 * The outbox: written in the statement that opens a challenge, sent after it. It keeps no text; the code is derived
 * again when the message is sent (docs/decisions/0006, 0024).
 */
export const messageTable = pgTable(
  'messages',
  {
    id: uuid('id').primaryKey(),
    /** E.164. */
    phoneNumber: text('phone_number').notNull(),
    purpose: text('purpose', { enum: otpPurposes }).notNull(),
    challengeId: uuid('challenge_id').notNull(),
    locale: text('locale').notNull(),
    status: text('status', { enum: messageStatuses }).notNull().default('queued'),
    /** How often it was taken up to be sent; whoever wrote it down had it first. */
    attempts: integer('attempts').notNull().default(1),
    /**
     * While queued: from when on any process may take it up. Until then it is in the hands of the one that did last. The
     * default is for rows of the version before, which sends what it writes down.
     */
    nextAttemptAt: instantColumn('next_attempt_at').notNull().default(sql`now() + interval '30 seconds'`),
    provider: text('provider'),
    providerMessageId: text('provider_message_id'),
    /** Of the last attempt, while queued. */
    failure: text('failure', { enum: messageFailures }),
    providerCode: text('provider_code'),
    createdAt: instantColumn('created_at').notNull(),
    settledAt: instantColumn('settled_at'),
  },
  (table) => [
    index('messages_created_at').on(table.createdAt),
    index('messages_due').on(table.nextAttemptAt).where(sql`${table.status} = 'queued'`),
  ],
);
