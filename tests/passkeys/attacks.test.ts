import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'drizzle-orm';
import { signInOn } from '../support/devices.js';
import { giveEmail } from '../support/operations/email-operations.js';
import { signIn } from '../support/operations/operations.js';
import { overtaken } from '../support/overtaken.js';
import { encodeCbor } from '../support/passkeys/cbor.js';
import {
  addPasskey,
  finishPasskeySignIn,
  finishRegistration,
  newAuthenticator,
  passkeysOf,
  removePasskey,
  signInByPasskey,
  startPasskeySignIn,
  startRegistration,
} from '../support/passkeys/operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { changePassword } from '../support/operations/session-operations.js';
import { DAY } from '../support/sleepers.js';

/** What thieves and forgers try with passkeys of their own. */

const AGAIN = { __typename: 'ReauthenticationRequiredError' };

let service: TestService;
let people = 0;
beforeAll(async () => {
  service = await startService({ env: MANY_TEXTS });
});
afterAll(() => service.close());

/** An account of ten days, to which a thief and then its owner added a passkey: the thief on a new device. */
async function robbed({ email = false } = {}) {
  people += 1;
  const phoneNumber = `+97798000668${String(people).padStart(2, '0')}`;
  const device = await signInOn(service, phoneNumber);
  service.clock.advance(10 * DAY);
  const theirs = newAuthenticator();
  await addPasskey(service, (await signInOn(service, phoneNumber)).accessToken, { authenticator: theirs });
  service.clock.advance(DAY);
  const { accessToken } = await signInOn(service, phoneNumber, device.deviceToken);
  if (email) await giveEmail(service, `robbed-${people}@example.com`, accessToken);
  const { passkey } = await addPasskey(service, accessToken, { authenticator: newAuthenticator() });
  const { tokens } = await signInByPasskey(service, theirs);
  return { accessToken, passkeyId: passkey.id as string, thief: tokens.accessToken as string };
}

/** N6: with a stolen code, before the owner had a passkey. It signs in, and is no proof of the owner for seven days. */
describe('a thief signs in with the passkey that they added, where the owner has one, too,', () => {
  test.each([false, true])('and changes nothing (with an email address: %s)', async (email) => {
    const { accessToken, passkeyId, thief } = await robbed({ email });
    expect(await removePasskey(service, thief, passkeyId)).toMatchObject(AGAIN);
    expect(await startRegistration(service, thief)).toMatchObject(AGAIN);
    expect(await changePassword(service, thief, { newPassword: 'the passphrase of a thief' })).toMatchObject(AGAIN);
    expect(await passkeysOf(service, accessToken)).toHaveLength(2);
  });
});

/** What an authenticator writes in a registration, which follows the name of the field and a length of two bytes. */
function writtenIn(attestationObject: string): Buffer {
  const bytes = Buffer.from(attestationObject, 'base64url');
  return bytes.subarray(bytes.indexOf('authData') + 'authData'.length + 2);
}

describe('a forger registers a passkey', () => {
  async function registerWith(forge: (authData: Buffer) => Buffer) {
    people += 1;
    const { tokens } = await signIn(service, `+97798000669${String(people).padStart(2, '0')}`);
    const { options } = await startRegistration(service, tokens.accessToken);
    // biome-ignore lint/suspicious/noExplicitAny: it is taken apart.
    const answer: any = newAuthenticator().register(options);
    const attestationObject = forge(writtenIn(answer.response.attestationObject)).toString('base64url');
    const response = { ...answer, response: { ...answer.response, attestationObject } };
    return finishRegistration(service, tokens.accessToken, { response });
  }

  test.each(['packed', 'apple', 'android-key', 'of no kind'])(
    'with a statement “%s”, for which the service would call addresses in it: it is not read',
    async (fmt) => {
      const statement = new Map<string, number | Buffer>([
        ['alg', -7],
        ['sig', Buffer.from('no signature')],
      ]);
      const answer = await registerWith((authData) =>
        encodeCbor(
          new Map<string, string | Buffer | typeof statement>([
            ['fmt', fmt],
            ['attStmt', statement],
            ['authData', authData],
          ]),
        ),
      );
      expect(answer).toMatchObject({ __typename: 'FinishPasskeyRegistrationSuccess' });
    },
  );

  test('as deep as the text may be, or with a length that it has not: it is none', async () => {
    const none = { __typename: 'InvalidInputError', fields: [{ field: 'response', code: 'INVALID_FORMAT' }] };
    for (const head of [0x81, 0xa1, 0xc1, 0x9b, 0xbb, 0x5b])
      expect(await registerWith(() => Buffer.alloc(24_000, head))).toMatchObject(none);
    for (const most of [0x00, 0x7f, 0xff])
      expect(await registerWith((authData) => Buffer.concat([authData, Buffer.alloc(9, most)]))).toMatchObject(none);
  });
});

test('a fresh proof that a thief reads on its way begins no session: it is for the session that asked', async () => {
  const { tokens } = await signIn(service, '+9779800067001');
  const [token, authenticator] = [tokens.accessToken, newAuthenticator()];
  await addPasskey(service, token, { authenticator });
  const thief = (await signIn(service, '+9779800067002')).tokens.accessToken;
  const { options } = await startPasskeySignIn(service, {}, { token });
  const response = authenticator.signIn(options);
  const over = { __typename: 'InvalidTokenError' };
  expect(await finishPasskeySignIn(service, { response })).toMatchObject(over);
  expect(await finishPasskeySignIn(service, { response }, { token: thief })).toMatchObject(over);
  const own = await finishPasskeySignIn(service, { response }, { token });
  expect(own).toMatchObject({ __typename: 'FinishPasskeySignInSuccess' });
});

test('the last two passkeys of an account with nothing else, removed at the same moment: one stays', async () => {
  const phoneNumber = '+9779800067003';
  const { user, tokens } = await signIn(service, phoneNumber);
  const [first, second] = [newAuthenticator(), newAuthenticator()];
  const added: string[] = [];
  for (const authenticator of [first, second])
    added.push((await addPasskey(service, tokens.accessToken, { authenticator })).passkey.id);
  // As after a change that was taken back while another account had the number.
  await service.db.execute(sql`UPDATE users SET phone_number = NULL, phone_verified_at = NULL WHERE id = ${user.id}`);
  const token = (await signInByPasskey(service, second)).tokens.accessToken;
  const gone = sql`WITH account AS (SELECT id FROM users WHERE id = ${user.id} FOR NO KEY UPDATE)
    DELETE FROM passkeys USING account WHERE user_id = account.id AND passkeys.id = ${added[0]}`;
  const answer = await overtaken(service, gone, () => removePasskey(service, token, added[1] ?? ''));
  expect(answer).toMatchObject(AGAIN);
  expect(await passkeysOf(service, token)).toHaveLength(1);
});
