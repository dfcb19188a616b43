import { type SQL, sql } from 'drizzle-orm';
import { type FailureRefusal, tooManyFailures } from '../budgets/failure-limit.repository.js';
import { claimGuess, type GuessLimits } from '../budgets/guess-budget.repository.js';
import { codesAsKnown } from '../budgets/guess-subject.js';
import type { Spending } from '../budgets/rate-budget.js';
import { type Database, instant } from '../database/database.js';
import { type KnownDevice, knownDevice, ownerOf } from '../devices/device.repository.js';
import type { Guesser } from '../devices/guesser.js';
import { addSeconds } from '../platform/clock.js';
import type { OtpPurpose } from './otp-challenge.table.js';

/** Seconds for which a challenge that is over is kept. */
const KEPT = 86_400;

/** A guess that was counted before it is compared. */
export interface ClaimedGuess {
  /** Whether there were too many failures lately; then nothing was counted. */
  readonly refusal: FailureRefusal;
  /** False: the number is locked, or there were too many failures, and the guess must not be compared. */
  readonly admitted: boolean;
  /** The device that the guess comes from, where the number's account knows it: its guesses are counted by themselves. */
  readonly knownDevice: KnownDevice | null;
  /** Ahead of now: the number is locked, perhaps by this very guess. */
  readonly lockedUntil: Date | null;
  /** True: it was not counted either, because it needs a CAPTCHA. */
  readonly suspicious: boolean;
  readonly challengeId: string;
  readonly secretId: string;
  /** Guesses at this challenge so far, this one included: by known devices, or by everybody else. */
  readonly attempts: number;
  /** Whether the challenge was sent, is unused, not expired and not exhausted. */
  readonly alive: boolean;
  /** How the code was sent last. */
  readonly channel: string;
}

export interface GuessClaim {
  readonly phoneNumber: string;
  readonly purpose: OtpPurpose;
  readonly guesser: Guesser;
  /** Budgets of failures that must have room, unless the guess comes from a known device. */
  readonly failures: readonly Spending[];
  readonly now: Date;
  readonly limits: GuessLimits;
  readonly maxAttempts: number;
  /** What a number without a challenge is given, so that guesses at it are counted and answered as at any other. */
  readonly standIn: { readonly challengeId: string; readonly secretId: string };
}

