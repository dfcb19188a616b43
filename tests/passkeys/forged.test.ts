import { createHmac, generateKeyPairSync } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inParallel, signIn } from '../support/operations/operations.js';
import type { AuthenticatorOptions, Forgery, SoftwareAuthenticator } from '../support/passkeys/authenticator.js';
import {
  addPasskey,
  finishPasskeySignIn,
  finishRegistration,
  newAuthenticator,
  passkeysOf,
  reauthenticateByPasskey,
  signInByPasskey,
  startPasskeySignIn,
  startRegistration,
} from '../support/passkeys/operations.js';
import { startService, type TestService } from '../support/service.js';
import { auditOf, isSignedIn } from '../support/operations/session-operations.js';

/** What somebody tries who has no passkey of the account, or whose page is not ours. */

const SIGNED_IN = { __typename: 'FinishPasskeySignInSuccess' };
const REFUSED = { __typename: 'InvalidCredentialsError', attemptsRemaining: 6 };
const OVER = { __typename: 'InvalidTokenError' };
const NO_ANSWER = { __typename: 'InvalidInputError', fields: [{ field: 'response', code: 'INVALID_FORMAT' }] };

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

async function person(options: Partial<AuthenticatorOptions> = {}) {
  serial += 1;
  const phoneNumber = `+97798000441${String(serial).padStart(2, '0')}`;
  const { user, tokens } = await signIn(service, phoneNumber);
  return {
    phoneNumber,
    id: user.id as string,
    token: tokens.accessToken as string,
    authenticator: newAuthenticator(options),
  };
}

/** Somebody with a passkey. */
async function owner(options: Partial<AuthenticatorOptions> = {}) {
  const someone = await person(options);
  const { passkey } = await addPasskey(service, someone.token, { authenticator: someone.authenticator });
  return { ...someone, passkeyId: passkey.id as string };
}

/** How often the trail says that a passkey of the account was copied. */
async function alarms(userId: string): Promise<number> {
  return (await auditOf(service, userId)).filter(({ kind }) => kind === 'passkey_cloned').length;
}

const strangersKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
/** A challenge of the right form that the service did not sign. */
const madeUp = Buffer.concat([Buffer.from([1]), createHmac('sha512', 'x').update('y').digest()]).toString('base64url');

/** What is wrong, whatever the ceremony is. */
const FORGERIES: Readonly<Record<string, Forgery>> = {
  'of another origin': { origin: 'https://accounts.test.evil.example' },
  'of the same host by another scheme': { origin: 'https://accounts.test' },
  'for another RP ID': { rpId: 'evil.example' },
  'without user verification': { userVerified: false },
  'without a user at all': { userPresent: false },
  'of another ceremony': { type: 'payment.get' },
  'from a frame of another site': { crossOrigin: true },
  'from a frame of another site that is named': { crossOrigin: true, topOrigin: 'https://evil.example' },
  'with a page around it that no frame has': { topOrigin: 'https://evil.example' },
  'that says it is copied, and cannot be': { backupEligible: false, backedUp: true },
  'with two ids': { rawId: 'AAAA' },
  'that is cut off': { cut: 1 },
  'that is cut off in the middle': { cut: 20 },
};

