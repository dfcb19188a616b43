import { bigint, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../../database/columns.js';
import { type PhonePurpose, phonePurposes } from '../../otp/otp-purpose.js';
import type { SubjectHash } from '../../platform/subject-hash.js';
import { channels } from '../../texts/channel.js';

/** How a request for a code ended, in the words of the service (request-otp.service.ts). */
export const codeRequestResults = [
  'sent',
  'invalid_input',
  'reauthentication_required',
  'captcha_required',
  'destination_not_allowed',
  'user_not_found',
  'locked',
  'too_many_requests',
  'delivery_unavailable',
] as const;
export type CodeRequestResult = (typeof codeRequestResults)[number];

/**
 * Every request for a code, refused ones too: what is looked up when somebody asks "why did I get no code?". Written behind
 * the answer, so a process that is killed loses the notes of a second (docs/decisions/0048).
 */
export const codeRequestTable = pgTable(
  'code_requests',
  {
    /** Rows are counted by it: the oldest go when there are too many. */
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instantColumn('at').notNull(),
    /** A hash of the number in E.164, or of what was typed in its place (platform/subject-hash.ts). */
    number: text('number').$type<SubjectHash>().notNull(),
    purpose: text('purpose', { enum: phonePurposes }).$type<PhonePurpose>().notNull(),
    channel: text('channel', { enum: channels }).notNull(),
    result: text('result', { enum: codeRequestResults }).notNull(),
    /**
     * Of a destination that gets no codes: why. Of invalid input: field and code. Of a code that was not sent although the
     * caller was told so: `paused`, or `nobody` where no account could use it.
     */
    reason: text('reason'),
    /** Which limit refused it: its name in budgets/limits/. */
    budget: text('budget'),
    retryAfterSeconds: integer('retry_after_seconds'),
    /** The message with the code. */
    messageId: uuid('message_id'),
    /** As in the log line of the request. */
    requestId: text('request_id'),
    ipAddress: text('ip_address'),
  },
  (table) => [index('code_requests_number').on(table.number, table.at), index('code_requests_at').on(table.at)],
);
