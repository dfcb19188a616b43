import { otpChallengeTable } from '../../../src/otp/otp-challenge.table.js';
import { deriveOtp } from '../../../src/otp/otp-code.js';
import type { ChallengePurpose } from '../../../src/otp/otp-purpose.js';
import { appSecret } from '../../../src/platform/app-secret.js';
import { systemRandom } from '../../../src/platform/random.js';
import { requestEmailOtp } from './email-operations.js';
import { requestOtpAndFollow } from './operations.js';
import { TEST_SECRET, type TestService } from '../service.js';

/** A forgotten password, as a front end deals with it. */

const FAILURES = `
  ... on InvalidInputError { fields { field code message } }
  ... on InvalidOtpError { attemptsRemaining }
  ... on RetryableError { retryAfterSeconds }
  ... on AccountDisabledError { until }
  ... on UserError { message }`;

export const RESET_PASSWORD = `mutation ResetPassword($input: ResetPasswordInput!) {
  resetPassword(input: $input) {
    __typename
    ... on ResetPasswordSuccess { user { id hasPassword sessions { id current } } tokens { accessToken refreshToken } deviceToken }
    ... on FurtherProofRequiredError { methods continuationToken availableAt }
    ${FAILURES}
  }
}`;

export const NEW_PASSWORD = 'a passphrase nobody has yet';

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents above ask for.
type Result = any;
type Client = Pick<TestService, 'graphql'>;

export async function resetPassword(service: Client, input: object): Promise<Result> {
  const passwords = { newPassword: NEW_PASSWORD, newPasswordConfirm: NEW_PASSWORD };
  const { body } = await service.graphql(RESET_PASSWORD, { input: { ...passwords, ...input } });
  if (body.errors) throw new Error(`resetPassword failed: ${JSON.stringify(body.errors)}`);
  return body.data.resetPassword;
}

/** Asks for a code by text, and reads it. */
export async function resetCode(
  service: TestService,
  phoneNumber: string,
): Promise<{ otp: string; requestToken: string }> {
  const answer = await requestOtpAndFollow(service, { phoneNumber, purpose: 'RESET_PASSWORD' });
  if (answer.__typename !== 'RequestOtpSuccess') throw new Error(`No code: ${JSON.stringify(answer)}`);
  return { otp: service.phone.code(phoneNumber), requestToken: answer.requestToken };
}

/** The same by email. */
export async function resetCodeByEmail(
  service: TestService,
  email: string,
): Promise<{ otp: string; requestToken: string }> {
  const answer = await requestEmailOtp(service, { email, purpose: 'RESET_PASSWORD' });
  if (answer.__typename !== 'RequestEmailOtpSuccess') throw new Error(`No code: ${JSON.stringify(answer)}`);
  return { otp: service.phone.code(email.toLowerCase()), requestToken: answer.requestToken };
}

/** The code of a challenge as it is after it was sent to an address, written straight into the database. */
export async function sentByEmail(
  { db, clock }: Pick<TestService, 'db' | 'clock'>,
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
