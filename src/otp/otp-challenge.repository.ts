import { type SQL, sql } from 'drizzle-orm';
import { type FailureRefusal, tooManyFailures } from '../budgets/failure-limit.repository.js';
import { claimGuess, type GuessLimits } from '../budgets/guess-budget.repository.js';
import { codesAsKnown } from '../budgets/guess-subject.js';
import type { Spending } from '../budgets/rate-budget.repository.js';
import { type Database, instant } from '../database/database.js';
import { type KnownDevice, knownDevice, ownerOf } from '../devices/device.repository.js';
import type { Guesser } from '../devices/guesser.js';
import { addSeconds } from '../platform/clock.js';
import type { OtpPurpose } from './otp-challenge.table.js';

/** Seconds for which a challenge that is over is kept. */
const KEPT = 86_400;

export interface NewChallenge {
  readonly phoneNumber: string;
  readonly purpose: OtpPurpose;
  /** Used if no challenge is alive; otherwise the living one keeps its id, and so its code. */
  readonly challengeId: string;
  readonly secretId: string;
  /** Secrets that a living challenge's code can still be derived with. */
  readonly knownSecretIds: readonly string[];
  readonly now: Date;
  /** Seconds. */
  readonly timeToLive: number;
  /** Seconds. */
  readonly cooldown: number;
  readonly maxAttempts: number;
  /** How it is sent. */
  readonly channel: string;
  /** What the code is counted under, for its proof to be counted there too: an array of text. A resend keeps it. */
  readonly countedUnder: SQL;
  /** Whether anything may be sent at all; false leaves everything as it is. */
  readonly when: SQL;
}

/**
 * Opens a challenge, or sends the living one once more, and returns `challenge_id, secret_id, expires_at`; no row means
 * that the cooldown has not passed. Two requests at the same moment meet at the row: one gets it, so one text is sent.
 * A resend keeps id, attempts and expiry: the first text stays right, and no guesses are given back. Only a challenge
 * that would die within one cooldown is replaced, so that nobody is sent a code which they have no time to type.
 */
export function openChallenge(challenge: NewChallenge): SQL {
  const now = instant(challenge.now);
  const seconds = (count: number) => sql`make_interval(secs => ${count})`;
  return sql`
    INSERT INTO otp_challenges AS c
      (phone_number, purpose, challenge_id, secret_id, attempts, device_attempts, created_at, expires_at, consumed_at, sent_at,
        channel, counted_under)
    SELECT ${challenge.phoneNumber}, ${challenge.purpose}, ${challenge.challengeId}::uuid, ${challenge.secretId}, 0, 0,
      ${now}, ${now} + ${seconds(challenge.timeToLive)}, NULL, ${now}, ${challenge.channel}, ${challenge.countedUnder}
    WHERE ${challenge.when}
    ON CONFLICT (phone_number, purpose) DO UPDATE SET
      (challenge_id, secret_id, attempts, device_attempts, created_at, expires_at, consumed_at, sent_at, channel,
        counted_under) = (
        SELECT k.challenge_id, k.secret_id, k.attempts, k.device_attempts, k.created_at, k.expires_at, NULL::timestamptz,
          excluded.sent_at, excluded.channel, k.counted_under
        FROM (
          SELECT 1 AS preference, c.challenge_id, c.secret_id, c.attempts, c.device_attempts, c.created_at, c.expires_at,
            CASE WHEN c.counted_under = '{}' THEN excluded.counted_under ELSE c.counted_under END AS counted_under
          WHERE ${staysRight(challenge)}
          UNION ALL
          SELECT 2, excluded.challenge_id, excluded.secret_id, 0, 0, excluded.created_at, excluded.expires_at,
            excluded.counted_under
          ORDER BY preference LIMIT 1
        ) k
      )
    WHERE c.sent_at IS NULL OR c.sent_at <= ${now} - ${seconds(challenge.cooldown)}
    RETURNING challenge_id, secret_id, expires_at`;
}

/** Whether the challenge in the row `c` has a code that a request sends once more. */
function staysRight({ now, cooldown, maxAttempts, knownSecretIds }: Pick<NewChallenge, LifeOfCode>): SQL {
  return sql`
    c.sent_at IS NOT NULL AND c.consumed_at IS NULL AND greatest(c.attempts, c.device_attempts) < ${maxAttempts}
      AND c.expires_at >= ${instant(now)} + make_interval(secs => ${cooldown}) AND c.secret_id IN ${[...knownSecretIds]}`;
}

type LifeOfCode = 'now' | 'cooldown' | 'maxAttempts' | 'knownSecretIds';

/**
 * A table expression `(counted)` with a row where the request sends a code once more, as the statement's snapshot has
 * it: whether the pumping guard has counted that code.
 */
export function sentBefore(challenge: Pick<NewChallenge, 'phoneNumber' | 'purpose' | LifeOfCode>): SQL {
  return sql`
    SELECT c.counted_under <> '{}' AS counted FROM otp_challenges c
    WHERE c.phone_number = ${challenge.phoneNumber} AND c.purpose = ${challenge.purpose} AND ${staysRight(challenge)}`;
}

/** A table expression `(sent_at)` with a row while the cooldown has not passed, as the statement's snapshot has it. */
export function coolingDown(challenge: Pick<NewChallenge, 'phoneNumber' | 'purpose' | 'now' | 'cooldown'>): SQL {
  return sql`
    SELECT sent_at FROM otp_challenges
    WHERE phone_number = ${challenge.phoneNumber} AND purpose = ${challenge.purpose}
      AND sent_at > ${instant(challenge.now)} - make_interval(secs => ${challenge.cooldown})`;
}

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
