import { execFile, spawnSync } from 'node:child_process';
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/config.js';
import { KEY_LEAD } from '../../src/sessions/signing-key-schedule.js';
import { environmentOf, examplesOf, textOf } from '../support/documented-example.js';
import { ExampleProcess } from '../support/process/example-process.js';
import { type Changes, resigned, signingKeysOf } from '../support/forged-tokens.js';
import { ManualClock } from '../support/manual-clock.js';
import { kidOf, notice, rotate, withdraw } from '../support/keys.js';
import { me, signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { refresh } from '../support/operations/session-operations.js';

const PHONE_NUMBER = '+9779800000000';
const ACCESS_TOKEN_TTL = 900;
const examples = examplesOf('verifying-tokens.md');

function example(name: string): string {
  const code = examples.get(name);
  if (code === undefined) throw new Error(`docs/verifying-tokens.md has no example ${name}.`);
  return code;
}

const settings = environmentOf(example('settings'));
const { PUBLIC_URL: issuer = '', TOKEN_AUDIENCE: audience = '' } = settings;

let service: TestService;

beforeEach(async () => {
  service = await startService({ env: { ...settings, ...environmentOf(example('hasura')) } });
});

afterEach(() => service.close());

interface JsonWebToken {
  verify(token: string, key: KeyObject, options: object): { readonly sub: string };
}

describe('a library that has nothing in common with ours', () => {
  const { verify } = createRequire(import.meta.url)('jsonwebtoken') as JsonWebToken;

  async function check(token: string) {
    const { keys } = await publishedKeys(`${issuer}/.well-known/jwks.json`);
    const jwk = keys.find(({ kid }) => kid === kidOf(token));
    if (!jwk) throw new Error('unknown key');
    const clockTimestamp = Math.floor(service.clock.now().getTime() / 1000);
    const options = { algorithms: ['ES256'], issuer, audience, clockTimestamp };
    return verify(token, createPublicKey({ key: jwk, format: 'jwk' }), options);
  }

  test('S6: accepts our tokens before, during and after a rotation, and only as long as they live', async () => {
    const { user, tokens: first } = await signIn(service, PHONE_NUMBER);
    await rotate(service);
    await notice(service);
    service.clock.advance(KEY_LEAD - 1);
    const { tokens: last } = await refresh(service, first.refreshToken);
    service.clock.advance(1);
    const { tokens: next } = await refresh(service, last.refreshToken);
    service.clock.advance(ACCESS_TOKEN_TTL - 2);

    expect(kidOf(last.accessToken)).not.toBe(kidOf(next.accessToken));
    expect(await check(last.accessToken)).toMatchObject({ sub: user.id });
    expect(await check(next.accessToken)).toMatchObject({ sub: user.id });
    await expect(check(first.accessToken)).rejects.toThrow('jwt expired');
    service.clock.advance(1);
    await expect(check(last.accessToken)).rejects.toThrow('jwt expired');
    expect(await check(next.accessToken)).toMatchObject({ sub: user.id });
  });

  test('S6: loses a key that was withdrawn', async () => {
    const { tokens } = await signIn(service, PHONE_NUMBER);
    await check(tokens.accessToken);
    await withdraw(service);
    await notice(service);

    await expect(check(tokens.accessToken)).rejects.toThrow('unknown key');
  });
});

describe('several audiences: TOKEN_AUDIENCE=a,b', () => {
  async function signInFor(list: string) {
    await service.close();
    service = await startService({ env: { ...settings, TOKEN_AUDIENCE: list } });
    const { tokens, user } = await signIn(service, PHONE_NUMBER);
    const { body } = await me(service, tokens.accessToken);
    expect(body.data.me).toMatchObject({ id: user.id });
    return tokens.accessToken;
  }

  test('each of the services accepts the token, and so do we; others refuse it', async () => {
    const token = await signInFor(`https://shop.example.com , ${audience},https://shop.example.com`);
    const { keys } = await publishedKeys(`${issuer}/.well-known/jwks.json`);
    const keySet = createLocalJWKSet({ keys });
    const check = (wanted: string) =>
      jwtVerify(token, keySet, { issuer, audience: wanted, typ: 'at+jwt', currentDate: service.clock.now() });

    expect(decodeJwt(token)).toMatchObject({
      aud: ['https://shop.example.com', audience],
      client_id: 'https://shop.example.com',
    });
    expect((await check(audience)).payload.sub).toBe((await check('https://shop.example.com')).payload.sub);
    await expect(check('https://other.example.com')).rejects.toThrow('"aud"');
  });

  test('a list of one is a string, and a list of none is refused', async () => {
    expect(decodeJwt(await signInFor(`${audience},`))).toMatchObject({ aud: audience, client_id: audience });
    expect(readConfig({ TOKEN_AUDIENCE: ' , ' })).toMatchObject({ kind: 'problems' });
  });
});

describe('the Node service of the guide', () => {
  let node: ExampleProcess | undefined;

  async function start(accountsUrl = service.url): Promise<ExampleProcess> {
    const files = new Map([...examples].filter(([name]) => name.endsWith('.mjs')));
    node = await ExampleProcess.start({ files, issuer, accountsUrl });
    return node;
  }

  afterEach(async () => {
    await node?.stop();
    node = undefined;
  });

  async function letTimePass(seconds: number): Promise<void> {
    service.clock.advance(seconds);
    await node?.setClock(service.clock.now());
  }

  test('lets users in across a rotation, and nobody with an expired token or one of a withdrawn key', async () => {
    const api = await start();
    const { user, tokens } = await signIn(service, PHONE_NUMBER);
    const answer = await api.get(tokens.accessToken);
    expect([answer.status, answer.body]).toEqual([200, JSON.stringify({ userId: user.id })]);
    expect(answer.headers.get('x-user-id')).toBe(user.id);

    await rotate(service);
    await notice(service);
    await letTimePass(KEY_LEAD);
    expect(await api.get(tokens.accessToken)).toMatchObject({ status: 401 });
    const { tokens: next } = await refresh(service, tokens.refreshToken);
    expect(kidOf(next.accessToken)).not.toBe(kidOf(tokens.accessToken));
    expect(await api.get(next.accessToken)).toMatchObject({ status: 200 });

    await withdraw(service);
    await notice(service);
    await letTimePass(301);
    expect(await api.get(next.accessToken)).toMatchObject({ status: 401 });
    const { tokens: after } = await refresh(service, next.refreshToken);
    expect(await api.get(after.accessToken)).toMatchObject({ status: 200 });
  });

  test('refuses what is no access token of ours for it', async () => {
    const api = await start();
    const { tokens } = await signIn(service, PHONE_NUMBER);
    const keys = await signingKeysOf(service);
    const tokenWith = (changes: Changes) => resigned(tokens.accessToken, keys, changes);
    expect(await api.get(await tokenWith({}))).toMatchObject({ status: 200 });

    const wrong = await wrongTokens(tokens, tokenWith);
    for (const token of wrong) {
      const { status, headers } = await api.get(token);
      expect([token, status, headers.get('www-authenticate')]).toEqual([token, 401, expect.stringMatching(/^Bearer/)]);
    }
    expect(await api.get()).toMatchObject({ status: 401 });
  });

  test('says that it is not its user who is wrong while the key set cannot be had', async () => {
    const api = await start('http://127.0.0.1:1');
    const { tokens } = await signIn(service, PHONE_NUMBER);

    expect(await api.get(tokens.accessToken)).toMatchObject({ status: 503 });
  });
});

/** What is no access token of ours for this API. */
async function wrongTokens(
  tokens: { readonly accessToken: string; readonly refreshToken: string },
  tokenWith: (changes: Changes) => Promise<string>,
): Promise<string[]> {
  return [
    tokens.refreshToken,
    tokens.accessToken.slice(0, -4),
    'no token',
    await tokenWith({ claims: { iss: 'https://staging.example.com' } }),
    await tokenWith({ claims: { aud: 'https://other.example.com' } }),
    await tokenWith({ claims: { exp: 1 } }),
    await tokenWith({ claims: { sid: undefined } }),
    await tokenWith({ header: { typ: 'JWT' } }),
    await tokenWith({ header: { kid: 'made-up' } }),
  ];
}

/** Python with PyJWT. A machine without it skips the test. */
const PYTHON = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import jwt, cryptography']).status === 0,
);

