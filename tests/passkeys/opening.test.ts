import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guessWrongly, requestOtp, signIn, verifyOtp } from '../support/operations/operations.js';
import { addPasskey, newAuthenticator, signInByPasskey, startPasskeySignIn } from '../support/passkeys/operations.js';
import { NEW_PASSWORD, resetCode, resetPassword } from '../support/operations/reset-operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { login } from '../support/operations/session-operations.js';
import { DAY, setRole, showCode, userRow, verifyEmailOf, waitingFor } from '../support/sleepers.js';
import { act } from '../support/operations/staff-acts.js';
import { signInAs } from '../support/operations/staff.js';

/** Which accounts a passkey opens, on a device that they do not know. */

const SIGNED_IN = { __typename: 'FinishPasskeySignInSuccess' };

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: MANY_TEXTS });
});
afterAll(() => service.close());

async function owner() {
  serial += 1;
  const phoneNumber = `+97798000445${String(serial).padStart(2, '0')}`;
  const { user, tokens } = await signIn(service, phoneNumber);
  const authenticator = newAuthenticator();
  await addPasskey(service, tokens.accessToken, { authenticator });
  return { phoneNumber, id: user.id as string, token: tokens.accessToken as string, authenticator };
}

describe('a passkey opens', () => {
  test('the account of an administrator', async () => {
    const { id, authenticator } = await owner();
    await setRole(service, id, 'ADMIN');
    expect(await signInByPasskey(service, authenticator)).toMatchObject({ ...SIGNED_IN, user: { id } });
  });

  test('an account that was not used for long, where a code opens nothing alone', async () => {
    const { id, phoneNumber, authenticator } = await owner();
    service.clock.advance(100 * DAY);
    expect(await showCode(service, phoneNumber)).toMatchObject({
      __typename: 'FurtherProofRequiredError',
      methods: ['PASSKEY'],
    });
    expect(await signInByPasskey(service, authenticator)).toMatchObject({ ...SIGNED_IN, user: { id } });
  });

  test('an account whose number is locked by the wrong codes of strangers', async () => {
    const { phoneNumber, authenticator } = await owner();
    for (let code = 0; code < 2; code += 1) {
      service.clock.advance(60);
      await requestOtp(service, { phoneNumber });
      await guessWrongly(service, phoneNumber, 3);
    }
    expect(await verifyOtp(service, { phoneNumber, otp: '000000' })).toMatchObject({
      __typename: 'AccountLockedError',
    });
    expect(await signInByPasskey(service, authenticator)).toMatchObject(SIGNED_IN);
  });

  test('no account that an administrator has locked, and says so to its owner alone', async () => {
    const { id, authenticator } = await owner();
    const admin = await signInAs(service, 'ADMIN', '+9779800044590');
    await act(service, admin.token, { act: 'lockUser', input: { id, reason: 'A test.' } });
    expect(await signInByPasskey(service, authenticator)).toMatchObject({ __typename: 'AccountDisabledError' });
    const forged = { userVerified: false };
    const refused = { __typename: 'InvalidCredentialsError' };
    expect(await signInByPasskey(service, authenticator, { forged })).toMatchObject(refused);
  });
});

describe('after a code that does not do alone, a passkey', () => {
  test('is the further proof, once, and only for its own account', async () => {
    const { id, phoneNumber, authenticator } = await owner();
    service.clock.advance(100 * DAY);
    const stranger = await owner();
    const continuationToken = await waitingFor(service, phoneNumber);
    const others = await signInByPasskey(service, stranger.authenticator, { continuationToken });
    expect(others).toMatchObject({ __typename: 'InvalidCredentialsError' });
    const opened = await signInByPasskey(service, authenticator, { continuationToken });
    expect(opened).toMatchObject({ ...SIGNED_IN, user: { id } });
    const again = await signInByPasskey(service, authenticator, { continuationToken });
    expect(again).toMatchObject({ __typename: 'InvalidTokenError' });
    const made = await signInByPasskey(service, authenticator, { continuationToken: 'made up' });
    expect(made).toMatchObject({ __typename: 'InvalidTokenError' });
  });

  test('carries out the password reset that waits', async () => {
    const { id, phoneNumber, authenticator } = await owner();
    await verifyEmailOf(service, id, `reset-${serial}@example.com`);
    service.clock.advance(60);
    const { otp, requestToken } = await resetCode(service, phoneNumber);
    const answer = await resetPassword(service, { phoneNumber, otp, requestToken });
    expect(answer).toMatchObject({ __typename: 'FurtherProofRequiredError' });
    const { continuationToken } = answer;
    expect(await signInByPasskey(service, authenticator, { continuationToken })).toMatchObject(SIGNED_IN);
    expect((await userRow(service, id))?.passwordHash).not.toBeNull();
    const byPassword = await login(service, { identifier: phoneNumber, password: NEW_PASSWORD });
    expect(byPassword).toMatchObject({ __typename: 'LoginSuccess' });
  });
});

test('the start says nothing of a number: with passkeys, without, and without an account', async () => {
  const [{ phoneNumber }, other] = [await owner(), await signInAs(service, 'USER', '+9779800044591')];
  const numbers = [phoneNumber, other.phoneNumber, '+9779800044592'];
  const starts = await Promise.all(numbers.map((number) => startPasskeySignIn(service, { phoneNumber: number })));
  const shapes = starts.map(({ options: { challenge, ...rest } }) => ({ ...rest, length: challenge.length }));
  expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
  expect(starts[0].options.allowCredentials).toEqual([]);
});
