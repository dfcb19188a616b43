import { decodeJwt } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { form, me, register, signIn } from '../support/operations/operations.js';
import { PUBLIC_URL, startService, type TestService } from '../support/service.js';
import { refresh } from '../support/operations/session-operations.js';

const PHONE_NUMBER = '+9779800000000';

let service: TestService | undefined;

afterEach(async () => {
  await service?.close();
  service = undefined;
});

async function startWith(claims: unknown): Promise<TestService> {
  service = await startService({ env: { ACCESS_TOKEN_CLAIMS: JSON.stringify(claims) } });
  return service;
}

function problemsWith(claims: string): readonly string[] {
  const reading = readConfig({ NODE_ENV: 'test', ACCESS_TOKEN_CLAIMS: claims });
  return reading.kind === 'problems' ? reading.problems : [];
}

test("a front end of Hasura gets the claims that Hasura reads, and the service's own are all there", async () => {
  const hasura = {
    'x-hasura-default-role': '{{user.roleLowercase}}',
    'x-hasura-allowed-roles': ['user', '{{user.roleLowercase}}'],
    'x-hasura-user-id': '{{user.id}}',
  };
  const { user, tokens } = await signIn(await startWith({ 'https://hasura.io/jwt/claims': hasura }), PHONE_NUMBER);

  expect(decodeJwt(tokens.accessToken)).toEqual({
    'https://hasura.io/jwt/claims': {
      'x-hasura-default-role': 'user',
      'x-hasura-allowed-roles': ['user', 'user'],
      'x-hasura-user-id': user.id,
    },
    iss: PUBLIC_URL,
    aud: PUBLIC_URL,
    client_id: PUBLIC_URL,
    sub: user.id,
    sid: expect.stringMatching(/^[\da-f-]{36}$/),
    jti: expect.stringMatching(/^[\da-f-]{36}$/),
    iat: expect.any(Number),
    exp: expect.any(Number),
    auth_time: expect.any(Number),
    amr: ['otp', 'sms'],
    role: 'USER',
    phone_verified: true,
  });
});

test('every placeholder has a value of its own type, and null where the user has told nothing', async () => {
  const names = [
    ...['id', 'phoneNumber', 'phoneVerified', 'email', 'emailVerified', 'username', 'firstName', 'lastName', 'locale'],
    ...[
      'claimedEmail',
      'role',
      'roleLowercase',
      'marketplace.hasAccess',
      'marketplace.businessType',
      'marketplace.shopId',
    ],
    'marketplace.b2bVerified',
  ];
  const template = Object.fromEntries(names.map((name) => [`my.${name}`, `{{user.${name}}}`]));
  const started = await startWith({ ...template, session: '{{ session.id }}' });
  const filled = await register(started, form());
  const empty = await signIn(started, '+9779811111111');

  expect(decodeJwt(filled.tokens.accessToken)).toMatchObject({
    'my.id': filled.user.id,
    'my.phoneNumber': null,
    'my.phoneVerified': false,
    'my.email': null,
    'my.emailVerified': false,
    'my.claimedEmail': 'mobile.user@example.com',
    'my.username': null,
    'my.firstName': 'Rishi',
    'my.lastName': 'Khatri',
    'my.role': 'USER',
    'my.roleLowercase': 'user',
    'my.marketplace.hasAccess': false,
    'my.marketplace.businessType': null,
    'my.marketplace.shopId': null,
    'my.marketplace.b2bVerified': false,
    session: decodeJwt(filled.tokens.accessToken)['sid'],
  });
  const bare = decodeJwt(empty.tokens.accessToken);
  expect(bare).toMatchObject({ 'my.phoneNumber': '+9779811111111', 'my.phoneVerified': true, 'my.claimedEmail': null });
  expect(bare).toMatchObject({ 'my.email': null, 'my.firstName': null, 'my.locale': null });
});

test("S9: a victim's number and email, typed at a registration, are in no token until they are verified", async () => {
  const template = {
    number: '{{user.phoneNumber}}',
    email: '{{user.email}}',
    text: '<{{user.phoneNumber}},{{user.email}}>',
  };
  const started = await startWith(template);
  const { tokens } = await register(started, form());
  expect(decodeJwt(tokens.accessToken)).toMatchObject({ number: null, email: null, text: '<,>' });

  await started.db.execute('UPDATE users SET phone_verified_at = now(), email_verified_at = now()');

  const { tokens: next } = await refresh(started, tokens.refreshToken);
  const [number, email] = [PHONE_NUMBER, 'mobile.user@example.com'];
  expect(decodeJwt(next.accessToken)).toMatchObject({ number, email, text: `<${number},${email}>` });
});

