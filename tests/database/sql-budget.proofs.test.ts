import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeFor, proveNumber, redeemProof } from '../support/operations/number-proofs.js';
import { wrongCode } from '../support/operations/operations.js';
import { isBehindTheAnswer } from '../support/postgres/behind-the-answer.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { startCountedService } from '../support/postgres/counted-service.js';
import type { TestService } from '../support/service.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

/** What proofs of a number cost the database. Not "at most": whoever changes one of these numbers shall see it here. */

/** For what a process does once. Preparing a statement on one more connection is no round trip (postgres-wire.ts). */
const WARM_UP_ROUNDS = 2;
const [SHOP, CLINIC] = ['shop.example.com', 'clinic.example.com'] as const;

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;
let people = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url, isBehindTheAnswer);
  service = await startCountedService({
    database,
    databaseUrl: proxy.url,
    env: { PROOF_AUDIENCES: `${SHOP},${CLINIC}` },
  });
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    const { phoneNumber, otp, requestToken } = await asked();
    await proveNumber(service, { phoneNumber, otp: wrongCode(otp), audience: SHOP });
    const { proof } = await proveNumber(service, { phoneNumber, otp, requestToken });
    await redeemProof(service, proof, SHOP);
  }
});

afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.close();
});

async function asked() {
  people += 1;
  const phoneNumber = `+2556793${String(people).padStart(5, '0')}`;
  return { phoneNumber, ...(await codeFor(service, phoneNumber, SHOP)) };
}

async function costOf(operation: () => Promise<{ __typename: string; proof?: string }>) {
  await service.background.outbox.drain();
  await service.background.sends.idle();
  proxy.wire.reset();
  const { __typename: answer } = await operation();
  return { answer, ...proxy.wire.count };
}

test('proveNumber claims the guess and uses the code up; a wrong one is counted as a failure', async () => {
  const { phoneNumber, otp } = await asked();
  const prove = (code: string) => costOf(() => proveNumber(service, { phoneNumber, otp: code, audience: SHOP }));
  expect(await prove(wrongCode(otp))).toEqual({ answer: 'InvalidOtpError', statements: 2, roundTrips: 2 });
  expect(await prove(otp)).toEqual({ answer: 'ProveNumberSuccess', statements: 2, roundTrips: 2 });
});

test('proveNumber looks for whom the code was asked, where the request token alone tells', async () => {
  const input = await asked();
  const cost = await costOf(() => proveNumber(service, input));
  expect(cost).toEqual({ answer: 'ProveNumberSuccess', statements: 3, roundTrips: 3 });
});

test('redeemProof has one statement, and none for what is no proof', async () => {
  const { proof } = await proveNumber(service, await asked());
  const redeem = (text: string) => costOf(() => redeemProof(service, text, SHOP));
  expect(await redeem(proof)).toEqual({ answer: 'RedeemProofSuccess', statements: 1, roundTrips: 1 });
  expect(await redeem(proof)).toEqual({ answer: 'InvalidTokenError', statements: 1, roundTrips: 1 });
  expect(await redeem('no proof')).toEqual({ answer: 'InvalidTokenError', statements: 0, roundTrips: 0 });
});
