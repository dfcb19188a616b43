import { sql } from 'drizzle-orm';
import { lockBudget, returnUsedOrLate } from '../budgets/guess-budget.repository.js';
import type { Database } from '../database/database.js';
import { Statement } from '../database/statement.js';
import { guessValues, type RightGuess, returnAttempt } from '../otp/challenge-use.js';

/** Raw, because the builder cannot say how a guess is given back. */
const giveBack = new Statement<{ challenge_id: string }, ReturnType<typeof guessValues>>(
  'verifyOtp: give back',
  sql`
    WITH budget AS (${lockBudget}),
    kept AS (${returnAttempt(sql`EXISTS (SELECT 1 FROM budget)`)}),
    returned AS (${returnUsedOrLate(sql`EXISTS (SELECT 1 FROM kept)`, sql`EXISTS (SELECT 1 FROM budget)`)})
    SELECT challenge_id FROM kept`,
);

/**
 * Gives a right guess back whose code is not used, so that the code stays good for what comes next. False where another
 * submission used the code in the meantime. A crash before this costs one guess.
 */
export async function releaseGuess(db: Database, guess: RightGuess): Promise<boolean> {
  return (await giveBack.run(db, guessValues(guess))).length > 0;
}
