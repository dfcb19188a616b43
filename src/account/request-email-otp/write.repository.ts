import { sql } from 'drizzle-orm';
import { paymentValues, spend } from '../../budgets/rate-budget.repository.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import { newMessageValues, queueMessage } from '../../messaging/queue-message.js';
import { openChallenge } from '../../otp/open-challenge.js';
import { type NewOtp, orLost, type WrittenOtp, type WrittenRow } from '../../sign-in/request-otp/write.repository.js';

/**
 * As requestOtp writes (sign-in/request-otp/write.repository.ts), without the pause over all purposes: strangers who ask for
 * codes to an address must not keep its owner from the codes that only the owner can ask for. Each purpose has a pause of
 * its own, by its challenge. Raw: several writes that happen together or not at all.
 */
const write = new Statement<WrittenRow, ReturnType<typeof valuesOf>>(
  'requestEmailOtp: write',
  sql`
    WITH latest AS (SELECT 1 FROM otp_challenges
      WHERE phone_number = ${parameter('destination', 'text')} AND purpose = ${parameter('purpose', 'text')} FOR UPDATE),
    spent AS (${spend(sql`latest`)}),
    paid AS (SELECT 1 FROM spent HAVING count(*) = jsonb_array_length(${parameter('payments', 'jsonb')})),
    challenge AS (${openChallenge(sql`paid`)}),
    message AS (${queueMessage(sql`challenge`)})
    SELECT c.challenge_id, c.secret_id, c.expires_at, c.sends, 1 / (SELECT count(*) FROM challenge) AS opened,
      (SELECT jsonb_object_agg(key, spent) FROM spent WHERE spent * 2 >= max) AS spent
    FROM (SELECT 1) one LEFT JOIN challenge c ON true`,
);

/** Pays, opens the challenge and writes its message down. The budgets and the cooldown are judged again at the locked rows. */
export function writeEmailOtp(db: Database, otp: Omit<NewOtp, 'hashed'>): Promise<WrittenOtp> {
  return orLost(() => write.run(db, valuesOf(otp)));
}

function valuesOf({ payments, challenge, message }: Omit<NewOtp, 'hashed'>) {
  return { ...challenge, ...newMessageValues(message), payments: paymentValues(payments, challenge.now) };
}
