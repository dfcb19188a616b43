import { Statement } from '../database/statement.js';
import { returnLateGuess } from './guess-budget.repository.js';
import { sql } from 'drizzle-orm';

/** A claimed guess that is to be given back, and nothing else with it. */
export interface LateGuess {
  /** What it was counted against. */
  readonly budget: string;
  /** When it was claimed. */
  readonly now: Date;
  /** The lock that its claim set; null: it set none. */
  readonly ownLock: Date | null;
}

/** Gives a guess back that was neither right nor wrong, or that was right and brought nothing. */
export const giveBackLate = new Statement<never, LateGuess>('give a guess back', returnLateGuess(sql`true`));

/** The lock that a claim set. An admitted guess found its budget unlocked. */
export function ownLock(
  claimed: { readonly admitted: boolean; readonly lockedUntil: Date | null },
  now: Date,
): Date | null {
  const { admitted, lockedUntil } = claimed;
  return admitted && lockedUntil && lockedUntil > now ? lockedUntil : null;
}