describe('a sign-in', () => {
  let victim: Awaited<ReturnType<typeof owner>>;
  beforeAll(async () => {
    victim = await owner();
  });

  test.each(
    Object.entries({
      ...FORGERIES,
      'signed by another key': { key: strangersKey },
      'with the handle of another account': { userHandle: Buffer.alloc(32, 7).toString('base64url') },
      'without a handle': { userHandle: null },
      'by a key that says it is copied, and was not': { backupEligible: true },
    } satisfies Record<string, Forgery>),
  )('%s is refused', async (_what, forged) => {
    expect(await signInByPasskey(service, victim.authenticator, { forged })).toMatchObject(REFUSED);
  });

  test.each(['EdDSA', 'RS256'] as const)(
    'with a key for %s succeeds, and not by what another key signed',
    async (algorithm) => {
      const { authenticator } = await owner({ algorithm });
      const forged = { key: newAuthenticator({ algorithm }).key.privateKey };
      expect(await signInByPasskey(service, authenticator, { forged })).toMatchObject(REFUSED);
      expect(await signInByPasskey(service, authenticator)).toMatchObject(SIGNED_IN);
    },
  );

  test.each([
    ['that was not asked for', madeUp],
    ['that is no challenge', 'AAAA'],
  ])('to a challenge %s is over', async (_what, challenge) => {
    expect(await signInByPasskey(service, victim.authenticator, { forged: { challenge } })).toMatchObject(OVER);
  });

  test('to a challenge with one bit turned is over', async () => {
    const { options } = await startPasskeySignIn(service);
    const bytes = Buffer.from(options.challenge, 'base64url');
    for (let place = 0; place < bytes.length; place += 1) {
      const forged = Buffer.from(bytes);
      forged[place] = (forged[place] ?? 0) ^ 1;
      const response = victim.authenticator.signIn(options, { challenge: forged.toString('base64url') });
      expect(await finishPasskeySignIn(service, { response })).toMatchObject(OVER);
    }
  });

  test('is over after five minutes', async () => {
    const { options } = await startPasskeySignIn(service);
    service.clock.advance(300);
    const response = victim.authenticator.signIn(options);
    expect(await finishPasskeySignIn(service, { response })).toMatchObject(OVER);
  });

  test('by an answer that was used before is over, and raises no alarm', async () => {
    const { options } = await startPasskeySignIn(service);
    const response = victim.authenticator.signIn(options);
    const first = await finishPasskeySignIn(service, { response });
    expect(first).toMatchObject(SIGNED_IN);
    await signInByPasskey(service, victim.authenticator);
    expect(await finishPasskeySignIn(service, { response })).toMatchObject(REFUSED);
    expect(await alarms(victim.id)).toBe(0);
    expect(await isSignedIn(service, first.tokens.accessToken)).toBe(true);
  });

  test.each([
    ['on a new device', false],
    ['on a device that the account knows', true],
  ])('by fifty calls with one answer succeeds once, %s', async (_where, known) => {
    const uncounted = await owner({ counts: false });
    const deviceToken: string = (await signInByPasskey(service, uncounted.authenticator)).deviceToken;
    const { options } = await startPasskeySignIn(service);
    const input = { response: uncounted.authenticator.signIn(options), ...(known && { deviceToken }) };
    const answers = await inParallel(50, () => finishPasskeySignIn(service, input));
    expect(answers.filter(({ __typename }) => __typename === SIGNED_IN.__typename)).toHaveLength(1);
    expect(answers.filter(({ __typename }) => __typename === OVER.__typename)).toHaveLength(49);
  });

  test('by an old answer is over, whatever the passkey has answered since', async () => {
    const { authenticator, passkeyId } = await owner({ counts: false });
    const { options } = await startPasskeySignIn(service);
    const response = authenticator.signIn(options);
    const { deviceToken } = await finishPasskeySignIn(service, { response });
    const kept = async () => {
      const [row] = await service.db.execute(
        sql`SELECT cardinality(spent_challenges) AS kept FROM passkeys WHERE id = ${passkeyId}`,
      );
      return row?.['kept'];
    };
    for (let since = 0; since < 5; since += 1) await signInByPasskey(service, authenticator, { deviceToken });
    service.clock.advance(299);
    await signInByPasskey(service, authenticator, { deviceToken });
    expect(await kept()).toBe(7);
    expect(await finishPasskeySignIn(service, { response, deviceToken })).toMatchObject(OVER);
    // Challenges that no process takes any more are forgotten.
    service.clock.advance(601);
    await signInByPasskey(service, authenticator, { deviceToken });
    expect(await kept()).toBe(1);
  });

  test('with the challenge of a registration is over', async () => {
    const { options } = await startRegistration(service, (await person()).token);
    const response = victim.authenticator.signIn({ challenge: options.challenge, rpId: options.rp.id });
    expect(await finishPasskeySignIn(service, { response })).toMatchObject(OVER);
  });

  test('that began with a number does not end in another account', async () => {
    const [start, other] = [{ phoneNumber: victim.phoneNumber }, await owner()];
    expect(await signInByPasskey(service, other.authenticator, { start })).toMatchObject(REFUSED);
    expect(await signInByPasskey(service, victim.authenticator, { start })).toMatchObject(SIGNED_IN);
  });

  test('by a passkey of no account, or by what is none, is refused', async () => {
    expect(await signInByPasskey(service, newAuthenticator())).toMatchObject(REFUSED);
    for (const response of [null, 'x', 7, [], {}, { id: 'x', response: {} }, { id: '\u0000', rawId: [], type: {} }])
      expect(await finishPasskeySignIn(service, { response: response ?? {} })).toMatchObject(OVER);
  });
});

