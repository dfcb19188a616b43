import { and, eq, exists, isNull, lte, ne, notExists, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { cityTable } from '../../cities/city.table.js';
import { folded } from '../../database/columns.js';
import type { Database } from '../../database/database.js';
import { parameter } from '../../database/statement.js';
import type { User } from '../../users/user.js';
import { reservesNames, userTable } from '../../users/user.table.js';
import type { ActFacts } from './decision.js';
import { onFirstUse } from '../../database/on-first-use.js';

export interface ActQuestion {
  readonly userId: string;
  /** A name that the account is to get; null: none. */
  readonly username: string | null;
  /** A city that it is to get; null: none. */
  readonly locationId: number | null;
  readonly now: Date;
}

/** What acts are decided by. */
export class ActFactsRepository {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
  }

  /** Null: there is no such account. */
  async look(question: ActQuestion): Promise<ActFacts | null> {
    const [row] = await this.#statements.look.execute({ ...question });
    if (!row) return null;
    const { account, location, ...facts } = row;
    const user: User = { ...account, location };
    return { user, ...facts };
  }
}

function prepareStatements(db: Database) {
  return onFirstUse({ look: () => lookStatement(db) });
}

function lookStatement(db: Database) {
  const [now, username, locationId] = [
    parameter('now', 'timestamptz'),
    parameter('username', 'text'),
    parameter('locationId', 'int'),
  ];
  const other = alias(userTable, 'other');
  const administrator = db
    .select({ id: other.id })
    .from(other)
    .where(
      and(
        ...[eq(other.role, sql`'ADMIN'`), ne(other.id, userTable.id), isNull(other.deletionDueAt)],
        or(isNull(other.lockedAt), lte(other.lockedUntil, now)),
      ),
    );
  const holder = db
    .select({ id: other.id })
    .from(other)
    .where(and(sql`lower(${other.username}) = ${folded(username)}`, reservesNames(other), ne(other.id, userTable.id)));
  const city = db.select({ id: cityTable.id }).from(cityTable).where(eq(cityTable.id, locationId));
  return db
    .select({
      account: userTable,
      location: cityTable,
      anotherAdministrator: sql<boolean>`${exists(administrator)}`,
      usernameTaken: sql<boolean>`${exists(holder)}`,
      cityUnknown: sql<boolean>`${locationId} IS NOT NULL AND ${notExists(city)}`,
    })
    .from(userTable)
    .leftJoin(cityTable, eq(cityTable.id, userTable.locationId))
    .where(eq(userTable.id, parameter('userId', 'uuid')))
    .prepare('acts: look');
}
