import { type SQL, sql } from 'drizzle-orm';
import { parameter } from '../database/statement.js';
import { writtenAhead } from '../database/written-ahead.js';
import { addSeconds, isWrittenAhead } from '../platform/clock.js';
import type { ChallengePurpose } from './otp-purpose.js';

/** The latest challenge of a number, as far as it matters for the next code. */
export interface LatestChallenge {
  /** Null: no code was ever sent. */
  readonly sentAt: Date | null;
  readonly consumedAt: Date | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly deviceAttempts: number;
  readonly tokenAttempts: number;
  readonly sends: number;
  /** How many of its request tokens have had their first guess. */
  readonly firstGuesses: number;
  readonly secretId: string;
  readonly countedUnder: readonly string[];
}

/** How long codes live, and how often they are sent. */
export interface CodeRules {
  /** Seconds. */
  readonly timeToLive: number;
  /** Seconds. */
  readonly cooldown: number;
  readonly maxAttempts: number;
  /** Secrets that the code of a living challenge can still be derived with. */
  readonly knownSecretIds: readonly string[];
}

/** Until when no other code is sent; null: the cooldown has passed. */
export function cooldownEnd(
  latest: Pick<LatestChallenge, 'sentAt'> | null,
  { cooldown }: CodeRules,
  now: Date,
): Date | null {
  const sentAt = latest?.sentAt;
  const end = sentAt && !isWrittenAhead(sentAt, now) ? addSeconds(sentAt, cooldown) : null;
  return end && end > now ? end : null;
}

/**
 * Whether the code of a challenge is sent once more, instead of a new one: `staysRight` asks the same of the row. Guesses of
 * strangers make no new code: the code in the hands of whoever asked for it must stay right. The same holds while a request
 * token has not had its first guess. Otherwise a stranger could ask too, and guess away what all tokens share. A known device
 * that has guessed its attempts away gets a new code.
 */
export function isSentAgain(latest: LatestChallenge | null, rules: CodeRules, now: Date): boolean {
  if (!latest?.sentAt || latest.consumedAt) return false;
  const { deviceAttempts, tokenAttempts, firstGuesses, sends } = latest;
  const { maxAttempts } = rules;
  const hasGuesses = deviceAttempts < maxAttempts && (tokenAttempts < maxAttempts || firstGuesses < sends);
  const lives = latest.expiresAt >= addSeconds(now, rules.cooldown) && !isWrittenAhead(latest.createdAt, now);
  return hasGuesses && lives && rules.knownSecretIds.includes(latest.secretId);
}

const now = parameter('now', 'timestamptz');
const cooldown = sql`make_interval(secs => ${parameter('cooldown', 'int')})`;
const timeToLive = sql`make_interval(secs => ${parameter('timeToLive', 'int')})`;

/** Whether the pause after the send in a row of otp_challenges is over. */
export function cooledDown(row: SQL): SQL {
  return sql`${row}.sent_at <= ${now} - ${cooldown} OR ${writtenAhead(sql`${row}.sent_at`, now)}`;
}

/** Whether the challenge in the row `c` has a code that is sent once more. */
const staysRight = sql`c.sent_at IS NOT NULL AND c.consumed_at IS NULL
      AND c.device_attempts < ${parameter('maxAttempts', 'int')}
      AND (c.token_attempts < ${parameter('maxAttempts', 'int')} OR cardinality(c.first_guesses) < c.sends)
      AND c.expires_at >= ${now} + ${cooldown} AND NOT ${writtenAhead(sql`c.created_at`, now)}
      AND c.secret_id = ANY(${parameter('knownSecretIds', 'text[]')})`;

/**
 * Opens a challenge for each row of `paid` (a table expression), or sends the living one once more, and returns
 * `challenge_id, secret_id, expires_at, sends`. No row means that the cooldown has not passed. Two requests at the same moment
 * meet at the row: one gets it, so one text is sent. A resend keeps id, attempts and expiry: the first text stays right,
 * and no guesses are given back. A challenge without guesses for those who asked (`staysRight`) is replaced. So is one that would die within
 * one cooldown, so that the code leaves time to type it. Raw: the builder has no `ON CONFLICT` that assigns a row.
 *
 * @param when whether the row `c` may be sent from: by default after its cooldown, unless the statement judged that before
 */
export function openChallenge(paid: SQL, when = sql`c.sent_at IS NULL OR ${cooledDown(sql`c`)}`): SQL {
  return sql`
    INSERT INTO otp_challenges AS c (phone_number, purpose, challenge_id, secret_id, sends, created_at, expires_at,
      consumed_at, sent_at, channel, counted_under)
    SELECT ${parameter('destination', 'text')}, ${parameter('purpose', 'text')}, ${parameter('challengeId', 'uuid')},
      ${parameter('secretId', 'text')}, 1, ${now}, ${now} + ${timeToLive}, NULL, ${now},
      ${parameter('channel', 'text')}, ${parameter('countedUnder', 'text[]')}
    FROM ${paid}
    ON CONFLICT (phone_number, purpose) DO UPDATE SET
    (challenge_id, secret_id, attempts, device_attempts, token_attempts, sends, first_guesses, given_back, created_at,
    expires_at, consumed_at, sent_at, channel, counted_under) = (
      SELECT k.challenge_id, k.secret_id, k.attempts, k.device_attempts, k.token_attempts, k.sends, k.first_guesses,
      k.given_back, k.created_at, k.expires_at, NULL::timestamptz, excluded.sent_at, excluded.channel, k.counted_under
      FROM (
      SELECT 1 AS preference, c.challenge_id, c.secret_id, c.attempts, c.device_attempts, c.token_attempts,
      c.sends + 1 AS sends, c.first_guesses, c.given_back, c.created_at, c.expires_at,
      CASE WHEN c.counted_under = '{}' THEN excluded.counted_under ELSE c.counted_under END AS counted_under
      WHERE ${staysRight}
      UNION ALL
      SELECT 2, excluded.challenge_id, excluded.secret_id, 0, 0, 0, 1, '{}', 0, excluded.created_at,
      excluded.expires_at, excluded.counted_under
      ORDER BY preference LIMIT 1
      ) k
    )
    WHERE ${when}
    RETURNING challenge_id, secret_id, expires_at, sends`;
}

/** A challenge to open, unless one is alive: that one keeps its id, and so its code. */
export interface NewChallenge extends CodeRules {
  readonly destination: string;
  readonly purpose: ChallengePurpose;
  readonly challengeId: string;
  readonly secretId: string;
  readonly now: Date;
  /** How the code is sent. */
  readonly channel: string;
  /** The counters that the send is counted under, for the verified code to be counted there too. A resend keeps them. */
  readonly countedUnder: readonly string[];
}
