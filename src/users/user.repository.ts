import { and, eq, exists, isNotNull, notExists, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { cityTable } from '../cities/city.table.js';
import { folded } from '../database/columns.js';
import type { Database } from '../database/database.js';
import type { LockColumns } from './account-lock.js';
import { reservesNames, userTable } from './user.table.js';

/** The identifiers that a new account asks for. */
export interface Identifiers {
  readonly phoneNumber: string;
  readonly email: string | null;
  readonly username: string | null;
  readonly locationId: number | null;
}

export interface Availability {
  /** The account that has verified the number; null: none has. */
  readonly phoneNumberOwner: LockColumns | null;
  readonly emailTaken: boolean;
  readonly usernameTaken: boolean;
  readonly cityUnknown: boolean;
}

export class UserRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Which identifiers are taken, in one query, so that a form can show all problems together. A number is taken only if
   * an account has verified it, and an email address or a username only if its account has verified something. If two
   * people register at the same moment, the unique indexes decide.
   */
  async availability(wanted: Identifiers): Promise<Availability> {
    const { phoneNumber, phoneVerifiedAt, email, username } = userTable;
    const isUsed = (condition: SQL | undefined) =>
      exists(this.#db.select({ id: userTable.id }).from(userTable).where(condition));
    const city = this.#db
      .select({ id: cityTable.id })
      .from(cityTable)
      .where(eq(cityTable.id, wanted.locationId ?? 0));
    const [row] = await this.#db
      .select({
        ownerId: userTable.id,
        ...{ lockedAt: userTable.lockedAt, lockedUntil: userTable.lockedUntil },
        emailTaken: flag(isUsed(isReserved(email, wanted.email))),
        usernameTaken: flag(isUsed(isReserved(username, wanted.username))),
        cityUnknown: wanted.locationId === null ? sql<boolean>`false` : flag(notExists(city)),
      })
      .from(ONE_ROW)
      .leftJoin(userTable, and(eq(phoneNumber, wanted.phoneNumber), isNotNull(phoneVerifiedAt)));
    if (!row) throw new Error('The availability query returned no row.');
    const { ownerId, lockedAt, lockedUntil, ...taken } = row;
    return { phoneNumberOwner: ownerId === null ? null : { lockedAt, lockedUntil }, ...taken };
  }
}

function isReserved(column: PgColumn, wanted: string | null): SQL | undefined {
  return and(sql`lower(${column}) = ${folded(sql`${wanted}::text`)}`, reservesNames(userTable));
}

/** The builder has no SELECT without a table. */
const ONE_ROW = sql`(VALUES (1)) AS one_row`;

function flag(condition: SQL): SQL<boolean> {
  return sql<boolean>`${condition}`;
}
