import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn } from '../support/operations.js';
import { addPasskey, newAuthenticator, passkeysOf, signInByPasskey } from '../support/passkeys/operations.js';
import { startService, type TestService } from '../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

test('a user adds a passkey, and signs in with it on another device', async () => {
  const { user, tokens } = await signIn(service, '+9779800044001');
  const authenticator = newAuthenticator();
  const added = await addPasskey(service, tokens.accessToken, { authenticator, name: ' My phone ' });
  expect(added).toMatchObject({
    __typename: 'FinishPasskeyRegistrationSuccess',
    passkey: { name: 'My phone', lastUsedAt: null },
  });
  const signedIn = await signInByPasskey(service, authenticator);
  expect(signedIn).toMatchObject({ __typename: 'FinishPasskeySignInSuccess', user: { id: user.id } });
  expect(decodeJwt(signedIn.tokens.accessToken)['amr']).toEqual(['hwk', 'user', 'mfa']);
  expect(await passkeysOf(service, tokens.accessToken)).toMatchObject([
    { name: 'My phone', lastUsedAt: expect.any(String) },
  ]);
});
