import { createHash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { isUndone } from '../database/database-errors.js';
import { parameter } from '../database/statement.js';
import { nameTakenBy, type TakenName } from '../sign-in/taken-name.js';
import type { User } from '../users/user.js';

/** What the statements share that change the number of an account, or take such a change back. */

/**
 * Makes the codes under way worthless for the `destinations`, where `when` holds: both numbers, and the verified email address.
 * Codes by which numbers are changed stay: those of this account need its session, and those of others prove to their
 * accounts what they did before. Two accounts that take one number would wait in a circle for each other's.
 */
export function killCodes({ destinations, when }: { readonly destinations: readonly SQL[]; readonly when: SQL }): SQL {
  return sql`
    UPDATE otp_challenges SET consumed_at = ${parameter('now', 'timestamptz')} WHERE consumed_at IS NULL AND ${when}
      AND purpose NOT LIKE 'CHANGE_PHONE%' AND phone_number IN (${sql.join([...destinations], sql`, `)}) RETURNING 1`;
}

/** Where the codes by email go of an account; null: it has no verified address. */
export function codeAddress({ email, emailVerifiedAt }: Pick<User, 'email' | 'emailVerifiedAt'>): string | null {
  return emailVerifiedAt === null || email === null ? null : email.toLowerCase();
}

/** SHA-256 of the hash of an account's password, which tells later whether it was changed; null: there is no password. */
export function passwordSeal({ passwordHash }: Pick<User, 'passwordHash'>): string | null {
  return passwordHash === null ? null : createHash('sha256').update(passwordHash).digest('base64');
}

/** The same of a row of `users`. */
export function passwordSealOf(user: SQL): SQL {
  return sql`encode(sha256(convert_to(${user}.password_hash, 'UTF8')), 'base64')`;
}

/** Two accounts that get one number at the same moment meet at the unique index. The one that was slower looks again. */
const MOST_TRIES = 4;

/**
 * Runs a statement again that PostgreSQL has undone because another one was quicker. From the second try on it learns which
 * name of the account is taken.
 */
export async function orAgain<Result>(run: (taken: ReadonlySet<TakenName>) => Promise<Result>): Promise<Result> {
  const taken = new Set<TakenName>();
  for (let tries = 1; ; tries += 1) {
    try {
      return await run(taken);
    } catch (error) {
      const name = nameTakenBy(error);
      if (name !== null) taken.add(name);
      if (tries === MOST_TRIES || (name === null && !isUndone(error))) throw error;
    }
  }
}
