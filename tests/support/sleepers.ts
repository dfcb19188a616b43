import { eq, sql } from 'drizzle-orm';
import { sessionTable } from '../../src/sessions/session.table.js';
import { type Role, userTable } from '../../src/users/user.table.js';
import { continueSignIn, requestOtp, verifyOtp } from './operations/operations.js';
import type { TestService } from './service.js';

/** Accounts that nobody uses for long, and strangers who have their numbers. */

export const DAY = 86_400;

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the operations ask for.
type Result = any;

/** A right code of a number, on a device that no account knows. */
export async function showCode(service: TestService, phoneNumber: string, input: object = {}): Promise<Result> {
  service.clock.advance(60);
  const { __typename } = await requestOtp(service, { phoneNumber });
  if (__typename !== 'RequestOtpSuccess') throw new Error(`No code: ${__typename}`);
  return verifyOtp(service, { phoneNumber, otp: service.phone.code(phoneNumber), ...input });
}

/** The continuation token of a number's account that needs one more proof. */
export async function waitingFor(service: TestService, phoneNumber: string): Promise<string> {
  const answer = await showCode(service, phoneNumber);
  if (answer.__typename !== 'FurtherProofRequiredError') throw new Error(`It opened: ${JSON.stringify(answer)}`);
  return answer.continuationToken;
}

export function beginAnew(service: TestService, continuationToken: string): Promise<Result> {
  return continueSignIn(service, { continuationToken, newAccount: true });
}

export async function userRow({ db }: Pick<TestService, 'db'>, id: string) {
  const [row] = await db.select().from(userTable).where(eq(userTable.id, id));
  return row;
}

export async function setRole({ db }: Pick<TestService, 'db'>, id: string, role: Role): Promise<void> {
  await db.update(userTable).set({ role }).where(eq(userTable.id, id));
}

export async function verifyEmailOf({ db, clock }: Pick<TestService, 'db' | 'clock'>, id: string, email: string) {
  await db.update(userTable).set({ email, emailVerifiedAt: clock.now() }).where(eq(userTable.id, id));
}

/** Sessions of an account that may still be used. */
export async function livingSessions({ db, clock }: Pick<TestService, 'db' | 'clock'>, userId: string) {
  const rows = await db
    .select({ session: sessionTable })
    .from(sessionTable)
    .innerJoin(userTable, eq(userTable.id, sessionTable.userId))
    .where(sql`${sessionTable.userId} = ${userId} AND ${sessionTable.endedAt} IS NULL
      AND ${sessionTable.epoch} >= ${userTable.sessionEpoch}`);
  return rows.filter(({ session }) => session.expiresAt > clock.now());
}
