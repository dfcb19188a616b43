import { eq, sql } from 'drizzle-orm';
import { cityTable } from '../../cities/city.table.js';
import type { Database } from '../../database/database.js';
import { parameter } from '../../database/statement.js';
import type { User } from '../../users/user.js';
import { userTable } from '../../users/user.table.js';

export class UserListRepository {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
  }

  /** The accounts with these ids, in no order. */
  async byIds(ids: readonly string[]): Promise<User[]> {
    const rows = await this.#statements.byIds.execute({ ids });
    return rows.map(({ user, location }) => ({ ...user, location }));
  }
}

function prepareStatements(db: Database) {
  return {
    byIds: db
      .select({ user: userTable, location: cityTable })
      .from(userTable)
      .leftJoin(cityTable, eq(cityTable.id, userTable.locationId))
      .where(sql`${userTable.id} = ANY(${parameter('ids', 'uuid[]')})`)
      .prepare('admin: users by id'),
  };
}
