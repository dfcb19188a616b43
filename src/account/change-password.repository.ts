import { type SQL, sql } from 'drizzle-orm';
import type { Origin } from '../audit/origin.js';
import { originValues, recordEvent } from '../audit/record-event.js';
import { claimGuess, guessesLeft, type GuessLimits, returnGuess } from '../budgets/guess-budget.repository.js';
import type { LateGuess } from '../budgets/late-guess.js';
import { passwordAsKnown } from '../budgets/guess-subject.js';
import type { Database } from '../database/database.js';
import { parameter, Statement } from '../database/statement.js';
import { deviceBudget, deviceOfSession, keepDevices } from '../devices/device.repository.js';
import type { PreparedNotice } from '../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../notices/queue-notices.js';
import { destinationsOf, killChallenges } from '../otp/challenge-use.js';
import { endSessions, sameEpoch } from '../sessions/session-fragments.js';
import { readUser } from '../users/read-user.js';
import type { User } from '../users/user.js';
import { withPasswordGuess } from '../sign-in/release-guess.js';

/** A guess at the current password, before it is checked. */
export interface PasswordClaim {
  readonly userId: string;
  /** The device of the session that asks. */
  readonly deviceId: string | null;
  readonly now: Date;
  readonly limits: GuessLimits;
}

/** The same, counted. */
export interface ClaimedPasswordGuess {
  /** False: locked, and the guess must not be checked. */
  readonly admitted: boolean;
  readonly lockedUntil: Date | null;
  /** Guesses left until the lock. */
  readonly guessesLeft: number;
  /** What the guess was counted against. */
  readonly budget: string;
}

export interface PasswordChange {
  readonly userId: string;
  /** The session that asks, which goes on, and the device that it is on, which stays known. */
  readonly sessionId: string;
  readonly deviceId: string | null;
  /** The hash that the current password was checked against, or null where there was no password. */
  readonly verifiedHash: string | null;
  readonly newHash: string;
  /** From when it counts as a second proof; null: at once. */
  readonly trustedFrom: Date | null;
  /** The guess at the current password; null: there was none. */
  readonly guess: LateGuess | null;
  readonly now: Date;
  readonly origin: Origin;
  readonly notices: readonly PreparedNotice[];
}

/** The same without a new one. */
export type PasswordRemoval = Omit<PasswordChange, 'verifiedHash' | 'newHash' | 'trustedFrom' | 'guess'>;

export type PasswordChangeResult =
  | { readonly kind: 'changed'; readonly user: User }
  /** The session that asks was ended meanwhile. */
  | { readonly kind: 'session_over' }
  /** The password was changed meanwhile, or what else opens the account. */
  | { readonly kind: 'lost' };

