import { type SQL, sql } from 'drizzle-orm';
import { reservesNames } from './user.table.js';

const otherReserves = reservesNames({
  phoneVerifiedAt: sql`o.phone_verified_at`,
  emailVerifiedAt: sql`o.email_verified_at`,
});

/**
 * What becomes of an email address or a username of an account that verifies its first number, in a `SET` of `UPDATE users`:
 * it is lost where another account reserves it (docs/decisions/0034).
 */
export function unlessReserved(column: 'email' | 'username'): SQL {
  const name = sql.raw(column);
  const same = sql`lower(o.${name}) = lower(users.${name}) AND o.id <> users.id`;
  return sql`${name} = (SELECT users.${name} WHERE NOT EXISTS (SELECT 1 FROM users o WHERE ${same} AND ${otherReserves}))`;
}
