import { type SQL, sql } from 'drizzle-orm';
import type { SubjectHash } from '../platform/subject-hash.js';

/** What wrong guesses are counted against. Codes and passwords have budgets of their own. */

/**
 * All codes of a phone number or an email address, of every purpose, channel and challenge: one budget for all clients
 * together, and one for each device that the number's account knows. Strangers cannot spend a device's budget. It goes by the
 * device alone, so another number of the same account gives the device no new guesses.
 */
export function codesOf(destination: SubjectHash, device: { readonly budget: string } | null): string {
  return device === null ? `codes:${destination}` : `codes-device:${device.budget}`;
}

/**
 * The same as an expression, where only the statement knows: `known` is a table expression with the `budget` of a known
 * device, or empty. `destination` is a parameter with a `SubjectHash`.
 */
export function codesAsKnown(destination: SQL, known: SQL): SQL {
  return sql`coalesce((SELECT 'codes-device:' || budget FROM ${known}), 'codes:' || ${destination})`;
}

/** The password of an account, counted alike for all its identifiers; or that of one device which the account knows. */
export function passwordOf(userId: string, device: { readonly budget: string } | null): string {
  return device === null ? `password:${userId}` : `password-device:${device.budget}`;
}

/**
 * The same as an expression, where only the statement knows: `known` is a table expression with the `budget` of a known
 * device, `person` one with the `id` of the account. Null where both are empty.
 */
export function passwordAsKnown(known: SQL, person: SQL): SQL {
  return sql`coalesce((SELECT 'password-device:' || budget FROM ${known}), (SELECT 'password:' || id FROM ${person}))`;
}

/**
 * A password that does not exist: an identifier without an account is answered and locked like one with an account.
 * `identifier` is a parameter with the `SubjectHash` of the identifier, folded as those of accounts are. Two spellings that
 * find one account must be one here as well, or guessing with both tells whether there is an account.
 */
export function passwordOfNoAccount(identifier: SQL): SQL {
  return sql`'nobody:' || ${identifier}`;
}

/** Everything that is counted for an account and its devices, and for no number. */
export function guessesOfAccount(userId: string, devices: readonly { readonly budget: string }[]): readonly string[] {
  return [
    `password:${userId}`,
    ...devices.flatMap(({ budget }) => [`password-device:${budget}`, `codes-device:${budget}`]),
  ];
}
