import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instantColumn } from '../database/columns.js';
import type { ChallengePurpose } from './otp-purpose.js';

/**
 * The latest challenge of a destination and purpose: one row each, replaced by the next, so the table grows with
 * destinations and not with traffic. The code itself is in no column; it is derived (otp-code.ts).
 */
export const otpChallengeTable = pgTable(
  'otp_challenges',
  {
    /** A phone number (E.164) or an email address in small letters. The column's name is older than codes by email. */
    destination: text('phone_number').notNull(),
    purpose: text('purpose').$type<ChallengePurpose>().notNull(),
    /** 122 random bits that the code is derived from. */
    challengeId: uuid('challenge_id').notNull(),
    /** Which secret the code was derived with (platform/app-secret.ts), so that the secret can be rotated. */
    secretId: text('secret_id').notNull(),
    /** Guesses claimed against this challenge by strangers: without a known device, and without a request token of it. */
    attempts: integer('attempts').notNull().default(0),
    /** Guesses by devices that the number's account knows. Strangers cannot use up their attempts. */
    deviceAttempts: integer('device_attempts').notNull().default(0),
    /** Guesses with a request token of this challenge: all its tokens share these attempts. */
    tokenAttempts: integer('token_attempts').notNull().default(0),
    /** How often its code was sent. Each send has a request token. */
    sends: integer('sends').notNull().default(0),
    /** The sends whose request tokens have had their first guess, which is always looked at. */
    firstGuesses: integer('first_guesses').array().notNull().default(sql`'{}'`),
    /** How many attempts of right guesses were given back although the code was not used: at most three. */
    givenBack: integer('given_back').notNull().default(0),
    createdAt: instantColumn('created_at').notNull(),
    expiresAt: instantColumn('expires_at').notNull(),
    consumedAt: instantColumn('consumed_at'),
    /** When a code was last sent; the cooldown counts from here. Null: guesses came, but no code was ever asked for. */
    sentAt: instantColumn('sent_at'),
    /** How it was sent last: `SMS`, `VOICE`. */
    channel: text('channel').notNull().default('SMS'),
    /** The counters of the pumping guard that the send was counted under: a proof counts there too. */
    countedUnder: text('counted_under').array().notNull().default([]),
  },
  (table) => [
    primaryKey({ columns: [table.destination, table.purpose] }),
    index('otp_challenges_expires_at').on(table.expiresAt),
    // Leaving removes codes that are good for one account only.
    index('otp_challenges_scope').on(sql`split_part(${table.purpose}, ' ', 2)`).where(sql`${table.purpose} like '% %'`),
  ],
);