describe.skipIf(PYTHON === undefined)('the Python function of the guide', () => {
  /** What becomes of each token: the id of its user, or the name of the error. */
  async function verified(tokens: readonly string[], accountsUrl: string): Promise<string[]> {
    const code = example('verify_access_token.py').replace("f'{ISSUER}/", `'${accountsUrl}/`);
    const calls = `
import sys
for token in sys.argv[1:]:
    try:
        print(verify_access_token(token)['sub'])
    except jwt.InvalidTokenError:
        print('InvalidTokenError')
    except jwt.PyJWKClientError:
        print('PyJWKClientError')
`;
    const { stdout } = await promisify(execFile)(PYTHON ?? '', ['-c', code + calls, ...tokens]);
    return stdout.trim().split('\n');
  }

  test('takes an access token and refuses everything else', async () => {
    await service.close();
    service = await startService({ env: settings, clock: new ManualClock(new Date()) });
    const { user, tokens } = await signIn(service, PHONE_NUMBER);
    const keys = await signingKeysOf(service);
    const tokenWith = (changes: Changes) => resigned(tokens.accessToken, keys, changes);
    const right = [tokens.accessToken, await tokenWith({})];
    const wrong = await wrongTokens(tokens, tokenWith);
    expect(await verified([...right, ...wrong], service.url)).toEqual([
      ...right.map(() => user.id),
      ...wrong.map(() => 'InvalidTokenError'),
    ]);
    expect(await verified([tokens.accessToken], 'http://127.0.0.1:1')).toEqual(['PyJWKClientError']);
  });
});

