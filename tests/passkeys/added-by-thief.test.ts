import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInOn } from '../support/devices.js';
import { giveEmail } from '../support/email-operations.js';
import {
  addPasskey,
  newAuthenticator,
  passkeysOf,
  removePasskey,
  signInByPasskey,
  startRegistration,
} from '../support/passkeys/operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { changePassword } from '../support/session-operations.js';
import { DAY } from '../support/sleepers.js';

/** N6: a thief with the SIM added a passkey before the owner had one. It signs in, and is no proof of the owner for seven days. */

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

describe('a thief signs in with the passkey that they added, where the owner has one, too,', () => {
  test.each([false, true])('and changes nothing (with an email address: %s)', async (email) => {
    const { accessToken, passkeyId, thief } = await robbed({ email });
    expect(await removePasskey(service, thief, passkeyId)).toMatchObject(AGAIN);
    expect(await startRegistration(service, thief)).toMatchObject(AGAIN);
    expect(await changePassword(service, thief, { newPassword: 'the passphrase of a thief' })).toMatchObject(AGAIN);
    expect(await passkeysOf(service, accessToken)).toHaveLength(2);
  });
});
