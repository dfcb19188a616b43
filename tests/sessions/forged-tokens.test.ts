import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { appSecret, type KeyPurpose } from '../../src/platform/app-secret.js';
import { signIn } from '../support/operations/operations.js';
import { startService, TEST_SECRET, type TestService } from '../support/service.js';
import {
  auditOf,
  isSignedIn,
  logoutEverywhere,
  refresh,
  sessionRow,
} from '../support/operations/session-operations.js';

let service: TestService;
let serial = 0;
/** Those of a session that has just begun. */
let accessToken: string;
let refreshToken: string;
let userId: string;
let sessionId: string;

beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  serial += 1;
  const { tokens, user } = await signIn(service, `+97798000042${String(serial).padStart(2, '0')}`);
  ({ accessToken, refreshToken } = tokens);
  userId = user.id;
  sessionId = String(decodeJwt(accessToken)['sid']);
});
afterAll(() => service.close());

interface Forgery {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly secret?: string;
  readonly purpose?: KeyPurpose;
}

/** Our refresh token made anew, but for what the attacker changes. */
function forge({ claims, header, secret = TEST_SECRET, purpose = 'refresh-token' }: Forgery = {}): Promise<string> {
  return new SignJWT({ ...decodeJwt(refreshToken), ...claims })
    .setProtectedHeader({ ...decodeProtectedHeader(refreshToken), alg: 'HS256', ...header })
    .sign(appSecret(secret).key(purpose));
}

function edited(part: number, edit: (json: Record<string, unknown>) => object): string {
  const parts = refreshToken.split('.');
  const json = JSON.parse(Buffer.from(parts[part] ?? '', 'base64url').toString());
  parts[part] = Buffer.from(JSON.stringify(edit(json))).toString('base64url');
  return parts.join('.');
}

/** The last character but one changed: the last one of a signature holds spare bits. */
function misspelt(token: string): string {
  return `${token.slice(0, -2)}${token.at(-2) === 'A' ? 'B' : 'A'}${token.at(-1)}`;
}

describe('S4: something else than a refresh token of ours is presented', () => {
  const forgeries: readonly [name: string, forgery: () => string | null | Promise<string>][] = [
    ['nothing', () => ''],
    ['text', () => 'a refresh token'],
    ['three empty parts', () => '..'],
    ['fifty kilobytes of dots', () => 'e30.'.repeat(12_500)],
    ['a session id', () => sessionId],
    ['a truncated token', () => refreshToken.slice(0, -10)],
    ['a token without its signature', () => `${refreshToken.split('.').slice(0, 2).join('.')}.`],
    ['a token with one character changed', () => misspelt(refreshToken)],
    ['a later generation, unsigned', () => edited(1, (claims) => ({ ...claims, gen: 2 }))],
    ['a later end, unsigned', () => edited(1, (claims) => ({ ...claims, exp: 9_999_999_999 }))],
    ['alg none in the header', () => edited(0, (header) => ({ ...header, alg: 'none' }))],
    ['an unsecured token', () => new UnsecuredJWT(decodeJwt(refreshToken)).encode()],
    ['the access token', () => accessToken],
    [
      'one signed with another secret under our key id',
      () => forge({ secret: 'another secret, as long as it takes to be' }),
    ],
    ['one under an unknown key id', () => forge({ header: { kid: 'f'.repeat(16) } })],
    ['one without a key id', () => forge({ header: { kid: undefined } })],
    ['one signed with the key of codes', () => forge({ purpose: 'otp-code' })],
    ['one of the type of access tokens', () => forge({ header: { typ: 'at+jwt' } })],
    ['one without a type', () => forge({ header: { typ: undefined } })],
    ['one of HS512', () => forge({ header: { alg: 'HS512' } })],
    ['one that has expired', () => forge({ claims: { exp: Math.floor(service.clock.now().getTime() / 1000) } })],
    ['one without an end', () => forge({ claims: { exp: undefined } })],
    ['one without a session', () => forge({ claims: { sid: undefined } })],
    ['one with a generation in words', () => forge({ claims: { gen: '1' } })],
    ['one of a session that never was', () => forge({ claims: { sid: '0197b3a0-0000-7000-8000-000000000000' } })],
  ];

  test.each(forgeries)('%s: refused, and the session stays as it is', async (_name, forgery) => {
    const before = await sessionRow(service, sessionId);
    service.clock.advance(1);
    const answer = await refresh(service, await forgery());
    expect(answer).toEqual({ __typename: 'InvalidTokenError', message: 'The session has ended. Sign in again.' });
    expect(await sessionRow(service, sessionId)).toEqual(before);
    expect(await auditOf(service, userId)).toEqual([]);
    expect(await refresh(service, refreshToken)).toMatchObject({ __typename: 'RefreshSessionSuccess' });
  });

  test('the workshop of these forgeries makes real tokens when nothing is changed', async () => {
    expect(await forge()).toBe(refreshToken);
    expect(await refresh(service, await forge())).toMatchObject({ __typename: 'RefreshSessionSuccess' });
  });
});

describe('S4: a refresh token is sent as access token', () => {
  test('it opens nothing, and ends nothing', async () => {
    expect(await isSignedIn(service, refreshToken)).toBe(false);
    await expect(logoutEverywhere(service, refreshToken)).rejects.toThrow('UNAUTHENTICATED');
    expect(await isSignedIn(service, accessToken)).toBe(true);
  });
});
