import { sql } from 'drizzle-orm';
import type { LatestChallenge } from './open-challenge.js';

/** What is read of the row `c` of otp_challenges for a `LatestChallenge`. It may be missing (LEFT JOIN). */
export const latestChallengeColumns = sql`
  c.sent_at, c.consumed_at, c.created_at, c.expires_at, c.device_attempts, c.token_attempts, c.sends,
    cardinality(c.first_guesses) AS first_guesses, c.secret_id, c.counted_under`;

export interface LatestChallengeRow {
  readonly sent_at: string | null;
  readonly consumed_at: string | null;
  /** Null: there is no challenge. */
  readonly created_at: string | null;
  readonly expires_at: string | null;
  readonly device_attempts: number;
  readonly token_attempts: number;
  readonly sends: number;
  readonly first_guesses: number;
  readonly secret_id: string;
  readonly counted_under: string[];
}

export function readLatestChallenge(row: LatestChallengeRow): LatestChallenge | null {
  if (row.created_at === null || row.expires_at === null) return null;
  const { device_attempts: deviceAttempts, token_attempts: tokenAttempts, sends, first_guesses: firstGuesses } = row;
  return {
    ...{ sentAt: dateOf(row.sent_at), consumedAt: dateOf(row.consumed_at) },
    ...{ createdAt: new Date(row.created_at), expiresAt: new Date(row.expires_at) },
    ...{ deviceAttempts, tokenAttempts, sends, firstGuesses, secretId: row.secret_id, countedUnder: row.counted_under },
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
