import { type SQL, sql } from 'drizzle-orm';
import { unlocked } from './account-lock.js';

/** Parts of statements that must leave an administrator. */

/**
 * Locks the accounts of `ids` (a query), and where `administrators` holds those of all administrators, too: always in the order
 * of their ids, so that two such statements wait for each other and not in a circle. What comes back is as it is after
 * the wait. Two administrators who take each other's role away at the same moment: the second finds the first one's work.
 */
export function lockPeople(ids: SQL, administrators: SQL): SQL {
  return sql`
    SELECT * FROM users
    WHERE id IN (${ids} UNION ALL SELECT id FROM users WHERE role = 'ADMIN' AND ${administrators})
    ORDER BY id FOR NO KEY UPDATE`;
}

/** Whether one of `people` is an administrator besides the account, who may sign in and stays. */
export function anotherAdministrator(people: SQL, account: SQL): SQL {
  return sql`EXISTS (SELECT 1 FROM ${people} o
      WHERE o.role = 'ADMIN' AND o.id <> ${account} AND o.deletion_due_at IS NULL AND ${unlocked(sql`o`)})`;
}