export class ChangePasswordRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Counts a guess at the current password before it is checked: against the device of the session that asks, as at
   * `login`, so that strangers who guess at the password cannot keep its owner from changing it.
   */
  async claim({ limits, ...asking }: PasswordClaim): Promise<ClaimedPasswordGuess> {
    const [row] = await countGuess.run(this.#db, { ...asking, ...limits });
    if (!row) throw new Error('Claiming a guess returned no row.');
    const lockedUntil = row.locked_until === null ? null : new Date(row.locked_until);
    return { admitted: row.admitted, lockedUntil, budget: row.budget, guessesLeft: row.guesses_left };
  }

  /**
   * Changes the password if it still is the one that was checked and the session that asks still lives. It ends every
   * other session, forgets every device but those of its owner (`keepDevices`), and kills the codes under way: one of them may be in the hands of the
   * person because of whom the password is changed. Hashing takes its time, and meanwhile the owner may end the session
   * of a thief: so the session that asks is locked and looked at again here.
   */
  async change(change: PasswordChange): Promise<PasswordChangeResult> {
    const { guess, notices, origin, ...values } = change;
    const given = { ...values, ...originValues(origin), ...noticeValues(notices) };
    const run = () => changePassword.run(this.#db, { ...given, budget: guess?.budget ?? null });
    return readChange(await (guess === null ? run() : withPasswordGuess(this.#db, guess, run)));
  }

  /** Takes the password away, with all that a change of it does, if something else still opens the account. */
  async remove({ notices, origin, ...removal }: PasswordRemoval): Promise<PasswordChangeResult> {
    const values = { ...removal, ...originValues(origin), ...noticeValues(notices) };
    return readChange(await removePassword.run(this.#db, values));
  }
}

function readChange([row]: readonly ChangeRow[]): PasswordChangeResult {
  if (!row?.lives) return { kind: 'session_over' };
  if (!row.person) return { kind: 'lost' };
  return { kind: 'changed', user: readUser(row.person, row.city) };
}

interface ClaimRow {
  readonly admitted: boolean;
  readonly locked_until: string | null;
  readonly guesses_left: number;
  readonly budget: string;
}

interface ChangeRow {
  readonly person: Record<string, unknown> | null;
  readonly city: Record<string, unknown> | null;
  readonly lives: boolean;
}

const [now, userId] = [parameter('now', 'timestamptz'), parameter('userId', 'uuid')];
const [sessionId, deviceId] = [parameter('sessionId', 'uuid'), parameter('deviceId', 'uuid')];
const changed = sql`SELECT id FROM changed`;
const opensWithoutPassword = sql`
  (phone_verified_at IS NOT NULL)::int + (email_verified_at IS NOT NULL)::int >= CASE role WHEN 'USER' THEN 1 ELSE 2 END`;

/** Raw, because the builder has no `ON CONFLICT` that assigns a row. */
const countGuess = new Statement<ClaimRow, Omit<PasswordClaim, 'limits'> & GuessLimits>(
  'changePassword: claim',
  sql`
    WITH known AS (${deviceBudget({ userId, deviceId })}),
    account AS (SELECT ${userId} AS id),
    subject AS (SELECT ${passwordAsKnown(sql`known`, sql`account`)} AS budget),
    guess AS (${claimGuess({
      subject: sql`(SELECT budget FROM subject)`,
      refuseSuspicious: sql`false`,
      when: sql`true`,
      also: guessesLeft,
    })})
    SELECT guess.admitted, guess.locked_until, guess.guesses_left, subject.budget FROM guess CROSS JOIN subject`,
);

interface PasswordWrite {
  readonly kind: 'password_changed' | 'password_removed';
  /** The new hash, and under which condition it is written to the user's row. */
  readonly hash: SQL;
  readonly trustedFrom: SQL;
  readonly when: SQL;
  /** Gives the guess at the current password back. */
  readonly returned: SQL;
}

/**
 * The user's row is locked first, and everything else is found through it or through `changed`. Raw, because the builder
 * cannot write to several tables from what the parts before returned.
 */
const passwordWrite = ({ kind, hash, trustedFrom, when, returned }: PasswordWrite) => sql`
    WITH account AS (SELECT id FROM users WHERE id = ${userId} FOR NO KEY UPDATE),
    asking AS (
      SELECT id, epoch FROM sessions
      WHERE id = ${sessionId} AND user_id = (SELECT id FROM account) AND ended_at IS NULL
        AND expires_at > ${now} AND ${sameEpoch(sql`sessions`)}
      FOR UPDATE
    ),
    changed AS (
      UPDATE users SET password_hash = ${hash}, password_trusted_from = ${trustedFrom}, updated_at = ${now},
        session_epoch = session_epoch + 1
      WHERE id = ${userId} AND ${when} AND session_epoch <= (SELECT epoch FROM asking)
      RETURNING *
    ),
    kept AS (UPDATE sessions SET epoch = changed.session_epoch FROM changed WHERE sessions.id = ${sessionId}),
    ended AS (${endSessions(changed, sessionId)}),
    kept_device AS (
      UPDATE devices SET epoch = changed.session_epoch FROM changed
      WHERE devices.user_id = changed.id AND devices.id = ${deviceId}
    ),
    ${keepDevices(sql`changed`, deviceOfSession(deviceId))},
    killed AS (${killChallenges(destinationsOf(sql`changed`))}),
    returned AS (${returned}),
    event AS (${recordEvent({ kind, deviceId }, sql`(SELECT ${sessionId} AS id, changed.id AS user_id FROM changed)`)}),
    told AS (${queueNotices(sql`EXISTS (SELECT 1 FROM changed)`)})
    SELECT to_jsonb(changed) AS person, to_jsonb(cities) AS city, EXISTS (SELECT 1 FROM asking) AS lives
    FROM (SELECT 1) one LEFT JOIN changed ON true LEFT JOIN cities ON cities.id = changed.location_id`;

type Written<Write extends PasswordRemoval> = Omit<Write, 'guess' | 'notices' | 'origin'> &
  ReturnType<typeof originValues> &
  ReturnType<typeof noticeValues>;

const changePassword = new Statement<ChangeRow, Written<PasswordChange> & { readonly budget: string | null }>(
  'changePassword: change',
  passwordWrite({
    kind: 'password_changed',
    hash: parameter('newHash', 'text'),
    trustedFrom: parameter('trustedFrom', 'timestamptz'),
    when: sql`password_hash IS NOT DISTINCT FROM ${parameter('verifiedHash', 'text')}`,
    returned: returnGuess(sql`EXISTS (SELECT 1 FROM account)`),
  }),
);

/** What `decideRemoval` decided, judged again at the locked row. */
const removePassword = new Statement<ChangeRow, Written<PasswordRemoval>>(
  'removePassword: remove',
  passwordWrite({
    kind: 'password_removed',
    hash: sql`NULL`,
    trustedFrom: sql`NULL`,
    when: sql`password_hash IS NOT NULL AND ${opensWithoutPassword}`,
    returned: sql`SELECT`,
  }),
);
