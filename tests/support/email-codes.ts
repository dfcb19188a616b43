import { eq } from 'drizzle-orm';
import { otpChallengeTable } from '../../src/otp/otp-challenge.table.js';
import { deriveOtp } from '../../src/otp/otp-code.js';
import type { ChallengePurpose } from '../../src/otp/otp-purpose.js';
import { appSecret } from '../../src/platform/app-secret.js';
import { systemRandom } from '../../src/platform/random.js';
import { userTable } from '../../src/users/user.table.js';
import { TEST_SECRET, type TestService } from './service.js';

/** Verified email addresses and codes sent there, written straight into the database. */

type Service = Pick<TestService, 'db' | 'clock'>;

export async function giveVerifiedEmail({ db, clock }: Service, userId: string, email: string): Promise<void> {
  await db.update(userTable).set({ email, emailVerifiedAt: clock.now() }).where(eq(userTable.id, userId));
}

/** The code of a challenge that is as it would be after it was sent. */
export async function sendEmailCode(
  { db, clock }: Service,
  destination: string,
  purpose: ChallengePurpose,
): Promise<string> {
  const secret = appSecret(TEST_SECRET);
  const [now, challengeId] = [clock.now(), systemRandom.uuid()];
  const times = { createdAt: now, sentAt: now, expiresAt: new Date(now.getTime() + 600_000), consumedAt: null };
  const row = { challengeId, secretId: secret.id, channel: 'EMAIL', sends: 1, attempts: 0, ...times };
  const { destination: to, purpose: of } = otpChallengeTable;
  await db
    .insert(otpChallengeTable)
    .values({ destination, purpose, ...row })
    .onConflictDoUpdate({ target: [to, of], set: row });
  return deriveOtp(secret.key('otp-code'), { challengeId, purpose, destination });
}
