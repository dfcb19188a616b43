import { lt, sql } from 'drizzle-orm';
import { recordEvent } from '../../audit/record-event.js';
import type { Database } from '../../database/database.js';
import { removeOver } from '../../database/remove-over.js';
import { rowFromJson } from '../../database/rows.js';
import { parameter, Statement } from '../../database/statement.js';
import { rememberDevice, tokenValues } from '../../devices/device.repository.js';
import type { DeviceTokenSubject } from '../../devices/device-token.js';
import { killChallenges } from '../../otp/challenge-use.js';
import { beginSession, type NewSession, recordSignIn, sessionValues } from '../../sessions/session-fragments.js';
import { hasAnyPasskey } from '../../passkeys/passkey-fragments.js';
import type { ProofMethod } from '../../sessions/proofs.js';
import { unlocked } from '../../users/account-lock.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import { continuationTable } from '../continuation.table.js';
import { nameTakenBy } from '../taken-name.js';
import { type HeldContinuation, heldValues, closeContinuation, type NewContinuation } from './continuation.js';
import type { OpeningFacts } from './decision.js';
import { openingFacts, type OpeningRow, openingValues, readOpeningFacts, sameOpening } from './facts.js';

/** A sign-in that waits for one more proof, and its account. */
export interface WaitingSignIn extends HeldContinuation {
  readonly user: User;
  readonly opening: OpeningFacts;
  readonly hasPasskeys: boolean;
  readonly shown: NewContinuation['shown'];
  readonly newAccountAllowed: boolean;
  readonly newPasswordHash: string | null;
}

export interface NewAccount {
  readonly waiting: WaitingSignIn;
  readonly device: DeviceTokenSubject | null;
  readonly session: NewSession;
  readonly newUser: { readonly id: string; readonly locale: string | null };
}

