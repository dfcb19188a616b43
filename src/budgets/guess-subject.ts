import { type SQL, sql } from 'drizzle-orm';

/** What wrong guesses are counted against. Codes and passwords have budgets of their own. */

/**
 * All codes of a phone number (E.164), whatever purpose, channel or challenge: for everybody together, or for one device
 * that its account knows. A device's budget is its own, so that strangers cannot spend it, and goes by the device alone:
 * another number of the same account gives it no new guesses.
 */
export function codesOf(phoneNumber: string, device: { readonly budget: string } | null = null): SQL {
  return sql`${device === null ? `codes:${phoneNumber}` : `codes-device:${device.budget}`}::text`;
}

/** The same, where the statement finds out: `known` is a table expression with the `budget` of a known device, or empty. */
export function codesAsKnown(phoneNumber: string, known: SQL): SQL {
  return sql`coalesce((SELECT 'codes-device:' || budget FROM ${known}), ${codesOf(phoneNumber)})`;
}

/** The password of an account, whichever of its identifiers is used; `userId` is an expression of type uuid. */
export function passwordOf(userId: SQL): SQL {
  return sql`'password:' || ${userId}::text`;
}

/** The password of an account, guessed at from a device that the account knows; `budget` is an expression of type text. */
export function passwordFromDevice(budget: SQL): SQL {
  return sql`'password-device:' || ${budget}::text`;
}

/**
 * A password that does not exist: an identifier without an account is answered and locked as one with. `identifier` is an
 * expression of type text, folded as those of accounts are: two spellings that find one account must be one here as well,
 * or guessing with both tells whether there is an account.
 */
export function passwordOfNobody(identifier: SQL): SQL {
  return sql`'nobody:' || encode(sha256(convert_to(${identifier}, 'UTF8')), 'base64')`;
}
