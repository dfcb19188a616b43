import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';

/** What a new account wants to be called, and which of it is spoken for. */
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
   * What of it is taken, all at once, so that a form can show every problem together. Only a number that somebody
   * proved is taken. The unique indexes have the last word when two people ask at the same moment.
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