export class ContinuationRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * A continuation that may still be used, and its account as it is now; null: there is none such. A lock of the account ends
   * it, too, but whoever has its token has shown a right proof and may be told.
   */
  async find(id: string, device: DeviceTokenSubject | null, now: Date): Promise<WaitingSignIn | null> {
    const [row] = await find.run(this.#db, { heldId: id, now, ...tokenValues(device) });
    if (!row) return null;
    const { epoch, phoneNumber, newAccountAllowed, newPasswordHash, ...kept } = rowFromJson(
      continuationTable,
      row.waiting,
    );
    const shown = {
      proofs: kept.shown as ProofMethod[],
      methods: kept.authenticationMethods as NewContinuation['shown']['methods'],
    };
    const user = readUser(row.person, row.city);
    const account = { user, opening: readOpeningFacts(row, user), hasPasskeys: row.has_passkeys };
    return { id, epoch, phoneNumber, newAccountAllowed, newPasswordHash, shown, ...account };
  }

  /**
   * The number goes to a new account, and the old one stays without. Null where the continuation was used meanwhile, or the
   * account is not as it was when this was decided.
   */
  async beginAnew({ waiting, device, session, newUser }: NewAccount): Promise<User | null> {
    const decided = { ...heldValues(waiting), ...openingValues(waiting.opening), ...tokenValues(device) };
    const written = { ...sessionValues(session), newUserId: newUser.id, newUserLocale: newUser.locale };
    try {
      const [row] = await beginAnew.run(this.#db, { ...decided, ...written });
      return row ? readUser(row.person, null) : null;
    } catch (error) {
      if (nameTakenBy(error) === 'phoneNumber') return null;
      throw error;
    }
  }

  /** Removes up to `most` continuations that have expired. */
  removeOver(now: Date, most: number): Promise<number> {
    const { expiresAt } = continuationTable;
    return removeOver(this.#db, { table: continuationTable, over: lt(expiresAt, now), oldestBy: expiresAt, most });
  }
}

interface FoundRow extends OpeningRow {
  readonly waiting: Record<string, unknown>;
  readonly person: Record<string, unknown>;
  readonly city: Record<string, unknown> | null;
  readonly has_passkeys: boolean;
}

const now = parameter('now', 'timestamptz');

/** It locks nothing. Raw, because the device is looked up by a fragment of another room. */
const find = new Statement<FoundRow, { readonly heldId: string; readonly now: Date } & ReturnType<typeof tokenValues>>(
  'continueSignIn: look',
  sql`
    WITH waiting AS (
      SELECT * FROM sign_in_continuations
      WHERE id = ${parameter('heldId', 'uuid')} AND used_at IS NULL AND expires_at > ${now}
    ),
    owner AS (
      SELECT u.* FROM users u JOIN waiting ON waiting.user_id = u.id
      WHERE (u.session_epoch <= waiting.epoch OR (${unlocked(sql`u`)}) IS NOT TRUE)
        AND (waiting.phone_number IS NULL OR u.phone_number = waiting.phone_number AND u.phone_verified_at IS NOT NULL)
    )
    SELECT to_jsonb(waiting) AS waiting, to_jsonb(owner) AS person, to_jsonb(cities) AS city, opening.*,
      ${hasAnyPasskey(sql`owner.id`)} AS has_passkeys
    FROM waiting CROSS JOIN owner CROSS JOIN (${openingFacts(sql`owner`)}) opening
      LEFT JOIN cities ON cities.id = owner.location_id`,
);

const [newUserId, number] = [parameter('newUserId', 'uuid'), parameter('heldNumber', 'text')];

const stillTheirs = sql`
  phone_number = ${number} AND phone_verified_at IS NOT NULL AND ${sameOpening(sql`users`)}`;

/** The event is the old account's, and names the new one by nothing: the two owners are strangers. */
const moved = recordEvent(
  { kind: 'number_moved_to_new_account', by: 'ANONYMOUS', byStranger: true, phoneNumber: number },
  sql`(SELECT NULL::uuid AS id, moved.id AS user_id FROM moved, session)`,
);

/**
 * Both accounts are written in one statement, so that the number is never without one. Raw, because the builder cannot write to
 * several tables from what the parts before returned.
 */
const beginAnew = new Statement<
  { readonly person: Record<string, unknown> },
  ReturnType<typeof heldValues> &
    ReturnType<typeof openingValues> &
    ReturnType<typeof tokenValues> &
    ReturnType<typeof sessionValues> & {
      readonly newUserId: string;
      readonly newUserLocale: string | null;
    }
>(
  'continueSignIn: begin anew',
  sql`
    WITH ${closeContinuation(stillTheirs)},
    moved AS (
      UPDATE users SET phone_number = NULL, phone_verified_at = NULL, claimed_at = NULL, number_lost_at = ${now}, updated_at = ${now}
      FROM closed WHERE users.id = (SELECT id FROM account) AND new_account_allowed
      RETURNING users.id, closed.new_password_hash
    ),
    killed AS (${killChallenges(sql`SELECT ${number} FROM moved`)}),
    detached AS (
      UPDATE users SET phone_number = NULL, updated_at = ${now}
      WHERE phone_number = ${number} AND phone_verified_at IS NULL AND EXISTS (SELECT 1 FROM moved)
    ),
    person AS (
      INSERT INTO users (id, phone_number, phone_verified_at, password_hash, locale, last_used_at, created_at, updated_at)
      SELECT ${newUserId}, ${number}, ${now}, new_password_hash, ${parameter('newUserLocale', 'text')}, ${now}, ${now}, ${now}
      FROM moved RETURNING *
    ),
    session AS (${beginSession(sql`person`)}),
    device AS (${rememberDevice(sql`session`)}),
    moving AS (${moved}),
    event AS (${recordSignIn(sql`session`, ['registered', 'phone_verified'], number)})
    SELECT to_jsonb(person) AS person FROM person`,
);
