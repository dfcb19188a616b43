import { lte, sql } from 'drizzle-orm';
import type { Origin } from '../../audit/origin.js';
import { originValues, recordEvent } from '../../audit/record-event.js';
import { returnGuess } from '../../budgets/guess-budget.repository.js';
import { giveBackLate } from '../../budgets/late-guess.js';
import type { Database } from '../../database/database.js';
import { removeOver } from '../../database/remove-over.js';
import { parameter, Statement } from '../../database/statement.js';
import { deviceOfSession, keepDevices } from '../../devices/device.repository.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import {
  consumeChallenge,
  guessValues,
  type RightGuess,
  readUsedChallenge,
  type UsedChallenge,
  type UsedChallengeRow,
} from '../../otp/challenge-use.js';
import { withGuess } from '../../sign-in/release-guess.js';
import type { TakenName } from '../../sign-in/taken-name.js';
import { endSessions } from '../../sessions/session-fragments.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import { addSeconds } from '../../platform/clock.js';
import { codeAddress, killCodes, orAgain, passwordSeal } from '../number-change-fragments.js';
import { numberChangeTable } from '../number-change.table.js';

/** A change of number that was decided: its code is right. */
export interface NumberChange {
  readonly id: string;
  readonly guess: RightGuess;
  readonly userId: string;
  /** The session that asks, which goes on, and the device that it is on, which stays known. */
  readonly sessionId: string;
  readonly deviceId: string | null;
  /** The account before the change. */
  readonly user: Pick<User, 'phoneNumber' | 'email' | 'emailVerifiedAt' | 'username' | 'passwordHash'>;
  /** The number that the account had verified; null: none. */
  readonly oldPhoneNumber: string | null;
  readonly needsOtherProof: boolean;
  readonly tokenHash: string;
  /** Null: the email address does not count yet, so its notice has no code. */
  readonly emailTokenHash: string | null;
  readonly revertibleUntil: Date;
  readonly notices: readonly PreparedNotice[];
  readonly origin: Origin;
}

export type NumberChangeResult =
  | { readonly kind: 'changed'; readonly user: User; readonly code: UsedChallenge }
  /** Another account has verified the number. The code is used up. */
  | { readonly kind: 'taken' }
  /** Another submission used the code, or another call changed the account's number meanwhile. */
  | { readonly kind: 'lost' }
  /** The session that asks was ended meanwhile. */
  | { readonly kind: 'session_over' };

/**
 * Seconds for which a change is kept that cannot be taken back any more. It tells which messages to the former number are the
 * account's: these are kept for 30 days, and the account may be deleted meanwhile.
 */
const KEPT = 2_592_000;