describe('a registration', () => {
  test.each(Object.entries(FORGERIES))('%s adds nothing', async (_what, forged) => {
    const { token, authenticator } = await person();
    expect(await addPasskey(service, token, { authenticator, forged })).toMatchObject(NO_ANSWER);
    expect(await passkeysOf(service, token)).toEqual([]);
  });

  test.each([
    ['of another algorithm', 'ES384'],
    ['whose signatures would take long to check', 'LONG_RS256'],
  ] as const)('with a key %s adds nothing', async (_what, algorithm) => {
    const { token, authenticator } = await person({ algorithm });
    expect(await addPasskey(service, token, { authenticator })).toMatchObject(NO_ANSWER);
  });

  test('with a challenge that was answered before, or is of another session or ceremony, is over', async () => {
    const [{ token, authenticator }, stranger] = [await person(), await person()];
    const { options } = await startRegistration(service, token);
    const register = (by: SoftwareAuthenticator, asked = token) =>
      finishRegistration(service, asked, { response: by.register(options) });
    expect(await register(authenticator, stranger.token)).toMatchObject(OVER);
    expect(await register(authenticator)).toMatchObject({ __typename: 'FinishPasskeyRegistrationSuccess' });
    expect(await register(newAuthenticator())).toMatchObject(OVER);
    const { options: other } = await startPasskeySignIn(service, {}, { token });
    const response = newAuthenticator().register({ ...options, challenge: other.challenge });
    expect(await finishRegistration(service, token, { response })).toMatchObject(OVER);
  });

  test('of a passkey that another account has adds nothing', async () => {
    const [{ authenticator }, stranger] = [await owner(), await person()];
    expect(await addPasskey(service, stranger.token, { authenticator: authenticator.copy() })).toMatchObject({
      __typename: 'InvalidInputError',
      fields: [{ field: 'response', code: 'TAKEN' }],
    });
  });
});

describe('a fresh proof', () => {
  test('needs a passkey of the account, and a challenge of the session', async () => {
    const [one, other] = [await owner(), await owner()];
    const prove = (authenticator: SoftwareAuthenticator, startedBy: string) =>
      reauthenticateByPasskey(service, one.token, { authenticator, startedBy });
    expect(await prove(other.authenticator, one.token)).toMatchObject(REFUSED);
    expect(await prove(one.authenticator, other.token)).toMatchObject({
      __typename: 'InvalidInputError',
      fields: [{ field: 'passkeyResponse', code: 'UNKNOWN' }],
    });
    expect(await prove(one.authenticator, one.token)).toMatchObject({ __typename: 'ReauthenticateSuccess' });
  });
});

describe('a copy of a passkey', () => {
  test('whose counter is behind ends every session, and opens nothing any more, nor does the original', async () => {
    const { id, token, authenticator } = await owner();
    const copy = authenticator.copy();
    await signInByPasskey(service, authenticator);
    expect(await isSignedIn(service, token)).toBe(true);
    expect(await signInByPasskey(service, copy)).toMatchObject(REFUSED);
    expect(await isSignedIn(service, token)).toBe(false);
    expect(await alarms(id)).toBe(1);
    for (const each of [authenticator, copy, authenticator])
      expect(await signInByPasskey(service, each)).toMatchObject(REFUSED);
    expect(await alarms(id)).toBe(1);
  });

  test('cannot be feigned without the key', async () => {
    const { token, authenticator } = await owner();
    await signInByPasskey(service, authenticator);
    const forged = { counter: 0, key: strangersKey };
    expect(await signInByPasskey(service, authenticator, { forged })).toMatchObject(REFUSED);
    expect(await isSignedIn(service, token)).toBe(true);
    expect(await signInByPasskey(service, authenticator)).toMatchObject(SIGNED_IN);
  });

  test('is found out when it is used for a fresh proof, too', async () => {
    const { token, authenticator } = await owner();
    const forged = { counter: 1 };
    expect(await reauthenticateByPasskey(service, token, { authenticator, forged })).toMatchObject(REFUSED);
    expect(await isSignedIn(service, token)).toBe(false);
  });
});

test('asking for challenges writes nothing', async () => {
  const rows = async () => {
    const [row] = await service.db.execute(sql`SELECT count(*)::int AS spent FROM spent_passkey_challenges`);
    return row;
  };
  const before = await rows();
  await inParallel(20, () => startPasskeySignIn(service, { phoneNumber: '+9779800044199' }));
  expect(await rows()).toEqual(before);
});
