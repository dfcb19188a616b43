import { sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { hasAnyPasskey } from '../../passkeys/passkey-fragments.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import type { FirstVerificationFacts } from '../first-verification/decision.js';
import {
  type BroughtTokens,
  type FactsRow,
  proofs,
  proofValues,
  readFacts,
  registrations,
} from '../first-verification/facts.js';
import type { OpeningFacts } from '../opening/decision.js';
import { openingFacts, type OpeningRow, readOpeningFacts } from '../opening/facts.js';

/** What is known of a number whose code was right. */
export type NumberFacts = KnownNumber & {
  /** Whether the account that the code leads to has passkeys. */
  readonly hasPasskeys: boolean;
};

type KnownNumber =
  /** An account has verified it. */
  | { readonly kind: 'verified'; readonly owner: User; readonly opening: OpeningFacts }
  /** Accounts were registered with it, and none has verified it. */
  | ({ readonly kind: 'registered' } & FirstVerificationFacts)
  | { readonly kind: 'unknown' };

/** What `verifyOtp` decides by, after a right code. */
export class NumberFactsRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async look(phoneNumber: string, tokens: BroughtTokens, now: Date): Promise<NumberFacts> {
    const [row] = await look.run(this.#db, { destination: phoneNumber, now, ...proofValues(tokens) });
    if (!row) throw new Error('The look at a number returned no row.');
    const { person, has, has_passkeys: hasPasskeys } = row;
    if (person && has) {
      const owner = readUser(person, row.city);
      return { kind: 'verified', hasPasskeys, owner, opening: readOpeningFacts({ ...row, has }, owner) };
    }
    const registered = readFacts(row);
    return registered ? { kind: 'registered', hasPasskeys, ...registered } : { kind: 'unknown', hasPasskeys };
  }
}

interface LookRow extends FactsRow, Omit<OpeningRow, 'has'> {
  /** The account that verified the number; null: none has, and then the columns of `openingFacts` are null, too. */
  readonly person: Record<string, unknown> | null;
  readonly city: Record<string, unknown> | null;
  readonly has: OpeningRow['has'] | null;
  readonly has_passkeys: boolean;
}

type LookValues = { readonly destination: string; readonly now: Date } & ReturnType<typeof proofValues>;

/** It locks nothing. Raw, because the tokens are looked up by fragments of other rooms. */
const look = new Statement<LookRow, LookValues>(
  'verifyOtp: look',
  sql`
    WITH owner AS (SELECT * FROM users WHERE phone_number = ${parameter('destination', 'text')} AND phone_verified_at IS NOT NULL),
    ${registrations},
    registered AS (SELECT id, created_at, email_verified_at, locked_at, locked_until FROM registrations WHERE NOT EXISTS (SELECT 1 FROM owner) LIMIT 2)
    SELECT row_to_json(owner) AS person, row_to_json(cities) AS city, opening.*, (SELECT jsonb_agg(registered) FROM registered) AS registered, proof.*,
      written.locked_at, written.locked_until, ${hasAnyPasskey(sql`coalesce(owner.id, written.id)`)} AS has_passkeys
    FROM (SELECT 1) one LEFT JOIN owner ON true LEFT JOIN cities ON cities.id = owner.location_id LEFT JOIN (${openingFacts(sql`owner`)}) opening ON true
      LEFT JOIN (${proofs} WHERE EXISTS (SELECT 1 FROM registered)) proof ON true
      LEFT JOIN users written ON written.id = coalesce(proof.signed_in_as, proof.known_to)`,
);