export class ChangePhoneNumberRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Uses the code up and gives the account its number, unless another account has verified it. It is one statement: a crash
   * leaves either all of it or a code that still works, and of two accounts one gets the number.
   */
  async change(change: NumberChange): Promise<NumberChangeResult> {
    const { guess, user, notices, origin, ...values } = change;
    const seen = { seenNumber: user.phoneNumber, passwordSeal: passwordSeal(user), codeAddress: codeAddress(user) };
    const fixed = { ...values, ...guessValues(guess), ...originValues(origin), ...noticeValues(notices), ...seen };
    const run = (taken: ReadonlySet<TakenName>) => {
      const lost = (name: 'email' | 'username') => (taken.has(name) ? user[name] : null);
      return changeNumber.run(this.#db, { ...fixed, lostEmail: lost('email'), lostUsername: lost('username') });
    };
    const [row] = await withGuess(this.#db, guess, () => orAgain(run));
    const code = row && readUsedChallenge(guess.challengeId, row);
    if (!code && fixed.budget !== null) {
      await giveBackLate.run(this.#db, { budget: fixed.budget, now: guess.now, ownLock: guess.ownLock });
    }
    if (!row?.lives) return { kind: 'session_over' };
    if (!code) return { kind: 'lost' };
    if (!row.person) return { kind: 'taken' };
    return { kind: 'changed', user: readUser(row.person, row.city), code };
  }

  /** Removes up to `most` changes that are as old as the oldest messages. */
  removeOver(now: Date, most: number): Promise<number> {
    const { revertibleUntil } = numberChangeTable;
    const over = lte(revertibleUntil, addSeconds(now, -KEPT));
    return removeOver(this.#db, { table: numberChangeTable, over, oldestBy: revertibleUntil, most });
  }
}

interface ChangeRow extends UsedChallengeRow {
  readonly person: Record<string, unknown> | null;
  readonly city: Record<string, unknown> | null;
  readonly lives: boolean;
}

type ChangeValues = Omit<NumberChange, 'guess' | 'user' | 'notices' | 'origin'> & {
  readonly seenNumber: string | null;
  readonly passwordSeal: string | null;
  readonly codeAddress: string | null;
  readonly lostEmail: string | null;
  readonly lostUsername: string | null;
} & ReturnType<typeof guessValues> &
  ReturnType<typeof originValues> &
  ReturnType<typeof noticeValues>;

const [now, userId] = [parameter('now', 'timestamptz'), parameter('userId', 'uuid')];
const [sessionId, deviceId] = [parameter('sessionId', 'uuid'), parameter('deviceId', 'uuid')];
const [phoneNumber, oldPhoneNumber] = [parameter('destination', 'text'), parameter('oldPhoneNumber', 'text')];
const changed = sql`SELECT id FROM changed`;

/**
 * Rows are locked in the order of docs/decisions/0022: the account, its session, the challenges, and last the number itself in
 * the unique index. So a sign-in that holds the challenge of the number does not wait in a circle with this statement. The
 * session's row is found as it was before the wait for the account, and its epoch is compared as it is after that: another
 * change by the same session lifts both. An account that verifies its first number loses the names that other accounts reserve (docs/decisions/0034): the unique
 * indexes tell which. Raw, because the builder cannot write to several tables from what the parts before returned.
 */
const changeNumber = new Statement<ChangeRow, ChangeValues>(
  'changePhoneNumber: change',
  sql`
    WITH account AS (
      SELECT id, session_epoch, phone_number IS NOT DISTINCT FROM ${parameter('seenNumber', 'text')} AS same FROM users
      WHERE id = ${userId} FOR NO KEY UPDATE
    ),
    locked AS (
      SELECT epoch FROM sessions WHERE id = ${sessionId} AND user_id = (SELECT id FROM account) AND ended_at IS NULL
        AND expires_at > ${now} FOR UPDATE
    ),
    asking AS (SELECT 1 FROM locked, account WHERE locked.epoch >= account.session_epoch),
    consumed AS (${consumeChallenge(sql`EXISTS (SELECT 1 FROM asking) AND (SELECT same FROM account)`)}),
    free AS (SELECT 1 FROM consumed WHERE NOT EXISTS (
      SELECT 1 FROM users WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NOT NULL
    )),
    returned AS (${returnGuess(sql`EXISTS (SELECT 1 FROM consumed)`)}),
    killed AS (${killCodes({
      destinations: [phoneNumber, oldPhoneNumber, parameter('codeAddress', 'text')],
      when: sql`EXISTS (SELECT 1 FROM free)`,
    })}),
    changed AS (
      UPDATE users SET phone_number = ${phoneNumber}, phone_verified_at = ${now}, claimed_at = NULL, updated_at = ${now},
        email = nullif(email, ${parameter('lostEmail', 'text')}), username = nullif(username, ${parameter('lostUsername', 'text')}),
        session_epoch = session_epoch + 1
      WHERE id = (SELECT id FROM account) AND EXISTS (SELECT 1 FROM free) AND (SELECT count(*) FROM killed) >= 0
      RETURNING *
    ),
    detached AS (
      UPDATE users SET phone_number = NULL, updated_at = ${now}
      WHERE phone_number = ${phoneNumber} AND phone_verified_at IS NULL AND id <> (${changed})
    ),
    change AS (
      INSERT INTO number_changes (id, user_id, old_phone_number, new_phone_number, needs_other_proof, token_hash,
        email_token_hash, password_seal, changed_at, revertible_until)
      SELECT ${parameter('id', 'uuid')}, changed.id, ${oldPhoneNumber}, ${phoneNumber},
        ${parameter('needsOtherProof', 'boolean')}, ${parameter('tokenHash', 'text')}, ${parameter('emailTokenHash', 'text')},
        ${parameter('passwordSeal', 'text')}, ${now}, ${parameter('revertibleUntil', 'timestamptz')}
      FROM changed
    ),
    kept AS (UPDATE sessions SET epoch = changed.session_epoch FROM changed WHERE sessions.id = ${sessionId}),
    ended AS (${endSessions(changed, sessionId)}),
    kept_device AS (
      UPDATE devices SET epoch = changed.session_epoch FROM changed
      WHERE devices.user_id = changed.id AND devices.id = ${deviceId}
    ),
    ${keepDevices(sql`changed`, deviceOfSession(deviceId))},
    told AS (${queueNotices(sql`EXISTS (${changed})`)}),
    event AS (${recordEvent(
      { kind: sql`s.kind`, deviceId, phoneNumber },
      sql`(SELECT ${sessionId} AS id, id AS user_id, kind FROM changed, unnest('{phone_changed,phone_verified}'::text[]) kind)`,
    )})
    SELECT to_jsonb(changed) AS person, to_jsonb(cities) AS city, EXISTS (SELECT 1 FROM asking) AS lives, consumed.*
    FROM (SELECT 1) one LEFT JOIN consumed ON true LEFT JOIN changed ON true
      LEFT JOIN cities ON cities.id = changed.location_id`,
);
