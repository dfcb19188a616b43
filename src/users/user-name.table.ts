import { sql } from 'drizzle-orm';
import { index, pgTable, uuid } from 'drizzle-orm/pg-core';
import { identifierColumn, instantColumn } from '../database/columns.js';
import { userTable } from './user.table.js';

/**
 * Names of accounts as they are searched, apart from the accounts: a row of `users` changes with each sign-in, and PostgreSQL
 * then looks it up in the table, whatever an index knows of it. These rows hardly ever change. Triggers on `users` write them
 * (docs/decisions/0045). An account that never had a name has none.
 */
export const userNameTable = pgTable(
  'user_names',
  {
    userId: uuid('user_id')
      .primaryKey()
      .references(() => userTable.id, { onDelete: 'cascade' }),
    /** First and last name in small letters, by their bytes; null: there is no first name. */
    fullName: identifierColumn('full_name'),
    lastName: identifierColumn('last_name'),
    /** Of the account. A list of names is put in order by the index alone. */
    createdAt: instantColumn('created_at').notNull(),
  },
  (table) => [
    index('user_names_full_name')
      .on(table.fullName, table.createdAt, table.userId)
      .where(sql`${table.fullName} is not null`),
    index('user_names_last_name')
      .on(table.lastName, table.createdAt, table.userId)
      .where(sql`${table.lastName} is not null`),
  ],
);
