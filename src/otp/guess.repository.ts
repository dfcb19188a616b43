import { type SQL, sql } from 'drizzle-orm';
import { type FailureRefusal, failureValues, tooManyFailures } from '../budgets/failure-limit.repository.js';
import { claimGuess, type GuessLimits } from '../budgets/guess-budget.repository.js';
import { giveBackLate, type LateGuess } from '../budgets/late-guess.js';
import { codesAsKnown } from '../budgets/guess-subject.js';
import type { FailureBudget } from '../budgets/failure-budgets.js';
import type { Database } from '../database/database.js';
import { NO_ID } from '../database/no-id.js';
import { parameter, Statement } from '../database/statement.js';
import { type KnownDevice, knownDevice, ownerOf, ownerOfAddress, tokenValues } from '../devices/device.repository.js';
import type { Guesser } from '../devices/guesser.js';
import type { SubjectHash } from '../platform/subject-hash.js';
import { type ChallengePurpose, isEmailAddress } from './otp-purpose.js';
import type { CodeSend } from './request-token.js';

/** A guess that was counted before it is compared. */
export interface ClaimedGuess {
  /** Whether there were too many failures lately; then nothing was counted. */
  readonly refusal: FailureRefusal;
  /** False: the number is locked, or there were too many failures, and the guess must not be compared. */
  readonly admitted: boolean;
  /** Whether it came with a request token of this challenge. */
  readonly withToken: boolean;
  /** The send whose request token had its first guess with it, which no limit stops. Null: it was no such guess. */
  readonly firstOf: number | null;
  /** The device that the guess comes from, where the number's account knows it: its guesses are counted by themselves. */
  readonly knownDevice: KnownDevice | null;
  /** Ahead of now: the number is locked, perhaps by this very guess. */
  readonly lockedUntil: Date | null;
  /** True: it was not counted either, because it needs a CAPTCHA. */
  readonly suspicious: boolean;
  readonly challengeId: string;
  readonly secretId: string;
  /** Guesses at this challenge so far, this one included: by known devices, with its request tokens, or by strangers. */
  readonly attempts: number;
  /** Whether the challenge was sent, is unused, not expired, and has attempts left for this guess. */
  readonly alive: boolean;
  /** Whether the challenge was used up a moment ago. Known of a guess that was not admitted, too. */
  readonly justUsed: boolean;
  /** How the code was sent last. */
  readonly channel: string;
}

export interface GuessClaim {
  readonly destination: string;
  /** What its guesses are counted under. */
  readonly hashed: SubjectHash;
  readonly purpose: ChallengePurpose;
  readonly guesser: Guesser;
  /** What the request token says; null: the guess came without one. */
  readonly asked: CodeSend | null;
  /** Budgets of failures that must have capacity, unless the guess comes from a known device. */
  readonly failures: readonly FailureBudget[];
  readonly now: Date;
  readonly limits: GuessLimits;
  readonly maxAttempts: number;
  /** What a number without a challenge is given, so that guesses at it are counted and answered as at any other. */
  readonly standIn: { readonly challengeId: string; readonly secretId: string };
  /** Seconds for which the guess itself opens a challenge, where none is open; null: only a request opens one. */
  readonly opensFor: number | null;
}

/** Seconds for which a used code counts as submitted twice: two taps on a button, or a client that repeats its call. */
const SUBMITTED_TWICE = sql.raw('30');

const [destination, now] = [parameter('destination', 'text'), parameter('now', 'timestamptz')];
const purpose = parameter('purpose', 'text');
const [askedFor, send] = [parameter('askedFor', 'uuid'), parameter('send', 'int')];
const known = sql`EXISTS (SELECT 1 FROM known)`;
const justUsed = sql`consumed_at > ${now} - make_interval(secs => ${SUBMITTED_TWICE})`;

/** What a guess does to the challenge of its destination. */
interface Counting {
  /** The account that verified the destination: only devices that it knows have guesses of their own. */
  readonly owner: SQL;
  /** When a challenge expires that the guess makes. */
  readonly expiresAt: SQL;
  /** The columns that change in the row `c`, where the number has a challenge. */
  readonly changes: SQL;
  /** Whether a challenge has a code that may be used, but for its attempts. */
  readonly open: SQL;
  /** What is looked at where the guess is not admitted: further rows of `attempt`. */
  readonly otherwise: SQL;
}

