import { setTimeout as pause } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import { giveBackLate, type LateGuess } from '../budgets/late-guess.js';
import type { Database } from '../database/database.js';
import { isDatabaseAway, isSurelyUndone } from '../database/database-errors.js';
import { Statement } from '../database/statement.js';
import { guessValues, type RightGuess, returnAttempt, returnAttemptWithin, settleGuess } from '../otp/challenge-use.js';

type Values = ReturnType<typeof guessValues>;

/** Raw, because the builder cannot say how a guess is given back. */
const giveBackWith = (attempt: (when: SQL) => SQL) => sql`
    WITH kept AS (${attempt(sql`true`)}),
    returned AS (${settleGuess(sql`kept`, sql`true`)})
    SELECT challenge_id FROM kept`;

const giveBack = new Statement<{ challenge_id: string }, Values>('verifyOtp: give back', giveBackWith(returnAttempt));

const giveBackWithin = new Statement<{ challenge_id: string }, Values>(
  'verifyOtp: give back three times',
  giveBackWith(returnAttemptWithin),
);

/**
 * Gives a right guess back whose code is not used, so that the code stays good for what comes next. False where another
 * submission used the code in the meantime. A crash before this costs one guess.
 */
export async function releaseGuess(db: Database, guess: RightGuess): Promise<boolean> {
  return (await giveBack.run(db, guessValues(guess))).length > 0;
}

/** The same after an answer that tells something about other accounts: three times for each code. */
export async function releaseRefused(db: Database, guess: RightGuess): Promise<void> {
  await giveBackWithin.run(db, guessValues(guess));
}

/** Milliseconds before the next try to give a guess back. A lock is often held for seconds, a fail-over takes longer. */
const TRIES_AFTER = [1_000, 5_000, 25_000];

/**
 * Uses a right guess. The guess was counted before it was compared. If the statement then fails because of a locked row,
 * or because the database is away or full, the guess is given back: the person did nothing wrong. A code gives back three
 * guesses at most (`returnAttemptWithin`), so no client gains guesses by locking rows or breaking connections.
 */
export function withGuess<Result>(db: Database, guess: RightGuess, use: () => Promise<Result>): Promise<Result> {
  return orRelease(() => giveBackWithin.run(db, guessValues(guess)), use);
}

/**
 * The same for a right password. There is no limit: who knows the password needs no further guesses. Nothing but the guess is
 * given back, so wrong ones before it count as they did.
 */
export function withPasswordGuess<Result>(db: Database, guess: LateGuess, use: () => Promise<Result>): Promise<Result> {
  return orRelease(() => giveBackLate.run(db, guess), use);
}

async function orRelease<Result>(release: () => Promise<unknown>, use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    if (isDatabaseAway(error) && !(await triesTo(release))) void releaseLater(release);
    throw error;
  }
}

/** Behind the answer. What a stop of the process cuts off costs one guess. */
async function releaseLater(release: () => Promise<unknown>): Promise<void> {
  for (const milliseconds of TRIES_AFTER) {
    await pause(milliseconds, undefined, { ref: false });
    if (await triesTo(release)) return;
  }
}

/** False: not given back, and may be tried again. It is not where the statement may have run: a guess is given back once. */
async function triesTo(release: () => Promise<unknown>): Promise<boolean> {
  try {
    await release();
    return true;
  } catch (error) {
    return !isSurelyUndone(error);
  }
}
