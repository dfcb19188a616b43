import { sql } from 'drizzle-orm';
import { returnGuess } from '../../budgets/guess-budget.repository.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { deviceIn, keepDevices, rememberDevice, tokenValues } from '../../devices/device.repository.js';
import type { DeviceTokenSubject } from '../../devices/device-token.js';
import type { PreparedNotice } from '../../notices/prepared-notice.js';
import { noticeValues, queueNotices } from '../../notices/queue-notices.js';
import {
  consumeChallenge,
  destinationsOf,
  guessValues,
  killChallenges,
  type RightGuess,
  readUsedChallenge,
  settleGuess,
  type UsedChallenge,
  type UsedChallengeRow,
} from '../../otp/challenge-use.js';
import { beginSession, type NewSession, recordSignIn, sessionValues } from '../../sessions/session-fragments.js';
import {
  beginContinuation,
  claimAccount,
  continuationValues,
  type NewContinuation,
} from '../../sign-in/opening/continuation.js';
import { openingValues, sameProofs } from '../../sign-in/opening/facts.js';
import { releaseGuess, releaseRefused, withGuess } from '../../sign-in/release-guess.js';
import { usedWithoutNumber } from '../../sign-in/used-now.js';
import { readUser } from '../../users/read-user.js';
import type { User } from '../../users/user.js';
import type { ResetAccount } from './facts.repository.js';

/** What was decided for the account of a right code. */
interface Decided {
  readonly guess: RightGuess;
  readonly account: ResetAccount;
  /** What the device token says that came along. */
  readonly device: DeviceTokenSubject | null;
}

export interface PasswordReset extends Decided {
  readonly newHash: string;
  /** From when it counts as a second proof; null: at once. */
  readonly trustedFrom: Date | null;
  readonly session: NewSession;
  readonly notices: readonly PreparedNotice[];
}

export interface WaitingReset extends Decided {
  readonly continuation: NewContinuation;
  readonly notices: readonly PreparedNotice[];
}

/** Another submission used the code in the meantime. */
type Lost = { readonly kind: 'lost' };
/** What was decided does not hold any more. The code stays good. */
type Changed = { readonly kind: 'changed' };

export type ResetResult =
  | { readonly kind: 'reset'; readonly user: User; readonly code: UsedChallenge }
  | Lost
  | Changed;

export type WaitingResult = { readonly kind: 'waiting'; readonly code: UsedChallenge } | Lost | Changed;