/**
 * The challenge's row is locked first and the budget's row second, as in every statement that takes both. Whether a guess is
 * the first one with its request token is known at the locked row: of a hundred at the same moment, one is. Raw, because the
 * builder has no `ON CONFLICT` for what the statement itself finds out, and no row to assign to.
 */
const claimOf = ({ owner, expiresAt, changes, open, otherwise }: Counting) => sql`
    WITH known AS (${knownDevice(owner)}),
    refusal AS (${tooManyFailures(known)}),
    challenge AS (
      SELECT *, challenge_id = ${askedFor} AS holds FROM otp_challenges WHERE phone_number = ${destination} AND purpose = ${purpose}
        AND (challenge_id = ${askedFor} OR NOT EXISTS (SELECT 1 FROM refusal)) FOR UPDATE
    ),
    guesser AS (
      SELECT ${known} AS by_device, coalesce(bool_or(holds), false) AS holds,
      coalesce(bool_or(holds AND NOT ${send} = ANY(first_guesses)), false) AS first FROM challenge
    ),
    guess AS (${claimGuess({
      subject: codesAsKnown(parameter('hashed', 'text'), sql`known`),
      refuseSuspicious: sql`${parameter('refuseSuspicious', 'boolean')} AND NOT ${known}`,
      when: sql`NOT (SELECT first FROM guesser) AND NOT EXISTS (SELECT 1 FROM refusal)`,
    })}),
    attempt AS (
      INSERT INTO otp_challenges AS c (phone_number, purpose, challenge_id, secret_id, attempts, device_attempts,
        token_attempts, first_guesses, created_at, expires_at)
      SELECT ${destination}, ${purpose}, ${parameter('standInId', 'uuid')}, ${parameter('standInSecretId', 'text')},
      (NOT by_device AND NOT holds)::int, by_device::int, (holds AND NOT by_device)::int,
      CASE WHEN first THEN ARRAY[${send}] ELSE '{}' END, ${now}, ${expiresAt}
      FROM guesser WHERE first OR (SELECT admitted FROM guess)
      ON CONFLICT (phone_number, purpose) DO UPDATE SET ${changes}
      RETURNING challenge_id, secret_id, channel, attempts, device_attempts, token_attempts, ${open} AS open,
        ${justUsed} AS just_used
    )
    SELECT refusal.*, guess.*, holds, first, l.*, (SELECT to_jsonb(known) FROM known) AS known_device
    FROM guesser LEFT JOIN refusal ON NOT first LEFT JOIN guess ON true
      LEFT JOIN (SELECT * FROM attempt ${otherwise}) l ON true`;

const onlyCounting: Omit<Counting, 'owner'> = {
  expiresAt: now,
  changes: sql`
        attempts = c.attempts + excluded.attempts, device_attempts = c.device_attempts + excluded.device_attempts,
        token_attempts = c.token_attempts + excluded.token_attempts, first_guesses = c.first_guesses || excluded.first_guesses`,
  open: sql`sent_at IS NOT NULL AND consumed_at IS NULL AND expires_at > ${now}`,
  otherwise: sql`UNION ALL
      SELECT challenge_id, secret_id, channel, NULL, NULL, NULL, false, true FROM challenge
      WHERE ${justUsed} AND NOT (SELECT admitted FROM guess)`,
};

const countGuess = new Statement<ClaimRow, ReturnType<typeof claimValues>>(
  'verifyOtp: claim',
  claimOf({ owner: ownerOf(destination), ...onlyCounting }),
);

/** The same at a code that was sent by email. */
const countGuessByEmail = new Statement<ClaimRow, ReturnType<typeof claimValues>>(
  'verifyEmail: claim',
  claimOf({ owner: ownerOfAddress(destination), ...onlyCounting }),
);

/**
 * The same for a number whose code is known without a request. A challenge that was used or has expired is opened again.
 * One that was guessed away is not, so that there are as few guesses as elsewhere.
 */