/** The keys at an address of the issuer. */
async function publishedKeys(url: string) {
  expect(new URL(url).origin).toBe(issuer);
  const response = await fetch(url.replace(issuer, service.url));
  expect(response.status).toBe(200);
  return (await response.json()) as { keys: Array<JsonWebKey & { kid: string; alg: string }> };
}

/** Seconds in the notation `60s`. */
function seconds(duration: string): number {
  return Number(/^(\d+)s$/.exec(duration)?.[1]);
}

describe('configurations of the guide agree with what is issued and served', () => {
  test('Apollo Router', async () => {
    const { tokens } = await signIn(service, PHONE_NUMBER);
    const { authentication, authorization } = parse(example('router.yaml'));
    const { jwks, ...source } = authentication.router.jwt;
    const [{ url, issuers, audiences, algorithms, poll_interval }] = jwks;

    const { iss, aud } = decodeJwt(tokens.accessToken);
    expect({ issuers, audiences }).toEqual({ issuers: [iss], audiences: [aud] });
    expect(algorithms).toEqual([decodeProtectedHeader(tokens.accessToken).alg]);
    expect((await publishedKeys(url)).keys.map(({ kid }) => kid)).toContain(kidOf(tokens.accessToken));
    expect(source).toEqual({ header_name: 'Authorization', header_value_prefix: 'Bearer', on_error: 'Error' });
    expect(authorization).toEqual({ require_authentication: true });
    expect(seconds(poll_interval)).toBeLessThan(KEY_LEAD);
  });

  test('Hasura', async () => {
    const { user, tokens } = await signIn(service, PHONE_NUMBER);
    const { jwk_url, claims_namespace, ...rest } = JSON.parse(example('HASURA_GRAPHQL_JWT_SECRET'));

    const claims = decodeJwt(tokens.accessToken);
    expect(rest).toEqual({ issuer: claims.iss, audience: claims.aud, allowed_skew: 30 });
    expect(claims[claims_namespace]).toEqual({
      'x-hasura-default-role': 'user',
      'x-hasura-allowed-roles': ['user'],
      'x-hasura-user-id': user.id,
    });
    const { keys } = await publishedKeys(jwk_url);
    expect(keys).toMatchObject([{ kid: kidOf(tokens.accessToken), kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' }]);
    const { headers } = await fetch(jwk_url.replace(issuer, service.url));
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });

  test('Envoy', async () => {
    const { tokens } = await signIn(service, PHONE_NUMBER);
    const { listeners, clusters } = parse(example('envoy.yaml')).static_resources;
    const [connection] = listeners[0].filter_chains[0].filters;
    const [filter, router] = connection.typed_config.http_filters;
    const { providers, rules } = filter.typed_config;
    const { remote_jwks, from_headers, claim_to_headers, ...rest } = providers.accounts;

    const { iss, aud } = decodeJwt(tokens.accessToken);
    expect([filter.name, router.name]).toEqual(['envoy.filters.http.jwt_authn', 'envoy.filters.http.router']);
    expect(rest).toEqual({ issuer: iss, audiences: [aud], forward: true });
    expect(from_headers).toEqual([{ name: 'Authorization', value_prefix: 'Bearer ' }]);
    expect(claim_to_headers).toEqual([{ header_name: 'x-user-id', claim_name: 'sub' }]);
    expect(rules).toEqual([{ match: { prefix: '/' }, requires: { provider_name: 'accounts' } }]);
    const { uri, cluster: name } = remote_jwks.http_uri;
    const { keys } = await publishedKeys(uri);
    expect(keys).toMatchObject([{ kid: kidOf(tokens.accessToken), alg: 'ES256' }]);
    expect(seconds(remote_jwks.cache_duration)).toBeLessThan(KEY_LEAD);
    const host = new URL(uri).hostname;
    const cluster = clusters.find((each: { name: string }) => each.name === name);
    const [{ endpoint }] = cluster.load_assignment.endpoints[0].lb_endpoints;
    expect(endpoint.address.socket_address).toEqual({ address: host, port_value: 443 });
    const tls = cluster.transport_socket.typed_config;
    expect(tls.sni).toBe(host);
    expect(tls.common_tls_context.validation_context.match_typed_subject_alt_names).toEqual([
      { san_type: 'DNS', matcher: { exact: host } },
    ]);
  });

  test('nginx asks the Node service where that one listens, and takes the header that it sends', () => {
    const nginx = example('nginx.conf');
    const server = example('server.mjs');

    const [, port] = /PORT \?\? (\d+)/.exec(server) ?? [];
    const [, path, verifier] = /location = (\S+) \{([^}]*)\}/.exec(nginx) ?? [];
    expect(nginx).toContain(`auth_request ${path};`);
    expect(verifier).toContain(`proxy_pass http://127.0.0.1:${port}/;`);
    expect(verifier).toMatch(/internal;.*proxy_pass_request_body off;\s*proxy_set_header Content-Length "";/s);
    expect(nginx).toContain('$upstream_http_x_user_id');
    expect(server).toContain("'x-user-id': sub");
  });
});

test('the guide names every placeholder and every claim that cannot be set, and no other', () => {
  const guide = textOf('verifying-tokens.md');
  const reading = readConfig({ NODE_ENV: 'test', ACCESS_TOKEN_CLAIMS: '{"sub":"{{?}}"}' });
  const [taken = '', unknown = ''] = reading.kind === 'problems' ? reading.problems : [];
  const placeholders = (text: string) => [...new Set(text.match(/\{\{[\w.]+\}\}/g))].sort();
  const [, listed = ''] = /cannot be set: ([^.]*)\./.exec(guide) ?? [];

  expect(placeholders(guide)).toEqual(placeholders(unknown));
  expect(listed.match(/\w+/g)).toEqual(taken.split('sets these: ')[1]?.match(/\w+/g));
});
