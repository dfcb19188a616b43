import { hashOf } from '../hashed-subject.js';
import { eq } from 'drizzle-orm';
import { guessBudgetTable } from '../../../src/budgets/guess-budget.table.js';
import { messageTable } from '../../../src/messaging/message.table.js';
import { otpChallengeTable } from '../../../src/otp/otp-challenge.table.js';
import type { TestService } from '../service.js';

/** What the database counted, for tests of what no answer tells. */

export async function failuresOf({ db }: Pick<TestService, 'db'>, phoneNumber: string): Promise<number> {
  const [row] = await db
    .select()
    .from(guessBudgetTable)
    .where(eq(guessBudgetTable.subject, `codes:${hashOf(phoneNumber)}`));
  return row?.failures.length ?? 0;
}

export async function attemptsOf({ db }: Pick<TestService, 'db'>, phoneNumber: string): Promise<number> {
  const [row] = await db.select().from(otpChallengeTable).where(eq(otpChallengeTable.destination, phoneNumber));
  return row?.attempts ?? 0;
}

export async function messagesTo({ db }: Pick<TestService, 'db'>, phoneNumber: string) {
  return db.select().from(messageTable).where(eq(messageTable.destination, phoneNumber)).orderBy(messageTable.id);
}
