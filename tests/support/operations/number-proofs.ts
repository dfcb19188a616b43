import { requestOtpAndFollow } from './operations.js';
import type { GraphqlAnswer, TestService } from '../service.js';

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

/** Asks for a code for an application, a minute after the last code, and reads it from the text. */
export async function codeFor(service: TestService, phoneNumber: string, audience: string) {
  service.clock.advance(60);
  const answer = await requestOtpAndFollow(service, { phoneNumber, purpose: 'PROVE_NUMBER', audience });
  if (answer.__typename !== 'RequestOtpSuccess') throw new Error(`No code: ${JSON.stringify(answer)}`);
  return { otp: service.phone.code(phoneNumber), requestToken: String(answer.requestToken) };
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
