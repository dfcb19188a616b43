import { sql } from 'drizzle-orm';
import { type Payment, paymentValues, spend } from '../../budgets/rate-budget.repository.js';
import type { Database } from '../../database/database.js';
import { isDivisionByZero } from '../../database/database-errors.js';
import { parameter, Statement } from '../../database/statement.js';
import { type NewMessage, newMessageValues, queueMessage } from '../../messaging/queue-message.js';
import { takePause } from '../../otp/number-pause.repository.js';
import type { SubjectHash } from '../../platform/subject-hash.js';
import { type NewChallenge, openChallenge } from '../../otp/open-challenge.js';

/** What was decided: a code to send. */
export interface NewOtp {
  /** The number as limits name it. */
  readonly hashed: SubjectHash;
  readonly payments: readonly Payment[];
  readonly challenge: NewChallenge;
  /** Null for test numbers, which are sent nothing. */
  readonly message: NewMessage | null;
}

export type WrittenOtp =
  | {
      readonly kind: 'opened';
      readonly challengeId: string;
      readonly secretId: string;
      readonly expiresAt: Date;
      /** What counts now of each budget that is at least half spent. */
      readonly spent: ReadonlyMap<string, number>;
      /** Number of this send among those of the challenge. */
      readonly send: number;
    }
  /** Another request took the last unit of a budget, or was sent the code, since the look. Nothing was written. */
  | { readonly kind: 'lost' };

/**
 * Rows are locked in one order: the challenge, if there is one, the pause of the number, then budgets, those that all
 * clients share last. Each part reads what the part before it returns, so it begins when that is done. The challenge opens
 * only where every budget gave a unit, and a message is written only where it opens. Without a challenge the division by zero undoes the whole statement: units of a request that
 * lost a race must not make a budget look full to others, not even for a moment. Raw: several writes that happen together
 * or not at all.
 */
const write = new Statement<WrittenRow, ReturnType<typeof valuesOf>>(
  'requestOtp: write',
  sql`
    WITH latest AS (SELECT 1 FROM otp_challenges WHERE phone_number = ${parameter('destination', 'text')} AND purpose = ${parameter('purpose', 'text')} FOR UPDATE),
    pause AS (${takePause(sql`latest`)}),
    spent AS (${spend(sql`pause`)}),
    paid AS (SELECT 1 FROM spent, pause HAVING count(*) = jsonb_array_length(${parameter('payments', 'jsonb')})),
    challenge AS (${openChallenge(sql`paid`, sql`true`)}),
    message AS (${queueMessage(sql`challenge`)})
    SELECT c.challenge_id, c.secret_id, c.expires_at, c.sends, 1 / (SELECT count(*) FROM challenge) AS opened,
      (SELECT jsonb_object_agg(key, spent) FROM spent WHERE spent * 2 >= max) AS spent
    FROM (SELECT 1) one LEFT JOIN challenge c ON true`,
);

export interface WrittenRow {
  readonly challenge_id: string;
  readonly secret_id: string;
  readonly expires_at: string;
  readonly spent: Readonly<Record<string, number>> | null;
  readonly sends: number;
}

/**
 * Pays, opens the challenge and writes its message down. The budgets and the cooldown are judged again at the locked rows;
 * the rest is as the look saw it.
 */
export function writeOtp(db: Database, otp: NewOtp): Promise<WrittenOtp> {
  return orLost(() => write.run(db, valuesOf(otp)));
}

/** What such a statement wrote. It divides by zero, and so undoes itself, where a race was lost. */
export async function orLost(run: () => Promise<WrittenRow[]>): Promise<WrittenOtp> {
  try {
    const [row] = await run();
    if (!row) throw new Error('Opening a challenge returned no row.');
    const { challenge_id: challengeId, secret_id: secretId, expires_at, sends: send, spent } = row;
    const spentOf = new Map(Object.entries(spent ?? {}));
    return { kind: 'opened', challengeId, secretId, expiresAt: new Date(expires_at), send, spent: spentOf };
  } catch (error) {
    if (isDivisionByZero(error)) return { kind: 'lost' };
    throw error;
  }
}

function valuesOf({ hashed, payments, challenge, message }: NewOtp) {
  return { hashed, ...challenge, ...newMessageValues(message), payments: paymentValues(payments, challenge.now) };
}
