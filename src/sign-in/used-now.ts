import { sql } from 'drizzle-orm';
import { parameter } from '../database/statement.js';

const dormantAfter = parameter('dormantAfter', 'int');

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

/**
 * The same for a sign-in by passkey. It ends a claim that was made since the account was last used, unless the account slept then: who
 * shows a code and then the passkey is most often one person. A claim in sleep speaks for another holder of the number.
 */
export const usedByPasskey = sql`${usedWithoutNumber}, claimed_at = CASE WHEN claimed_at > last_used_at
      AND (${dormantAfter} = 0 OR claimed_at < last_used_at + make_interval(days => ${dormantAfter})) THEN NULL ELSE claimed_at END`;