export class ResetPasswordRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Does what a right guess is needed for. If the database cannot do it now, the guess is given back. */
  withGuess<Result>(guess: RightGuess, use: () => Promise<Result>): Promise<Result> {
    return withGuess(this.#db, guess, use);
  }

  /**
   * Uses the code up, sets the password, and signs in. Nothing of before comes back: every session ends, young devices are
   * forgotten, and the codes under way die.
   */
  async reset({ newHash, trustedFrom, session, notices, ...decided }: PasswordReset): Promise<ResetResult> {
    const { guess, account } = decided;
    const values = { ...valuesOf(decided), ...sessionValues(session), ...noticeValues(notices) };
    const written = { newHash, trustedFrom };
    const [row] = await withGuess(this.#db, guess, () => resetPassword.run(this.#db, { ...values, ...written }));
    if (!row?.holds) return { kind: 'changed' };
    const code = readUsedChallenge(guess.challengeId, row);
    if (!row.person || !code) return { kind: 'lost' };
    // The city is as it was when the account was looked at.
    return { kind: 'reset', user: { ...readUser(row.person, null), location: account.owner.location }, code };
  }

  /** Uses the code up, and keeps the new password until one more proof comes. */
  async wait({ continuation, notices, ...decided }: WaitingReset): Promise<WaitingResult> {
    const { guess } = decided;
    const values = { ...valuesOf(decided), ...continuationValues(continuation), ...noticeValues(notices) };
    const [row] = await withGuess(this.#db, guess, () => wait.run(this.#db, values));
    if (!row?.holds) return { kind: 'changed' };
    const code = readUsedChallenge(guess.challengeId, row);
    return code ? { kind: 'waiting', code } : { kind: 'lost' };
  }

  /** Gives the guess back, because the reset cannot be done now. The code stays good. */
  async leave(guess: RightGuess): Promise<void> {
    await releaseGuess(this.#db, guess);
  }

  /** The same after an answer that tells something of the account, so three times for each code. */
  async refuse(guess: RightGuess): Promise<void> {
    await releaseRefused(this.#db, guess);
  }
}

function valuesOf({ guess, account: { owner, opening }, device }: Decided) {
  return { ...guessValues(guess), ...openingValues(opening), ...tokenValues(device), userId: owner.id };
}

interface HoldingRow extends UsedChallengeRow {
  /** Whether the decision still holds. */
  readonly holds: boolean;
}

interface ResetRow extends HoldingRow {
  /** The account; null: the code was not used up. */
  readonly person: Record<string, unknown> | null;
}

type DecidedValues = ReturnType<typeof valuesOf>;
type ResetValues = DecidedValues &
  ReturnType<typeof sessionValues> &
  ReturnType<typeof noticeValues> &
  Pick<PasswordReset, 'newHash' | 'trustedFrom'>;

const [userId, now] = [parameter('userId', 'uuid'), parameter('now', 'timestamptz')];

/**
 * The account that was decided for, if the decision still holds. Its row is locked before all others (decision 22). The code
 * dies when the number or the address goes to another account, so that need not be judged again.
 */
const account = sql`account AS (SELECT * FROM users u WHERE id = ${userId} AND ${sameProofs(sql`u`)} FOR NO KEY UPDATE),
    consumed AS (${consumeChallenge(sql`EXISTS (SELECT 1 FROM account)`)})`;

/**
 * The other codes are killed before the guess is given back at its number: a guess at one of them has the challenge first, and
 * then the number. The challenge that is used up counts as a living one there, too, and is changed once. The epoch ends the
 * sessions (docs/decisions/0022), so there is no surplus. Raw, as the next one is, because the builder cannot write to several tables from what the parts before
 * returned.
 */
const resetPassword = new Statement<ResetRow, ResetValues>(
  'resetPassword: reset',
  sql`
    WITH ${account},
    changed AS (
      UPDATE users SET ${usedWithoutNumber}, password_hash = ${parameter('newHash', 'text')}, updated_at = ${now}, session_epoch = session_epoch + 1,
      password_trusted_from = ${parameter('trustedFrom', 'timestamptz')} FROM consumed WHERE id = ${userId} RETURNING users.*),
    killed AS (${killChallenges(destinationsOf(sql`changed`))} RETURNING 1),
    returned AS (${returnGuess(sql`EXISTS (SELECT 1 FROM consumed) AND (SELECT count(*) FROM killed) >= 0`)}),
    session AS (${beginSession(sql`changed`)}),
    device AS (${rememberDevice(sql`session`)}),
    ${keepDevices(sql`changed`, deviceIn(sql`device`))},
    told AS (${queueNotices(sql`EXISTS (SELECT 1 FROM session)`)}),
    event AS (${recordSignIn(sql`session`, ['password_reset'])})
    SELECT EXISTS (SELECT 1 FROM account) AS holds, to_jsonb(changed) AS person, consumed.*
    FROM (SELECT 1) one LEFT JOIN (consumed CROSS JOIN changed) ON true`,
);

const wait = new Statement<
  HoldingRow,
  DecidedValues & ReturnType<typeof continuationValues> & ReturnType<typeof noticeValues>
>(
  'resetPassword: wait for a further proof',
  sql`
    WITH ${account},
    returned AS (${settleGuess(sql`consumed`, sql`EXISTS (SELECT 1 FROM account)`)}),
    claimed AS (${claimAccount(sql`(SELECT id FROM account)`, sql`EXISTS (SELECT 1 FROM consumed)`)}),
    waiting AS (${beginContinuation(sql`(SELECT account.* FROM account, consumed)`)}),
    told AS (${queueNotices(sql`EXISTS (SELECT 1 FROM waiting)`)})
    SELECT EXISTS (SELECT 1 FROM account) AS holds, consumed.* FROM (SELECT 1) one LEFT JOIN consumed ON true`,
);
