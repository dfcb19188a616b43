import { sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { giveEmail } from '../support/operations/email-operations.js';
import { deleteAccount, exportMyData } from '../support/operations/leaving-operations.js';
import { noticesTo, owner, settleNotices } from '../support/notices.js';
import { form, inParallel, register, signIn } from '../support/operations/operations.js';
import {
  addPasskey,
  finishRegistration,
  newAuthenticator,
  passkeysOf,
  reauthenticateByPasskey,
  removePasskey,
  renamePasskey,
  signInByPasskey,
  startRegistration,
} from '../support/passkeys/operations.js';
import { startService, type TestService } from '../support/service.js';
import { auditOf, changePassword, refresh } from '../support/operations/session-operations.js';
import { signInAs } from '../support/operations/staff.js';
import { DAY, setRole } from '../support/sleepers.js';

/** What people do with their passkeys. */

const ADDED = { __typename: 'FinishPasskeyRegistrationSuccess' };
const SIGNED_IN = { __typename: 'FinishPasskeySignInSuccess' };
const AGAIN = { __typename: 'ReauthenticationRequiredError' };
const DESKTOP = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/130.0' };

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

async function person() {
  serial += 1;
  const phoneNumber = `+97798000444${String(serial).padStart(2, '0')}`;
  const { user, tokens } = await signIn(service, phoneNumber);
  return { phoneNumber, id: user.id as string, token: tokens.accessToken as string };
}

describe('a passkey', () => {
  test('is added, and signs in on another device; the session says so for as long as it lasts', async () => {
    const { id, token } = await person();
    const authenticator = newAuthenticator();
    const added = await addPasskey(service, token, { authenticator, name: ' My phone ' });
    expect(added).toMatchObject({ ...ADDED, passkey: { name: 'My phone', lastUsedAt: null, backedUp: false } });
    const signedIn = await signInByPasskey(service, authenticator);
    expect(signedIn).toMatchObject({ ...SIGNED_IN, user: { id }, deviceToken: expect.any(String) });
    expect(decodeJwt(signedIn.tokens.accessToken)['amr']).toEqual(['hwk', 'user', 'mfa']);
    const { tokens } = await refresh(service, signedIn.tokens.refreshToken);
    expect(decodeJwt(tokens.accessToken)['amr']).toEqual(['hwk', 'user', 'mfa']);
    const now = service.clock.now().toISOString();
    expect(await passkeysOf(service, token)).toMatchObject([{ name: 'My phone', lastUsedAt: now }]);
    const kinds = (await auditOf(service, id)).map(({ kind }) => kind);
    expect(kinds).toContain('passkey_added');
  });

  test('that was copied to several devices signs in on all of them at the same moment', async () => {
    const { token } = await person();
    const authenticator = newAuthenticator({ counts: false });
    await addPasskey(service, token, { authenticator });
    const { deviceToken } = await signInByPasskey(service, authenticator);
    const answers = await inParallel(8, () => signInByPasskey(service, authenticator, { deviceToken }));
    expect(answers.map(({ __typename }) => __typename)).toEqual(Array(8).fill(SIGNED_IN.__typename));
  });

  test('that is copied between devices says so, and one without a counter works again and again', async () => {
    const { token } = await person();
    const authenticator = newAuthenticator({ synced: true, counts: false });
    const added = await addPasskey(service, token, { authenticator });
    expect(added).toMatchObject({ passkey: { backedUp: true } });
    for (let round = 0; round < 2; round += 1) {
      const { tokens } = await signInByPasskey(service, authenticator);
      expect(decodeJwt(tokens.accessToken)['amr']).toEqual(['swk', 'user', 'mfa']);
    }
  });

  test('without a name is called by browser and system; the account is known by one random handle', async () => {
    const { id, token } = await person();
    const started = await startRegistration(service, token);
    const [first, second] = [newAuthenticator(), newAuthenticator()];
    const response = first.register(started.options);
    expect(await finishRegistration(service, token, { response }, { headers: DESKTOP })).toMatchObject({
      passkey: { name: 'Chrome, Windows' },
    });
    const { options } = await startRegistration(service, token);
    expect(options.excludeCredentials).toEqual([
      { type: 'public-key', id: first.id.toString('base64url'), transports: ['internal', 'hybrid'] },
    ]);
    await finishRegistration(service, token, { response: second.register(options) });
    expect(second.userHandle).toBe(first.userHandle);
    expect(Buffer.from(first.userHandle ?? '', 'base64url').toString('hex')).not.toContain(id.replaceAll('-', ''));
    expect(options.authenticatorSelection).toMatchObject({ residentKey: 'required', userVerification: 'required' });
  });

  test('gets another name, and is removed: by its owner, and by no one else', async () => {
    const [{ token }, stranger] = [await person(), await person()];
    const authenticator = newAuthenticator();
    const { passkey } = await addPasskey(service, token, { authenticator });
    const missing = { __typename: 'NotFoundError' };
    for (const id of [passkey.id, 'no id']) {
      expect(await renamePasskey(service, stranger.token, id, 'Mine')).toMatchObject(missing);
      expect(await removePasskey(service, stranger.token, id)).toMatchObject(missing);
    }
    expect(await renamePasskey(service, token, passkey.id, ' Key ')).toMatchObject({ passkey: { name: 'Key' } });
    for (const [name, code] of [
      ['', 'BLANK'],
      ['a'.repeat(65), 'TOO_LONG'],
      ['a\u202eb', 'INVALID_FORMAT'],
    ] as const)
      expect(await renamePasskey(service, token, passkey.id, name)).toMatchObject({
        fields: [{ field: 'name', code }],
      });
    expect(await removePasskey(service, token, passkey.id)).toMatchObject({
      __typename: 'RemovePasskeySuccess',
      passkey: { name: 'Key' },
      user: { passkeys: [] },
    });
    expect(await signInByPasskey(service, authenticator)).toMatchObject({ __typename: 'InvalidCredentialsError' });
  });

  test('is exported without its account, and goes with it', async () => {
    const { id, token } = await person();
    const authenticator = newAuthenticator();
    await addPasskey(service, token, { authenticator, name: 'Key' });
    const { passkeys } = await exportMyData(service, token);
    expect(passkeys).toMatchObject([{ userId: id, name: 'Key', credentialId: authenticator.id.toString('base64url') }]);
    await deleteAccount(service, token);
    expect(await signInByPasskey(service, authenticator)).toMatchObject({ __typename: 'InvalidCredentialsError' });
    expect(await service.db.execute(sql`SELECT 1 FROM passkeys WHERE user_id = ${id}`)).toHaveLength(0);
  });
});

describe('to add or to remove one', () => {
  test('needs a fresh proof, which a passkey is; to rename one does not', async () => {
    const { token } = await person();
    const authenticator = newAuthenticator();
    const { passkey } = await addPasskey(service, token, { authenticator });
    service.clock.advance(301);
    const methods = ['PHONE_OTP', 'PASSKEY'];
    expect(await startRegistration(service, token)).toMatchObject({ ...AGAIN, methods });
    expect(await removePasskey(service, token, passkey.id)).toMatchObject({ ...AGAIN, methods });
    expect(await renamePasskey(service, token, passkey.id, 'Key')).toMatchObject({
      __typename: 'RenamePasskeySuccess',
    });
    const { tokens } = await reauthenticateByPasskey(service, token, { authenticator });
    expect(decodeJwt(tokens.accessToken)['amr']).toEqual(['hwk', 'user', 'mfa']);
    expect(await addPasskey(service, token, { authenticator: newAuthenticator() })).toMatchObject(ADDED);
    expect(await removePasskey(service, token, passkey.id)).toMatchObject({ __typename: 'RemovePasskeySuccess' });
  });

  test('leaves an administrator two proofs, or another passkey: they open the account on a new device', async () => {
    const [{ id, token }, passkeys] = [await person(), [] as string[]];
    for (let count = 0; count < 2; count += 1)
      passkeys.push((await addPasskey(service, token, { authenticator: newAuthenticator() })).passkey.id);
    await setRole(service, id, 'ADMIN');
    const [first = '', last = ''] = passkeys;
    expect(await removePasskey(service, token, first)).toMatchObject({ __typename: 'RemovePasskeySuccess' });
    expect(await removePasskey(service, token, last)).toMatchObject({ ...AGAIN, methods: ['EMAIL_OTP'] });
    expect(await passkeysOf(service, token)).toHaveLength(1);
    await giveEmail(service, 'administrator@example.com', token);
    expect(await removePasskey(service, token, last)).toMatchObject({ __typename: 'RemovePasskeySuccess' });
  });

  test('is not for an account that has verified nothing', async () => {
    const { tokens } = await register(service, form({ phoneNumber: '+9779800044490', email: 'nothing@example.com' }));
    expect(await startRegistration(service, tokens.accessToken)).toMatchObject({ ...AGAIN, methods: ['PHONE_OTP'] });
  });

  test('stops at twenty, also at the same moment', async () => {
    const { token } = await person();
    const add = () => addPasskey(service, token, { authenticator: newAuthenticator() });
    for (let count = 0; count < 18; count += 1) expect(await add()).toMatchObject(ADDED);
    await inParallel(5, add);
    await inParallel(5, add);
    expect((await passkeysOf(service, token)).length).toBeLessThanOrEqual(20);
    while ((await passkeysOf(service, token)).length < 20) await add();
    expect(await add()).toMatchObject({ __typename: 'InvalidInputError', fields: [{ code: 'NOT_OFFERED' }] });
  });
});

test('a passkey that a thief adds signs in, and is a fresh proof only when the owner has had seven days', async () => {
  const { id, token } = await person();
  // The account is old, and has known the device for an hour.
  await service.db.execute(sql`UPDATE users SET created_at = created_at - interval '60 days' WHERE id = ${id}`);
  const authenticator = newAuthenticator();
  await addPasskey(service, token, { authenticator });
  const { tokens } = await signInByPasskey(service, authenticator);
  expect(await changePassword(service, tokens.accessToken, { newPassword: 'a passphrase of a thief' })).toMatchObject({
    ...AGAIN,
    methods: ['PHONE_OTP'],
  });
  const prove = () => reauthenticateByPasskey(service, token, { authenticator });
  expect(await prove()).toMatchObject({ fields: [{ field: 'passkeyResponse', code: 'NOT_OFFERED' }] });
  service.clock.advance(7 * DAY);
  const later = (await signInByPasskey(service, authenticator)).tokens.accessToken;
  const changed = await changePassword(service, later, { newPassword: 'a passphrase of the owner' });
  expect(changed).toMatchObject({ __typename: 'ChangePasswordSuccess' });
});

test('an administrator sees names and dates of the passkeys of a user', async () => {
  const [{ id, token }, admin] = [await person(), await signInAs(service, 'ADMIN', '+9779800044491')];
  await addPasskey(service, token, { authenticator: newAuthenticator(), name: 'Key' });
  const query = 'query ($id: ID!) { user(id: $id) { passkeys { name createdAt lastUsedAt } } }';
  const { body } = await service.graphql(query, { id }, { token: admin.token });
  expect(body.data.user.passkeys).toEqual([{ name: 'Key', createdAt: expect.any(String), lastUsedAt: null }]);
});

test('owners are told of passkeys that are added, removed and cloned', async () => {
  const told = await startService({ env: { NOTICES: 'text' } });
  const { token, phoneNumber } = await owner(told, { phoneNumber: '+9779800044492' });
  const [first, second] = [newAuthenticator(), newAuthenticator()];
  const { passkey } = await addPasskey(told, token, { authenticator: first });
  await removePasskey(told, token, passkey.id);
  await addPasskey(told, token, { authenticator: second });
  const copy = second.copy();
  await signInByPasskey(told, second);
  await signInByPasskey(told, copy);
  await settleNotices(told);
  const notices = noticesTo(told, phoneNumber).map(({ notice }) => notice);
  expect(notices.sort()).toEqual(['new_device', 'passkey_added', 'passkey_added', 'passkey_cloned', 'passkey_removed']);
  await told.close();
});
