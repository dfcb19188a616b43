import { type SQL, sql } from 'drizzle-orm';
import { isUndone } from '../database/database-errors.js';
import { parameter } from '../database/statement.js';
import { nameTakenBy, type TakenName } from '../sign-in/taken-name.js';

/** What the statements share that change the number of an account, or take such a change back. */

/**
 * Makes the codes under way worthless for both numbers and for the verified email address of `account` (the part that locked
 * the account), where `when` holds. Codes by which numbers are changed stay: those of this account need its session, and
 * those of others prove to their accounts what they did before. Two accounts that take one number would wait in a circle for
 * each other's.
 */
export function killCodes({ numbers, when }: { readonly numbers: readonly [SQL, SQL]; readonly when: SQL }): SQL {
  const [one, other] = numbers;
  return sql`
    UPDATE otp_challenges SET consumed_at = ${parameter('now', 'timestamptz')}
    WHERE consumed_at IS NULL AND purpose NOT LIKE 'CHANGE_PHONE%' AND ${when} AND phone_number IN
      (${one}, ${other}, (SELECT lower(email) FROM account WHERE email_verified_at IS NOT NULL))
    RETURNING 1`;
}

/** SHA-256 of the password's hash of a row of `users`; null: there is no password. */
export function passwordSeal(user: SQL): SQL {
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