const countGuessAndOpen = new Statement<ClaimRow, ReturnType<typeof claimValues> & { readonly opensFor: number }>(
  'verifyOtp: claim, test number',
  claimOf({
    owner: ownerOf(destination),
    expiresAt: sql`${now} + make_interval(secs => ${parameter('opensFor', 'int')})`,
    changes: sql`first_guesses = c.first_guesses || excluded.first_guesses,
      (attempts, device_attempts, token_attempts, given_back, expires_at, consumed_at) = (
        SELECT excluded.attempts + c.attempts * n, excluded.device_attempts + c.device_attempts * n,
        excluded.token_attempts + c.token_attempts * n, c.given_back * n,
        CASE n WHEN 0 THEN excluded.expires_at ELSE c.expires_at END, NULL::timestamptz
        FROM (SELECT (c.consumed_at IS NULL AND c.expires_at > ${now})::int AS n) o)`,
    open: sql`true`,
    // The code is good again at once, so no submission of it is late.
    otherwise: sql``,
  }),
);

export class GuessRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Counts one guess against the destination and against its challenge, and tells whether it may be compared. One statement
   * outside any transaction: parallel guesses queue at the rows' locks, so at most `maxAttempts` of them are compared,
   * and nothing that fails afterwards can roll the count back. A device that the destination's account knows has guesses and
   * attempts of its own, and who asked for the code has attempts of their own: whatever strangers do, both can still try.
   */
  async claim(claim: GuessClaim): Promise<ClaimedGuess> {
    const values = claimValues(claim);
    const { opensFor } = claim;
    const counting = isEmailAddress(claim.destination) ? countGuessByEmail : countGuess;
    const [row] =
      opensFor === null
        ? await counting.run(this.#db, values)
        : await countGuessAndOpen.run(this.#db, { ...values, opensFor });
    if (!row) throw new Error('Claiming a guess returned no row.');
    return readClaim(row, claim);
  }

  /** Gives back a guess that was claimed after another submission had used its code up. */
  async giveBackLate(guess: LateGuess): Promise<void> {
    await giveBackLate.run(this.#db, guess);
  }
}

function readClaim(row: ClaimRow, { asked, standIn, maxAttempts }: GuessClaim): ClaimedGuess {
  const attempts = attemptsOf(row) ?? maxAttempts;
  return {
    refusal: row,
    admitted: row.first || row.admitted === true,
    withToken: row.holds,
    firstOf: asked && row.first ? asked.send : null,
    knownDevice: row.known_device,
    lockedUntil: row.locked_until === null ? null : new Date(row.locked_until),
    suspicious: row.suspicious === true,
    challengeId: row.challenge_id ?? standIn.challengeId,
    secretId: row.secret_id ?? standIn.secretId,
    attempts,
    alive: row.open === true && (row.first || attempts <= maxAttempts),
    justUsed: row.just_used === true,
    channel: row.channel ?? 'SMS',
  };
}

/** The attempts that the guess is counted with; null: it was not counted. */
function attemptsOf(row: ClaimRow): number | null {
  if (row.known_device !== null) return row.device_attempts;
  return row.holds ? row.token_attempts : row.attempts;
}

function claimValues(claim: GuessClaim) {
  const { destination, hashed, purpose, guesser, asked, failures, now, limits, standIn } = claim;
  return {
    destination,
    hashed,
    askedFor: asked?.challengeId ?? NO_ID,
    send: asked?.send ?? null,
    purpose,
    now,
    standInId: standIn.challengeId,
    standInSecretId: standIn.secretId,
    refuseSuspicious: guesser.refuseSuspicious,
    ...tokenValues(guesser.device),
    ...failureValues(failures, now),
    ...limits,
  };
}

interface ClaimRow extends FailureRefusal {
  readonly holds: boolean;
  readonly first: boolean;
  readonly admitted: boolean | null;
  readonly locked_until: string | null;
  readonly suspicious: boolean | null;
  readonly known_device: KnownDevice | null;
  readonly challenge_id: string | null;
  readonly secret_id: string | null;
  readonly attempts: number | null;
  readonly device_attempts: number | null;
  readonly token_attempts: number | null;
  readonly channel: string | null;
  readonly open: boolean | null;
  readonly just_used: boolean | null;
}