export class OtpChallengeRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Counts one guess against the number and against its challenge, and tells whether it may be compared. One statement
   * outside any transaction: parallel guesses queue at the rows' locks, so at most `maxAttempts` of them are compared,
   * and nothing that fails afterwards can roll the count back. A device that the number's account knows has guesses and
   * attempts of its own: whatever strangers do, it can still try.
   */
  async claim(claim: GuessClaim): Promise<ClaimedGuess> {
    const { phoneNumber, guesser, maxAttempts } = claim;
    const now = instant(claim.now);
    const known = sql`EXISTS (SELECT 1 FROM known)`;
    const tries = sql`CASE WHEN ${known} THEN device_attempts ELSE attempts END`;
    const [row] = await this.#db.execute<ClaimRow>(sql`
      WITH known AS (${knownDevice(guesser.device, ownerOf(phoneNumber))}),
      refusal AS (
        ${tooManyFailures(claim.failures, claim.now, known)}
      ),
      guess AS (${claimGuess({
        ...claim,
        subject: codesAsKnown(phoneNumber, sql`known`),
        refuseSuspicious: sql`${guesser.refuseSuspicious}::boolean AND NOT ${known}`,
        when: sql`NOT EXISTS (SELECT 1 FROM refusal)`,
      })}),
      attempt AS (
        INSERT INTO otp_challenges AS c (phone_number, purpose, challenge_id, secret_id, attempts, device_attempts,
          created_at, expires_at)
        SELECT ${phoneNumber}, ${claim.purpose}, ${claim.standIn.challengeId}::uuid, ${claim.standIn.secretId},
          (NOT ${known})::int, ${known}::int, ${now}, ${now}
        WHERE (SELECT admitted FROM guess)
        ON CONFLICT (phone_number, purpose) DO UPDATE SET
          attempts = c.attempts + excluded.attempts, device_attempts = c.device_attempts + excluded.device_attempts
        RETURNING challenge_id, secret_id, channel, ${tries} AS tries,
          sent_at IS NOT NULL AND consumed_at IS NULL AND expires_at > ${now} AND ${tries} <= ${maxAttempts} AS alive
      )
      SELECT refusal.*, guess.admitted, guess.locked_until, guess.suspicious, attempt.*,
        (SELECT to_jsonb(known) FROM known) AS known_device
      FROM (SELECT 1) one LEFT JOIN refusal ON true LEFT JOIN guess ON true LEFT JOIN attempt ON true`);
    if (!row) throw new Error('Claiming a guess returned no row.');
    return {
      refusal: row,
      admitted: row.admitted ?? false,
      knownDevice: row.known_device,
      lockedUntil: row.locked_until === null ? null : new Date(row.locked_until),
      suspicious: row.suspicious ?? false,
      challengeId: row.challenge_id ?? claim.standIn.challengeId,
      secretId: row.secret_id ?? claim.standIn.secretId,
      attempts: row.tries ?? maxAttempts,
      alive: row.alive ?? false,
      channel: row.channel ?? 'SMS',
    };
  }

  /** Removes up to `most` challenges that expired a day ago. */
  async removeOver(now: Date, most: number): Promise<number> {
    const before = instant(addSeconds(now, -KEPT));
    const removed = await this.#db.execute(sql`
      DELETE FROM otp_challenges WHERE (phone_number, purpose) IN (
        SELECT phone_number, purpose FROM otp_challenges WHERE expires_at < ${before}
        LIMIT ${most} FOR UPDATE SKIP LOCKED
      )`);
    return removed.count;
  }
}

interface ClaimRow extends Record<string, unknown>, FailureRefusal {
  admitted: boolean | null;
  locked_until: string | null;
  suspicious: boolean | null;
  known_device: KnownDevice | null;
  challenge_id: string | null;
  secret_id: string | null;
  tries: number | null;
  channel: string | null;
  alive: boolean | null;
}

/** A right guess, claimed before, that is about to be used. */
export interface RightGuess {
  readonly phoneNumber: string;
  readonly purpose: OtpPurpose;
  readonly challengeId: string;
  /** The device that it came from, where the number's account knows it. */
  readonly knownDevice: KnownDevice | null;
  /** How the code was sent last. */
  readonly channel: string;
  readonly now: Date;
}

/** An attempt less, of those that the guess was counted with. */
const oneAttemptLess = ({ knownDevice }: RightGuess) =>
  knownDevice === null ? sql`attempts = attempts - 1` : sql`device_attempts = device_attempts - 1`;

/**
 * Uses a challenge up, if `when` holds, and returns a row; no row means that somebody else used it first, that it is
 * no longer alive, or that `when` did not hold. Whoever gets the row has won, however many submit the same code.
 */
export function consumeChallenge(guess: RightGuess, when: SQL): SQL {
  const { phoneNumber, purpose, challengeId, now } = guess;
  return sql`
    UPDATE otp_challenges SET consumed_at = ${instant(now)}, ${oneAttemptLess(guess)}
    WHERE phone_number = ${phoneNumber} AND purpose = ${purpose} AND challenge_id = ${challengeId}::uuid
      AND consumed_at IS NULL AND expires_at > ${instant(now)} AND ${when}
    RETURNING challenge_id, created_at, counted_under`;
}

/** Gives back the attempt of a right guess that was not used, so that the code stays good for what comes next. */
export function returnAttempt(guess: RightGuess, when: SQL): SQL {
  const { phoneNumber, purpose, challengeId } = guess;
  return sql`
    UPDATE otp_challenges SET ${oneAttemptLess(guess)}
    WHERE phone_number = ${phoneNumber} AND purpose = ${purpose} AND challenge_id = ${challengeId}::uuid
      AND consumed_at IS NULL AND ${when}
    RETURNING challenge_id`;
}

/**
 * A condition: whether anybody may have guesses left at a challenge (a table expression). A code that strangers have
 * guessed away is still good for devices that the number's account knows; whether there are any is not asked, because
 * what becomes of a message would tell it to whoever asked for it and guessed.
 */
export function hasGuessesLeft(challenge: SQL, maxAttempts: number): SQL {
  return sql`least(${challenge}.attempts, ${challenge}.device_attempts) < ${maxAttempts}`;
}

/** Makes every code under way for the numbers that `phoneNumbers` (a subquery) holds worthless. */
export function killChallenges(phoneNumbers: SQL, now: Date): SQL {
  return sql`
    UPDATE otp_challenges SET consumed_at = ${instant(now)}
    WHERE consumed_at IS NULL AND phone_number IN (${phoneNumbers})`;
}
