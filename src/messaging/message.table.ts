import { sql } from 'drizzle-orm';
import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';
import { otpPurposes } from '../otp/otp-challenge.table.js';
import { sendFailures } from './message-sender.js';

export const messageStatuses = ['queued', 'sent', 'failed'] as const;

/**
 * The outbox: written in the statement that opens a challenge, sent after it. It keeps no text; the code is derived
 * again when the message is sent (docs/decisions/0006).
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
    provider: text('provider'),
    providerMessageId: text('provider_message_id'),
    failure: text('failure', { enum: sendFailures }),
    providerCode: text('provider_code'),
    createdAt: instantColumn('created_at').notNull(),
    settledAt: instantColumn('settled_at'),
  },
  (table) => [
    index('messages_created_at').on(table.createdAt),
    index('messages_queued').on(table.createdAt).where(sql`${table.status} = 'queued'`),
  ],
);
