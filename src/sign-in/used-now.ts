import { sql } from 'drizzle-orm';
import { parameter } from '../database/statement.js';

/**
 * What every sign-in to an account changes in its row, for `SET`: it is in use, and whoever claimed it while it slept has
 * come too late or has it now.
 */
export const usedNow = sql`last_used_at = ${parameter('now', 'timestamptz')}, claimed_at = NULL`;

/**
 * The same for a sign-in that shows nothing of the number: whoever had a right code of it while the account slept may still
 * have the number (docs/decisions/0037).
 */
export const usedWithoutNumber = sql`last_used_at = ${parameter('now', 'timestamptz')}`;
