import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';

/** The identifiers that a new account asks for. */
export interface Identifiers {
  readonly phoneNumber: string;
  readonly email: string;
  readonly username: string | null;
  readonly locationId: number | null;
}

export interface Availability {
  readonly phoneNumberTaken: boolean;
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
   * an account has verified it. If two people register at the same moment, the unique indexes decide.
   */
  async availability(wanted: Identifiers): Promise<Availability> {
    const [row] = await this.#db.execute<Record<keyof Availability, boolean>>(sql`
      SELECT
        EXISTS (SELECT 1 FROM users WHERE phone_number = ${wanted.phoneNumber} AND phone_verified_at IS NOT NULL)
          AS "phoneNumberTaken",
        EXISTS (SELECT 1 FROM users WHERE lower(email) = lower(${wanted.email}::text)) AS "emailTaken",
        EXISTS (SELECT 1 FROM users WHERE lower(username) = lower(${wanted.username}::text)) AS "usernameTaken",
        ${wanted.locationId}::int IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM cities WHERE id = ${wanted.locationId}::int) AS "cityUnknown"`);
    if (!row) throw new Error('The availability query returned no row.');
    return row;
  }
}
