import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, exportJWK, exportSPKI, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signWith } from '../../src/sessions/signing-key-pair.js';
import type { SigningKeys } from '../../src/sessions/signing-keys.js';
import { assembled, type Changes, hmacSigned, resigned, signingKeysOf } from '../support/forged-tokens.js';
import { form, me, obtainCode, register, signIn, verifyOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** S3 and S4: what is no access token. */

let service: TestService;
let keys: SigningKeys;
let token: string;
let userId: string;
beforeAll(async () => {
  service = await startService();
  keys = await signingKeysOf(service);
  const answer = await signIn(service, '+9779800000700');
  ({ accessToken: token } = answer.tokens);
  userId = answer.user.id;
});
afterAll(() => service.close());

const now = () => Math.floor(service.clock.now().getTime() / 1000);

async function expectAccepted(accessToken: string): Promise<void> {
  expect((await me(service, accessToken)).body.data.me.id).toBe(userId);
}

/** Twice: the second time a service that remembers tokens would ask its memory. */
async function expectRefused(accessToken: string): Promise<void> {
  for (let time = 0; time < 2; time += 1) {
    const { body } = await me(service, accessToken);
    expect(body.data).toEqual({ me: null });
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  }
}

describe('S3: forged with the service’s own key, wrong in one thing', () => {
  test('the same with nothing wrong is accepted', async () => {
    await expectAccepted(token);
    await expectAccepted(await resigned(token, keys));
  });

  const wrong: readonly [name: string, changes: () => Changes][] = [
    ['issuer of another service', () => ({ claims: { iss: 'http://evil.test' } })],
    ['no issuer', () => ({ claims: { iss: undefined } })],
    ['audience of another service', () => ({ claims: { aud: 'http://shop.test' } })],
    ['no audience', () => ({ claims: { aud: undefined } })],
    ['type of an ID token', () => ({ header: { typ: 'JWT' } })],
    ['type of a refresh token', () => ({ header: { typ: 'refresh+jwt' } })],
    ['no type', () => ({ header: { typ: undefined } })],
    ['expired this second', () => ({ claims: { exp: now() } })],
    ['expired long ago', () => ({ claims: { exp: 1 } })],
    ['no expiry', () => ({ claims: { exp: undefined } })],
    ['expiry that is text', () => ({ claims: { exp: String(now() + 900) } })],
    ['not valid yet', () => ({ claims: { nbf: now() + 60 } })],
    ['unknown key id', () => ({ header: { kid: 'another' } })],
    ['no key id', () => ({ header: { kid: undefined } })],
    ['key id that is a path', () => ({ header: { kid: '../../dev/null' } })],
    ['key id that every object has', () => ({ header: { kid: '__proto__' } })],
    ['critical parameter that nobody knows', () => ({ header: { crit: ['x-unknown'], 'x-unknown': true } })],
    ['critical parameter that is a claim', () => ({ header: { crit: ['exp'], exp: now() + 60 } })],
    ['no subject', () => ({ claims: { sub: undefined } })],
    ['no session', () => ({ claims: { sid: undefined } })],
    ['subject that is SQL', () => ({ claims: { sub: "' OR true --" } })],
    ['session of nobody', () => ({ claims: { sid: randomUUID() } })],
    ['session of somebody else', () => ({ claims: { sub: randomUUID() } })],
  ];
  test.each(wrong)('%s: refused', async (_name, changes) => {
    await expectRefused(await resigned(token, keys, changes()));
  });
});

describe('S3: forged without the key', () => {
  const unsigned: readonly [name: string, alg: string][] = [
    ['none', 'none'],
    ['None', 'None'],
    ['NONE', 'NONE'],
    ['nothing', ''],
  ];
  test.each(unsigned)('algorithm %s: refused, with and without a signature', async (_name, alg) => {
    const header = { ...decodeProtectedHeader(token), alg };
    await expectRefused(assembled(header, decodeJwt(token), ''));
    await expectRefused(assembled(header, decodeJwt(token), token.split('.')[2] ?? ''));
  });

  test('another algorithm in the header: refused, even where the signature is right', async () => {
    const { kid, privateKey } = keys.current;
    const signed = (alg: string) => {
      const data = assembled({ alg, typ: 'at+jwt', kid }, decodeJwt(token), '').slice(0, -1);
      return `${data}.${signWith(privateKey)(data).toString('base64url')}`;
    };
    await expectAccepted(signed('ES256'));
    for (const alg of ['none', 'HS256', 'ES384', 'EdDSA']) await expectRefused(signed(alg));
  });

  test('HS256 with the public key as its secret: refused in every shape of that key', async () => {
    const jwk = keys.keySet.keys[0] ?? {};
    const publicKey = keys.known(keys.current.kid);
    if (!publicKey) throw new Error('The service has no public key.');
    const pem = await exportSPKI(publicKey);
    const der = Buffer.from(pem.replace(/-----[^-]+-----|\n/g, ''), 'base64');
    const header = { ...decodeProtectedHeader(token), alg: 'HS256' };
    const claims = decodeJwt(token);
    for (const secret of [pem, pem.trim(), der, JSON.stringify(jwk), jwk.x ?? '', '']) {
      await expectRefused(hmacSigned(header, claims, secret));
    }
  });

  test('signed with a key of one’s own, under our key id or with that key inside: refused', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    const headers = [{}, { jwk }, { kid, jwk }, { kid, jku: 'http://127.0.0.1:9/keys' }, { kid: undefined, jwk }];
    for (const header of headers) await expectRefused(await resigned(token, keys, { header, key: privateKey }));
  });

  test('the signature changed, cut off, of zeros, or of another token: refused', async () => {
    const [header, payload, signature = ''] = token.split('.');
    const other = (await signIn(service, '+9779800000701')).tokens.accessToken.split('.')[2];
    const zeros = Buffer.alloc(64).toString('base64url');
    const changed = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
    for (const forged of [changed, signature.slice(0, -4), '', zeros, other]) {
      await expectRefused(`${header}.${payload}.${forged}`);
    }
  });

  test('claims changed under a genuine signature: refused', async () => {
    const [header, , signature = ''] = token.split('.');
    const victim = (await signIn(service, '+9779800000702')).tokens.accessToken;
    const { sub, sid } = decodeJwt(victim);
    for (const change of [{ sub }, { sub, sid }, { role: 'ADMIN' }, { exp: now() + 9e6 }]) {
      const forged = assembled({}, { ...decodeJwt(token), ...change }, signature).split('.')[1];
      await expectRefused(`${header}.${forged}.${signature}`);
    }
  });

  test('what is no token at all: refused', async () => {
    const [header = '', payload = ''] = token.split('.');
    const noTokens = ['a', 'a.b.c', '..', `${header}.${payload}`, `${token}.x`, `${token}${token}`, 'A'.repeat(8_000)];
    for (const noToken of noTokens) await expectRefused(noToken);
    for (const authorization of [token, `Basic ${token}`, `Bearer${token}`, `Bearer ${token} x`, 'Bearer']) {
      const { body } = await service.graphql('{ me { id } }', {}, { headers: { authorization } });
      expect(body.data).toEqual({ me: null });
    }
  });
});

