import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { cityTable } from '../cities/city.table.js';
import { identifierColumn, instantColumn } from '../database/columns.js';

export const roles = ['USER', 'SUPPORT', 'ADMIN'] as const;
export type Role = (typeof roles)[number];

/** Columns of accounts, or expressions for them. */
interface Verification {
  readonly phoneVerifiedAt: SQLWrapper;
  readonly emailVerifiedAt: SQLWrapper;
}

/**
 * 1 for an account that has verified a number or an email address, otherwise null. Nulls are never equal: so of the accounts
 * with one name, the unique index lets one be verified, and any number unverified. It gives the verified one first.
 */
export function reservationOf({ phoneVerifiedAt, emailVerifiedAt }: Verification): SQL {
  return sql`(case when coalesce(${phoneVerifiedAt}, ${emailVerifiedAt}) is not null then 1 end)`;
}

/** Whether an account has verified something, so that it reserves its email address and its username. */
export function reservesNames(users: Verification): SQL {
  return sql`${reservationOf(users)} = 1`;
}

/** Columns of accounts, or expressions for them. */
interface Names {
  readonly firstName: SQLWrapper;
  readonly lastName: SQLWrapper;
}

/**
 * Names as they are searched by their beginning, and as `user_names` has them. Small letters, compared by their bytes, because
 * only this order has all names with one beginning side by side. Full is null without a first name.
 */
export function searchedNames({ firstName, lastName }: Names) {
  return {
    full: sql`(lower(${firstName} || ' ' || coalesce(${lastName}, '')) COLLATE "C")`,
    last: sql`(lower(${lastName}) COLLATE "C")`,
  };
}

/**
 * One row per account. Several accounts may be registered with one phone number, but only one can verify it: a partial
 * unique index ensures that. An unverified number gives no rights, so it cannot be blocked for its owner
 * (docs/decisions/0003). The same holds for email addresses and usernames: only an account that has verified something
 * reserves them (docs/decisions/0034).
 */
export const userTable = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    /** E.164. Null after another account has verified a number that this account had not verified. */
    phoneNumber: text('phone_number'),
    phoneVerifiedAt: instantColumn('phone_verified_at'),
    email: identifierColumn('email'),
    emailVerifiedAt: instantColumn('email_verified_at'),
    /** From when the address protects the account; null: since it was verified (devices/settled.ts). */
    emailTrustedFrom: instantColumn('email_trusted_from'),
    username: identifierColumn('username'),
    firstName: text('first_name'),
    lastName: text('last_name'),
    /** BCP 47. The language of messages to the user, once the number is verified. */
    locale: text('locale'),
    locationId: integer('location_id').references(() => cityTable.id),
    /**
     * PHC string of an argon2id hash, or the hash of another system (imported-passwords/) until the first login with it. Null if
     * the account has no password and signs in by code only.
     */
    passwordHash: text('password_hash'),
    /** From when the password counts as a second proof; null: since it was set (devices/settled.ts). */
    passwordTrustedFrom: instantColumn('password_trusted_from'),
    role: text('role', { enum: roles }).notNull().default('USER'),
    marketplaceAccess: boolean('marketplace_access').notNull().default(false),
    businessType: text('business_type'),
    shopId: text('shop_id'),
    b2bVerified: boolean('b2b_verified').notNull().default(false),
    /** The id in the system that the account was imported from. */
    externalId: text('external_id'),
    /** When the account was imported; null: it began here. */
    importedAt: instantColumn('imported_at'),
    /** When an administrator locked the account; null: none did. The lock is over after `lockedUntil`. */
    lockedAt: instantColumn('locked_at'),
    /** For administrators, in their words. */
    lockReason: text('lock_reason'),
    /** Null: for good. */
    lockedUntil: instantColumn('locked_until'),
    /** Incremented when all sessions are ended together. Sessions with an older epoch are over. */
    sessionEpoch: integer('session_epoch').notNull().default(1),
    /**
     * When the account was last used: a sign-in, or a refreshed session (at most once a day). Only an account that is used
     * opens by a code alone. The default is for accounts from before it was known, and for imported ones.
     */
    lastUsedAt: instantColumn('last_used_at').notNull().default(sql`now()`),
    /** When a right code was first entered for the sleeping account; null: never, or its number opened it since. */
    claimedAt: instantColumn('claimed_at'),
    /** When its number went to another account, and this one stayed without; null: it did not (docs/decisions/0037). */
    numberLostAt: instantColumn('number_lost_at'),
    /** When the account is deleted, because its owner left; null: it is not. */
    deletionDueAt: instantColumn('deletion_due_at'),
    createdAt: instantColumn('created_at').notNull(),
    updatedAt: instantColumn('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('users_proved_phone_number').on(table.phoneNumber).where(sql`${table.phoneVerifiedAt} is not null`),
    // By bytes, so that it also finds the numbers of a country.
    index('users_phone_number_bytes').on(table.phoneNumber.op('text_pattern_ops')),
    // Lists for administrators (admin/users/, docs/decisions/0045): their orders, and what few accounts have.
    index('users_created_at').on(table.createdAt, table.id),
    index('users_last_used_at').on(table.lastUsedAt, table.id),
    index('users_with_role')
      .on(table.createdAt, table.id)
      .where(sql`${table.role} <> ${sql.raw("'USER'")}`),
    index('users_locked').on(table.createdAt, table.id).where(sql`${table.lockedAt} is not null`),
    index('users_number_unverified').on(table.createdAt, table.id).where(sql`${table.phoneVerifiedAt} is null`),
    index('users_email_verified').on(table.createdAt, table.id).where(sql`${table.emailVerifiedAt} is not null`),
    index('users_marketplace').on(table.createdAt, table.id).where(sql`${table.marketplaceAccess}`),
    index('users_b2b').on(table.createdAt, table.id).where(sql`${table.b2bVerified}`),
    // Accounts that never verified anything (unverified-account.repository.ts).
    index('users_never_verified')
      .on(table.createdAt)
      .where(
        sql`${table.phoneVerifiedAt} is null and ${table.emailVerifiedAt} is null and ${table.role} = ${sql.raw("'USER'")} and ${table.numberLostAt} is null and ${table.importedAt} is null`,
      ),
    uniqueIndex('users_external_id').on(table.externalId),
    index('users_deletion_due').on(table.deletionDueAt).where(sql`${table.deletionDueAt} is not null`),
    uniqueIndex('users_email').on(sql`lower(${table.email})`, reservationOf(table)),
    uniqueIndex('users_username').on(sql`lower(${table.username})`, reservationOf(table)),
    check('users_proved_has_phone_number', sql`${table.phoneVerifiedAt} is null or ${table.phoneNumber} is not null`),
    check('users_role', sql`${table.role} in ('USER', 'SUPPORT', 'ADMIN')`),
  ],
);

export type UserRow = typeof userTable.$inferSelect;

/** For an account that begins to reserve its names: a username that another account reserves already is lost. */
export const usernameUnlessReserved = sql`username = (
  SELECT users.username WHERE NOT EXISTS (
    SELECT 1 FROM users o WHERE lower(o.username) = lower(users.username) AND o.id <> users.id
      AND ${reservesNames({ phoneVerifiedAt: sql`o.phone_verified_at`, emailVerifiedAt: sql`o.email_verified_at` })}
  ))`;
