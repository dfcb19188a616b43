import { type SQL, sql } from 'drizzle-orm';
import { guessesOfAccount } from '../../budgets/guess-subject.js';
import { budgetsOfAccount } from '../../budgets/personal-budgets.js';
import { foldedText } from '../../database/columns.js';
import { deviceBudgets } from '../../devices/device.repository.js';
import type { User } from '../../users/user.js';

/** An account as it was read. The erasure goes by these values, and does nothing where they have changed meanwhile. */
export type Leaver = Pick<User, 'id' | 'phoneNumber' | 'phoneVerifiedAt' | 'email' | 'emailVerifiedAt'>;

/** Where messages to an account went, as messages and challenges name it. */
export interface Destinations {
  /** Verified: everything that is kept about them is the account's. */
  readonly own: readonly string[];
  /** Not verified: codes under way may be somebody else's. */
  readonly claimed: readonly string[];
}

export function destinationsOf({ phoneNumber, phoneVerifiedAt, email, emailVerifiedAt }: Leaver): Destinations {
  const known = [
    { destination: phoneNumber, isVerified: phoneVerifiedAt !== null },
    { destination: email && foldedText(email), isVerified: emailVerifiedAt !== null },
  ];
  const those = (verified: boolean) =>
    known.flatMap(({ destination, isVerified }) => (destination && isVerified === verified ? [destination] : []));
  return { own: those(true), claimed: those(false) };
}

/** Keys of what is counted for the account itself. What is counted for its number has a hash for a key, and stays. */
export function limitsOf({ id }: Leaver): { guesses: readonly string[]; rates: readonly string[] } {
  return { guesses: guessesOfAccount(id, deviceBudgets(id)), rates: budgetsOfAccount(id) };
}

/** Codes that are good for one account only (`scopedPurpose`) are that account's: the expression of the indexes `…_scope`. */
export function scopedToUser(userId: SQL): SQL {
  return sql`purpose LIKE '% %' AND split_part(purpose, ' ', 2) = ${userId}::text`;
}
