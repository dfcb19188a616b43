import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn } from '../support/operations/operations.js';
import type { SoftwareAuthenticator } from '../support/passkeys/authenticator.js';
import {
  finishPasskeySignIn,
  finishRegistration,
  newAuthenticator,
  reauthenticateByPasskey,
  removePasskey,
  renamePasskey,
  signInByPasskey,
  startPasskeySignIn,
  startRegistration,
} from '../support/passkeys/operations.js';
import { isBehindTheAnswer } from '../support/postgres/behind-the-answer.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { startCountedService } from '../support/postgres/counted-service.js';
import type { TestService } from '../support/service.js';

/** What passkeys cost the database. Not "at most": a change of one of these numbers shall be seen here. */

/** For what a process does once. Preparing a statement on one more connection is no round trip (postgres-wire.ts). */
const WARM_UP_ROUNDS = 2;

let database: TestDatabase;
let proxy: PostgresProxy;
let service: TestService;
let token: string;
let authenticator: SoftwareAuthenticator;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url, isBehindTheAnswer);
  service = await startCountedService({ database, databaseUrl: proxy.url });
  token = (await signIn(service, '+9779800044201')).tokens.accessToken;
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    const { options } = await startRegistration(service, token);
    const added = await finishRegistration(service, token, { response: newAuthenticator().register(options) });
    await renamePasskey(service, token, added.passkey.id, 'Warm');
    authenticator = newAuthenticator();
    const { options: again } = await startRegistration(service, token);
    const kept = await finishRegistration(service, token, { response: authenticator.register(again) });
    await signInByPasskey(service, authenticator);
    await reauthenticateByPasskey(service, token, { authenticator });
    await removePasskey(service, token, added.passkey.id);
    if (round < WARM_UP_ROUNDS - 1) await removePasskey(service, token, kept.passkey.id);
  }
});

afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.close();
});

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape that the documents ask for.
async function costOf(operation: () => Promise<any>) {
  await service.background.outbox.drain();
  await service.background.sends.idle();
  proxy.wire.reset();
  const { __typename: answer, ...rest } = await operation();
  return { cost: { answer, ...proxy.wire.count }, ...rest };
}

test('a sign-in finds the passkey and begins the session; to start it asks the database nothing', async () => {
  const { cost: start, options } = await costOf(() => startPasskeySignIn(service, { phoneNumber: '+9779800044201' }));
  expect(start).toEqual({ answer: 'StartPasskeySignInSuccess', statements: 0, roundTrips: 0 });
  const response = authenticator.signIn(options);
  const { cost } = await costOf(() => finishPasskeySignIn(service, { response }));
  expect(cost).toEqual({ answer: 'FinishPasskeySignInSuccess', statements: 2, roundTrips: 2 });
  const { cost: again } = await costOf(() => finishPasskeySignIn(service, { response: {} }));
  expect(again).toEqual({ answer: 'InvalidTokenError', statements: 0, roundTrips: 0 });
});

test('adding a passkey reads those that are there, and writes once', async () => {
  const { cost: start, options } = await costOf(() => startRegistration(service, token));
  expect(start).toEqual({ answer: 'StartPasskeyRegistrationSuccess', statements: 2, roundTrips: 2 });
  const response = newAuthenticator().register(options);
  const { cost, passkey } = await costOf(() => finishRegistration(service, token, { response }));
  // The session, the passkey, and the passkeys that the answer lists.
  expect(cost).toEqual({ answer: 'FinishPasskeyRegistrationSuccess', statements: 3, roundTrips: 3 });
  const { cost: rename } = await costOf(() => renamePasskey(service, token, passkey.id, 'Other'));
  expect(rename).toEqual({ answer: 'RenamePasskeySuccess', statements: 2, roundTrips: 2 });
});

test('a fresh proof reads the passkeys of the account, and writes once', async () => {
  const { options } = await startPasskeySignIn(service, {}, { token });
  const input = { passkeyResponse: authenticator.signIn(options) };
  const REAUTHENTICATE = 'mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { __typename } }';
  const { cost } = await costOf(async () => {
    const { body } = await service.graphql(REAUTHENTICATE, { input }, { token });
    return body.data.reauthenticate;
  });
  expect(cost).toEqual({ answer: 'ReauthenticateSuccess', statements: 3, roundTrips: 3 });
});
