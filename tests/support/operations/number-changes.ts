import { desc, eq, sql } from 'drizzle-orm';
import { numberChangeTable } from '../../../src/account/number-change.table.js';
import { type RevertVia, revertToken } from '../../../src/notices/revert-token.js';
import { deriveOtp } from '../../../src/otp/otp-code.js';
import { otpChallengeTable } from '../../../src/otp/otp-challenge.table.js';
import { type ChallengePurpose, scopedPurpose } from '../../../src/otp/otp-purpose.js';
import { appSecret } from '../../../src/platform/app-secret.js';
import { systemRandom } from '../../../src/platform/random.js';
import { addSeconds } from '../../../src/platform/clock.js';
import { type GraphqlAnswer, TEST_SECRET, type TestService } from '../service.js';

/** What owners do when they get a new number, and when it was not them. */

export const CHANGE_PHONE_NUMBER = `mutation ChangePhoneNumber($input: ChangePhoneNumberInput!) {
  changePhoneNumber(input: $input) {
    __typename
    ... on ChangePhoneNumberSuccess { user { id phoneNumber phoneVerified email sessions { id current } } revertibleUntil }
    ... on InvalidInputError { fields { field code message } }
    ... on InvalidOtpError { attemptsRemaining }
    ... on ReauthenticationRequiredError { maxAgeSeconds methods }
    ... on RetryableError { retryAfterSeconds }
    ... on UserError { message }
  }
}`;

const REVERT_CHANGE = `mutation RevertChange($token: String!, $deviceToken: String) {
  revertChange(token: $token, deviceToken: $deviceToken) {
    __typename
    ... on RevertChangeSuccess { message }
    ... on UserError { message }
  }
}`;

type Client = Pick<TestService, 'graphql'>;
// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents above ask for.
type Result = any;

const secret = appSecret(TEST_SECRET);

/** Opens a challenge as `requestOtp` does, and returns its code: for purposes that have a room of their own. */
export async function openCode(
  { db, clock }: Pick<TestService, 'db' | 'clock'>,
  destination: string,
  purpose: ChallengePurpose,
): Promise<string> {
  const [challengeId, now] = [systemRandom.uuid(), clock.now()];
  const code = {
    ...{ challengeId, secretId: secret.id, createdAt: now, sentAt: now, expiresAt: addSeconds(now, 600), sends: 1 },
    ...{ consumedAt: null, attempts: 0, deviceAttempts: 0, tokenAttempts: 0, firstGuesses: [] },
  };
  const { destination: number, purpose: meaning } = otpChallengeTable;
  await db
    .insert(otpChallengeTable)
    .values({ destination, purpose, ...code })
    .onConflictDoUpdate({ target: [number, meaning], set: code });
  return deriveOtp(secret.key('otp-code'), { challengeId, purpose, destination });
}

/** The code that an account is sent to a number that it wants. */
export function newNumberCode(service: Pick<TestService, 'db' | 'clock'>, phoneNumber: string, userId: string) {
  return openCode(service, phoneNumber, scopedPurpose('CHANGE_PHONE', userId));
}

export async function changePhoneNumber(service: Client, token: string, input: object): Promise<Result> {
  return field(await service.graphql(CHANGE_PHONE_NUMBER, { input }, { token }), 'changePhoneNumber');
}

/** Gets a code for the number and changes to it. */
export async function moveTo(
  service: TestService,
  account: { readonly accessToken: string; readonly userId: string },
  phoneNumber: string,
): Promise<Result> {
  const otp = await newNumberCode(service, phoneNumber, account.userId);
  return changePhoneNumber(service, account.accessToken, { phoneNumber, otp });
}

/** The code in the notice of the latest change of an account. */
export async function codeInNotice({ db }: Pick<TestService, 'db'>, userId: string, via: RevertVia): Promise<string> {
  const { userId: owner, changedAt, id } = numberChangeTable;
  const [change] = await db.select({ id }).from(numberChangeTable).where(eq(owner, userId)).orderBy(desc(changedAt));
  if (!change) throw new Error(`The account ${userId} has changed no number.`);
  return revertToken(secret, change.id, via);
}

export async function revertChange(
  service: Client,
  token: string,
  { deviceToken, accessToken }: { readonly deviceToken?: string; readonly accessToken?: string } = {},
): Promise<Result> {
  const options = accessToken === undefined ? {} : { token: accessToken };
  return field(await service.graphql(REVERT_CHANGE, { token, deviceToken }, options), 'revertChange');
}

/** Gives an account an email address that counts as verified from now on. */
export async function verifyAddress({ db, clock }: TestService, userId: string, email: string): Promise<void> {
  await db.execute(
    sql`UPDATE users SET email = ${email}, email_verified_at = ${clock.now().toISOString()}::timestamptz WHERE id = ${userId}`,
  );
}

/** What the database has of an account. */
export async function accountRow({ db }: Pick<TestService, 'db'>, userId: string): Promise<Result> {
  const [row] = await db.execute(sql`SELECT * FROM users WHERE id = ${userId}`);
  return row;
}

function field(answer: GraphqlAnswer, name: string): Result {
  if (answer.body.errors) throw new Error(`${name} failed: ${JSON.stringify(answer.body.errors)}`);
  return answer.body.data[name];
}
