import { type SQL, sql } from 'drizzle-orm';

/** What wrong guesses are counted against. Codes and passwords have budgets of their own. */

/** All codes of a phone number (E.164), whatever purpose, channel or challenge. */
export function codesOf(phoneNumber: string): SQL {
  return sql`${`codes:${phoneNumber}`}`;
}

/** The password of an account, whichever of its identifiers is used; `userId` is an expression of type uuid. */
export function passwordOf(userId: SQL): SQL {
  return sql`'password:' || ${userId}::text`;
}

/** A password that does not exist: an identifier without an account is answered and locked as one with. */
export function passwordOfNobody(identifierDigest: string): SQL {
  return sql`${`nobody:${identifierDigest}`}::text`;
}
