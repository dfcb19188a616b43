import { randomUUID } from 'node:crypto';
import { otpChallengeTable } from '../../src/otp/otp-challenge.table.js';
import { deriveOtp } from '../../src/otp/otp-code.js';
import { scopedPurpose } from '../../src/otp/otp-purpose.js';
import { RequestTokens } from '../../src/otp/request-token.js';
import { appSecret } from '../../src/platform/app-secret.js';
import { addSeconds } from '../../src/platform/clock.js';
import { type GraphqlAnswer, TEST_SECRET, type TestService } from './service.js';

/** What an application and its users do to prove a number. */

const PROVE_NUMBER = `mutation ProveNumber($input: ProveNumberInput!) {
  proveNumber(input: $input) {
    __typename
    ... on ProveNumberSuccess { phoneNumber proof expiresAt }
    ... on InvalidInputError { fields { field code } }
    ... on InvalidOtpError { attemptsRemaining }
    ... on RetryableError { retryAfterSeconds }
    ... on UserError { message }
  }
}`;

const REDEEM_PROOF = `mutation RedeemProof($input: RedeemProofInput!) {
  redeemProof(input: $input) {
    __typename
    ... on RedeemProofSuccess { phoneNumber provedAt }
    ... on UserError { message }
  }
}`;

type Client = Pick<TestService, 'graphql'>;
// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents above ask for.
type Result = any;

export async function proveNumber(service: Client, input: object): Promise<Result> {
  return field(await service.graphql(PROVE_NUMBER, { input }), 'proveNumber');
}

export async function redeemProof(service: Client, proof: string, audience: string): Promise<Result> {
  return field(await service.graphql(REDEEM_PROOF, { input: { proof, audience } }), 'redeemProof');
}

/** A code for an application, as `requestOtp` opens it. */
export async function codeFor({ db, clock }: TestService, phoneNumber: string, audience: string) {
  const secret = appSecret(TEST_SECRET);
  const now = clock.now();
  const challenge = {
    destination: phoneNumber,
    purpose: scopedPurpose('PROVE_NUMBER', audience),
    challengeId: randomUUID(),
    secretId: secret.id,
    sends: 1,
    createdAt: now,
    sentAt: now,
    expiresAt: addSeconds(now, 600),
  };
  await db.insert(otpChallengeTable).values(challenge);
  const tokens = new RequestTokens({ current: secret, previous: null }, clock);
  const asked = { messageId: randomUUID(), send: 1, channel: 'SMS', knownDevice: false, quiet: false };
  const requestToken = await tokens.issue({ ...asked, challengeId: challenge.challengeId });
  return { otp: deriveOtp(secret.key('otp-code'), challenge), requestToken };
}

/** A proof of a number that nobody has used before. */
export async function proofOf(service: TestService, phoneNumber: string, audience: string): Promise<string> {
  const { otp } = await codeFor(service, phoneNumber, audience);
  const answer = await proveNumber(service, { phoneNumber, otp, audience });
  if (answer.__typename !== 'ProveNumberSuccess') throw new Error(`Not proved: ${JSON.stringify(answer)}`);
  return answer.proof;
}

function field(answer: GraphqlAnswer, name: string): Result {
  if (answer.body.errors) throw new Error(`${name} failed: ${JSON.stringify(answer.body.errors)}`);
  return answer.body.data[name];
}
