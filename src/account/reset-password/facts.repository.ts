import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { tokenValues } from '../../devices/device.repository.js';
import type { RightGuess } from '../../otp/challenge-use.js';
import { isEmailAddress } from '../../otp/otp-purpose.js';
import type { DeviceTokenSubject } from '../../devices/device-token.js';
import type { OpeningFacts } from '../../sign-in/opening/decision.js';
import { openingFacts, type OpeningRow, readOpeningFacts } from '../../sign-in/opening/facts.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';

/** The account whose password is about to be reset. */
export interface ResetAccount {
  readonly owner: User;
  readonly opening: OpeningFacts;
}

export class ResetFactsRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The account that verified the number or the address that the code was sent to; null: there is none (any more). */
  async look({ destination, now }: RightGuess, device: DeviceTokenSubject | null): Promise<ResetAccount | null> {
    const look = isEmailAddress(destination) ? byAddress : byNumber;
    const [row] = await look.run(this.#db, { destination, now, ...tokenValues(device) });
    if (!row) return null;
    const owner = readUser(row.person, row.city);
    return { owner, opening: readOpeningFacts(row, owner) };
  }
}

interface LookRow extends OpeningRow {
  readonly person: Record<string, unknown>;
  readonly city: Record<string, unknown> | null;
}

type LookValues = { readonly destination: string; readonly now: Date } & ReturnType<typeof tokenValues>;

const destination = parameter('destination', 'text');
const byNumber = lookFor('number', sql`phone_number = ${destination} AND phone_verified_at IS NOT NULL`);
const byAddress = lookFor('address', sql`lower(email) = ${destination} AND email_verified_at IS NOT NULL`);

/** It locks nothing. Raw, because the device token is looked up by a fragment of another room. */
function lookFor(kind: string, verified: SQL) {
  return new Statement<LookRow, LookValues>(
    `resetPassword: look by ${kind}`,
    sql`
    WITH owner AS (SELECT * FROM users WHERE ${verified})
    SELECT to_jsonb(owner) AS person, to_jsonb(cities) AS city, opening.*
    FROM owner CROSS JOIN (${openingFacts(sql`owner`)}) opening LEFT JOIN cities ON cities.id = owner.location_id`,
  );
}
