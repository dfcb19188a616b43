import { sql } from 'drizzle-orm';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { knownDevice, tokenValues } from '../../devices/device.repository.js';
import type { DeviceTokenSubject } from '../../devices/device-token.js';
import type { RevertVia } from '../../notices/revert-token.js';
import type { AccessTokenClaims } from '../../sessions/access-token.js';
import { askingUser, askingValues } from '../../sessions/session-fragments.js';
import { disabledAt } from '../../users/account-lock.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import type { RevertFacts } from './decision.js';

/** Who brings a token. */
export interface RevertLook {
  readonly tokenHash: string;
  /** What the access token says, if it is valid. Only a living session counts. */
  readonly access: AccessTokenClaims | null;
  readonly device: DeviceTokenSubject | null;
  readonly now: Date;
}

/** A change that a token belongs to. */
export interface FoundChange {
  readonly id: string;
  /** The account as it is now. */
  readonly user: User;
  readonly changedAt: Date;
  readonly facts: RevertFacts;
}

/** Finds the change of a token, and what decides whether it is taken back. */
export class RevertFactsRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Null: there is no such change (any more). */
  async find({ tokenHash, access, device, now }: RevertLook): Promise<FoundChange | null> {
    const values = { tokenHash, now, ...askingValues(access), ...tokenValues(device) };
    const [row] = await look.run(this.#db, values);
    if (!row) return null;
    const user = readUser(row.person, null);
    return {
      ...{ id: row.id, user },
      changedAt: new Date(row.changed_at),
      facts: {
        open: row.open,
        via: row.via,
        needsOtherProof: row.needs_other_proof,
        known: row.known,
        oldPhoneNumber: row.old_phone_number,
        oldNumberTaken: row.old_number_taken,
        disabled: disabledAt(user, now) !== null,
      },
    };
  }
}

interface FactsRow {
  readonly id: string;
  readonly person: Record<string, unknown>;
  readonly changed_at: string;
  readonly open: boolean;
  readonly via: RevertVia;
  readonly needs_other_proof: boolean;
  readonly known: boolean;
  readonly old_phone_number: string | null;
  readonly old_number_taken: boolean;
}

type LookValues = { readonly tokenHash: string; readonly now: Date } & ReturnType<typeof askingValues> &
  ReturnType<typeof tokenValues>;

const [tokenHash, now] = [parameter('tokenHash', 'text'), parameter('now', 'timestamptz')];

/** Raw, because it is put together from parts that other statements have, too. */
const look = new Statement<FactsRow, LookValues>(
  'revertChange: look',
  sql`
    WITH change AS (SELECT * FROM number_changes WHERE token_hash = ${tokenHash} OR email_token_hash = ${tokenHash}),
    account AS (SELECT u.* FROM users u JOIN change ON change.user_id = u.id)
    SELECT change.id, change.changed_at, change.needs_other_proof, change.old_phone_number, to_jsonb(account) AS person,
      change.reverted_at IS NULL AND change.revertible_until > ${now} AS open,
      CASE WHEN change.token_hash = ${tokenHash} THEN 'number' ELSE 'email' END AS via,
      EXISTS (SELECT 1 FROM (${askingUser}) asking WHERE asking.user_id = account.id)
        OR EXISTS (${knownDevice(sql`account`)}) AS known,
      EXISTS (SELECT 1 FROM users o WHERE o.phone_number = change.old_phone_number AND o.phone_verified_at IS NOT NULL
        AND o.id <> account.id) AS old_number_taken
    FROM change CROSS JOIN account`,
);
