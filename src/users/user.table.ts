import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { cityTable } from '../cities/city.table.js';
import { instantColumn } from '../database/columns.js';

export const roles = ['USER', 'ADMIN'] as const;
export type Role = (typeof roles)[number];

/**
 * One row per account. A phone number may be claimed by several accounts, but proved by one only: the partial unique
 * index holds that. A claim gives no right to the number, so nobody can squat it (docs/decisions/0003).
 */
export const userTable = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    /** E.164; null once somebody else has proved a number that this account had only claimed. */
    phoneNumber: text('phone_number'),
    phoneVerifiedAt: instantColumn('phone_verified_at'),
    email: text('email'),
    emailVerifiedAt: instantColumn('email_verified_at'),
    username: text('username'),
    firstName: text('first_name'),
    lastName: text('last_name'),
    /** BCP 47; the language that texts are written in. */
    locale: text('locale'),
    locationId: integer('location_id').references(() => cityTable.id),
    /** PHC string of an argon2id hash, or null for accounts that sign in by code only. */
    passwordHash: text('password_hash'),
    role: text('role', { enum: roles }).notNull().default('USER'),
    marketplaceAccess: boolean('marketplace_access').notNull().default(false),
    businessType: text('business_type'),
    shopId: text('shop_id'),
    b2bVerified: boolean('b2b_verified').notNull().default(false),
    /** Counts how often all sessions were ended together: one that began before the last time is over. */
    sessionEpoch: integer('session_epoch').notNull().default(1),
    createdAt: instantColumn('created_at').notNull(),
    updatedAt: instantColumn('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('users_proved_phone_number').on(table.phoneNumber).where(sql`${table.phoneVerifiedAt} is not null`),
    index('users_phone_number').on(table.phoneNumber),
    uniqueIndex('users_email').on(sql`lower(${table.email})`),
    uniqueIndex('users_username').on(sql`lower(${table.username})`),
    check('users_proved_has_phone_number', sql`${table.phoneVerifiedAt} is null or ${table.phoneNumber} is not null`),
    check('users_role', sql`${table.role} in ('USER', 'ADMIN')`),
  ],
);

export type UserRow = typeof userTable.$inferSelect;
