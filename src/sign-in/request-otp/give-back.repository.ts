import { sql } from 'drizzle-orm';
import type { SpentSlots } from '../../budgets/rate-budget.js';
import { giveBackUnits, readSpent, type SpentRow, spentRows } from '../../budgets/rate-budget.repository.js';
import type { Database } from '../../database/database.js';
import { parameter, Statement } from '../../database/statement.js';
import type { OtpPurpose } from '../../otp/otp-challenge.table.js';

/** What a request that lost a race has spent, and what its answer depends on. */
export interface LostRace {
  readonly phoneNumber: string;
  readonly purpose: OtpPurpose;
  /** Keys of the budgets that gave a unit. */
  readonly keys: readonly string[];
  readonly spentAt: Date;
  /** Keys of the budgets that gave none. */
  readonly missing: readonly string[];
}

/** What the other request left. */
export interface RaceFacts {
  /** When the number was sent its latest code. */
  readonly sentAt: Date | null;
  readonly spent: ReadonlyMap<string, SpentSlots>;
}

/** Raw: a write and two reads in one round trip. */
const giveBack = new Statement<
  { spent: SpentRow[]; sent_at: string | null },
  Omit<LostRace, 'spentAt'> & { spentAt: number }
>(
  'requestOtp: give back',
  sql`
    WITH ${giveBackUnits}
    SELECT ${spentRows(parameter('missing', 'text[]'))} AS spent, (
      SELECT sent_at FROM otp_challenges
      WHERE phone_number = ${parameter('phoneNumber', 'text')} AND purpose = ${parameter('purpose', 'text')}
    ) AS sent_at`,
);

/** Gives back what the request has spent, and looks who was quicker. */
export async function giveBackSpent(db: Database, lost: LostRace): Promise<RaceFacts> {
  const [row] = await giveBack.run(db, { ...lost, spentAt: lost.spentAt.getTime() / 1000 });
  return { spent: readSpent(row?.spent ?? []), sentAt: row?.sent_at ? new Date(row.sent_at) : null };
}