test('a placeholder inside a longer string becomes part of it; other values and names stay as they are', async () => {
  const started = await startWith({
    greeting: '{{user.firstName}} {{user.lastName}} ({{user.username}}), proved: {{user.phoneVerified}}',
    nested: { list: [1, null, false, { deep: 'u:{{user.id}}' }], empty: {} },
  });
  const { user, tokens } = await register(started, form({ firstName: 'Ri{{user.id}}shi', lastName: '$& $1' }));

  expect(decodeJwt(tokens.accessToken)).toMatchObject({
    greeting: 'Ri{{user.id}}shi $& $1 (), proved: false',
    nested: { list: [1, null, false, { deep: `u:${user.id}` }], empty: {} },
  });
});

test('a change of the user is in the tokens of the next refresh, and tokens with extra claims are accepted here', async () => {
  const template = { admin: '{{user.role}}', shop: '{{user.marketplace.shopId}}', old: '{{user.externalId}}' };
  const started = await startWith(template);
  const { tokens, user } = await signIn(started, PHONE_NUMBER);
  expect(decodeJwt(tokens.accessToken)).toMatchObject({ old: null });
  expect((await me(started, tokens.accessToken)).body.data.me.id).toBe(user.id);
  await started.db.execute(`UPDATE users SET role = 'ADMIN', shop_id = 'shop-7', external_id = 'auth0|7'`);

  const { tokens: next } = await refresh(started, tokens.refreshToken);

  const claims = { admin: 'ADMIN', shop: 'shop-7', old: 'auth0|7', role: 'ADMIN' };
  expect(decodeJwt(next.accessToken)).toMatchObject(claims);
});

describe('an operator who writes claims that cannot be is told what is allowed', () => {
  const reserved = 'iss aud sub sid iat exp nbf jti client_id auth_time amr role phone_verified'.split(' ');

  test.each(reserved)('the claim %s is the service’s own', (name) => {
    expect(problemsWith(JSON.stringify({ [name]: 'mine', other: 1 }))).toEqual([
      `ACCESS_TOKEN_CLAIMS sets the claim "${name}". The service itself sets these: ${reserved.join(', ')}.`,
    ]);
  });

  test.each(['{', '{"a":1,}', "{'a':1}", 'tenant=acme'])('%s is no JSON', (text) => {
    expect(problemsWith(text)).toEqual([
      expect.stringMatching(/^ACCESS_TOKEN_CLAIMS is not JSON\. .*\{"tenant":"acme"/),
    ]);
  });

  test.each(['[]', '"text"', '1', 'null', 'true'])('%s is no object', (text) => {
    expect(problemsWith(text)).toEqual([expect.stringContaining('ACCESS_TOKEN_CLAIMS must be a JSON object')]);
  });

  test.each([
    ['{{user.password}}', '{{user.password}}'],
    ['{{user.passwordHash}}', '{{user.passwordHash}}'],
    ['{{constructor}}', '{{constructor}}'],
    ['id: {{user.id}} and {{ user.shoe }}', '{{ user.shoe }}'],
    ['{{user.id', '{{user.id'],
    ['{{user.id}', '{{user.id'],
    ['{{}}', '{{}}'],
  ])('%s has no value', (text, stray) => {
    const [problem, ...more] = problemsWith(JSON.stringify({ deep: [{ claim: text }] }));

    expect(more).toEqual([]);
    expect(problem).toContain(`ACCESS_TOKEN_CLAIMS has the unknown placeholder "${stray}".`);
    expect(problem).toContain('{{user.marketplace.b2bVerified}}, {{session.id}}.');
  });

  test('a placeholder in a name, and several mistakes at once', () => {
    expect(problemsWith('{"sub":"{{user.id}}","a":"{{x}}","b":"{{y}}","c":{"{{user.id}}":1}}')).toEqual([
      expect.stringContaining('sets the claim "sub"'),
      expect.stringContaining('"{{x}}"'),
      expect.stringContaining('"{{y}}"'),
      expect.stringContaining('has a placeholder in the name "{{user.id}}"'),
    ]);
  });

  test('more than 2 kB, counted in bytes', () => {
    const sized = (bytes: number) => JSON.stringify({ claim: 'é'.repeat((bytes - 12) / 2) });

    expect(problemsWith(sized(2048))).toEqual([]);
    expect(problemsWith(sized(2050))).toEqual([
      expect.stringContaining('ACCESS_TOKEN_CLAIMS is larger than 2048 bytes.'),
    ]);
  });
});