describe('S3: a token that was good', () => {
  test('is refused from the second on at which it expires, though it was seen and found valid before', async () => {
    const { tokens } = await signIn(service, '+9779800000703');
    const left = (new Date(tokens.accessTokenExpiresAt).getTime() - service.clock.now().getTime()) / 1000;
    service.clock.advance(left - 0.001);
    expect((await me(service, tokens.accessToken)).body.data.me).not.toBeNull();
    expect((await me(service, tokens.accessToken)).body.data.me).not.toBeNull();
    service.clock.advance(0.001);
    await expectRefused(tokens.accessToken);
  });

  test('is refused at once when its session ends', async () => {
    const { tokens, user } = await signIn(service, '+9779800000704');
    expect((await me(service, tokens.accessToken)).body.data.me).not.toBeNull();
    await service.db.execute(sql`UPDATE sessions SET ended_at = ${service.clock.now().toISOString()}::timestamptz
      WHERE user_id = ${user.id}`);
    await expectRefused(tokens.accessToken);
  });

  test('is refused when its user is gone', async () => {
    const { tokens, user } = await signIn(service, '+9779800000705');
    expect((await me(service, tokens.accessToken)).body.data.me).not.toBeNull();
    await service.db.execute(sql`DELETE FROM users WHERE id = ${user.id}`);
    await expectRefused(tokens.accessToken);
  });
});

describe('S4: one kind of token for the other', () => {
  test('a refresh token is no access token, nor does it make its bearer signed in for verifyOtp', async () => {
    const phoneNumber = '+9779800000706';
    const { tokens } = await register(service, form({ phoneNumber }));
    await expectRefused(tokens.refreshToken);
    const otp = await obtainCode(service, phoneNumber);
    const { user } = await verifyOtp(service, { phoneNumber, otp }, { token: tokens.refreshToken });
    expect(user).toMatchObject({ hasPassword: false, email: null });
  });

  test('neither with the type or the claims of the other', async () => {
    const { tokens } = await signIn(service, '+9779800000707');
    const refresh = decodeJwt(tokens.refreshToken);
    await expectRefused(await resigned(tokens.accessToken, keys, { header: { typ: 'refresh+jwt' } }));
    const header = { ...decodeProtectedHeader(tokens.refreshToken), typ: 'at+jwt' };
    await expectRefused(assembled(header, refresh, tokens.refreshToken.split('.')[2] ?? ''));
  });

  test('they share neither key, nor type, nor audience', async () => {
    const { tokens } = await signIn(service, '+9779800000708');
    const [access, refresh] = [tokens.accessToken, tokens.refreshToken].map((one) => decodeProtectedHeader(one));
    expect(access).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(refresh).toMatchObject({ alg: 'HS256', typ: 'refresh+jwt' });
    expect(access?.kid).not.toBe(refresh?.kid);
    expect(decodeJwt(tokens.refreshToken)).not.toHaveProperty('aud');
  });
});
