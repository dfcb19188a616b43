import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import * as openIdClient from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** A verifier that knows the issuer, and nothing else. */

const ISSUER = 'https://accounts.example.com';
const OPEN_ID = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';
const KEY_SET = '/.well-known/jwks.json';

let service: TestService;
/** Behind a proxy that removes the path of its address. */
let inFolder: TestService;
beforeAll(async () => {
  service = await startService({ env: { PUBLIC_URL: `${ISSUER}/` } });
  const env = { PUBLIC_URL: `${ISSUER}/accounts/v1` };
  inFolder = await startService({ env, database: service.database, clock: service.clock });
});
afterAll(async () => {
  await inFolder.close();
  await service.close();
});

/** The proxy in front of a service: what is asked of the issuer comes here, without a path of the issuer. */
const through = (to: TestService) => (url: string, options?: object) => {
  const { origin, pathname } = new URL(url);
  expect(origin).toBe(ISSUER);
  return fetch(to.url + pathname.replace(/^\/accounts\/v1(?=\/)/, ''), options);
};

interface Documents {
  readonly issuer: string;
  readonly id_token_signing_alg_values_supported: string[];
  readonly keys: readonly { readonly alg: string }[];
}

const read = async (path: string, to = service) => (await (await get(path, {}, to)).json()) as Documents;

const get = (path: string, headers: Record<string, string> = {}, to = service) => fetch(to.url + path, { headers });

describe('what the documents say', () => {
  const common = {
    issuer: ISSUER,
    jwks_uri: `${ISSUER}${KEY_SET}`,
    response_types_supported: [],
    grant_types_supported: [],
  };

  test('the issuer, its keys and algorithms, and no endpoint that there is not', async () => {
    expect(await read(OPEN_ID)).toEqual({
      ...common,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    });
    expect(await read(OAUTH)).toEqual(common);
  });

  test('is what tokens and the key set say', async () => {
    const { accessToken } = (await signIn(service, '+9779800001300')).tokens;
    const [head = '', body = ''] = accessToken.split('.').map((part: string) => Buffer.from(part, 'base64url'));
    const { issuer, id_token_signing_alg_values_supported } = await read(OPEN_ID);
    const { keys } = await read(KEY_SET);
    expect(JSON.parse(body.toString()).iss).toBe(issuer);
    expect(id_token_signing_alg_values_supported).toEqual([JSON.parse(head.toString()).alg]);
    expect(keys.map(({ alg }) => alg)).toEqual(id_token_signing_alg_values_supported);
  });

  test('an issuer with a path is found by both standards, though a proxy removes the path', async () => {
    const issuer = `${ISSUER}/accounts/v1`;
    const paths = [OPEN_ID, OAUTH, `${OPEN_ID}/accounts/v1`, `${OAUTH}/accounts/v1`];
    const documents = await Promise.all(paths.map((path) => read(path, inFolder)));
    for (const document of documents) {
      expect(document).toMatchObject({ issuer, jwks_uri: `${issuer}${KEY_SET}` });
    }
    expect((await get(`${OPEN_ID}/elsewhere`, {}, inFolder)).status).toBe(404);
  });
});

/** Routes are patterns, so discovery would answer at other paths, or the service would not start. */
test.each(['/x*y', '/:id', '/a%20b', '/a(b)', '/ü', '/a/:b/'])('an operator is told of the path %s', (path) => {
  expect(readConfig({ PUBLIC_URL: ISSUER + path })).toMatchObject({
    problems: [expect.stringMatching(/^PUBLIC_URL must be a URL .* Its path may have letters, digits, hyphens/)],
  });
  for (const plain of ['', '/', '/accounts/v1', '/accounts/v1/', '/~a/b.c_d-e']) {
    expect(readConfig({ PUBLIC_URL: ISSUER + plain }).kind).toBe('config');
  }
});

describe('anyone may ask', () => {
  test.each([OPEN_ID, OAUTH, KEY_SET])('%s: from any page, without credentials, and may keep it', async (path) => {
    const response = await get(path, { origin: 'https://anywhere.example' });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json\b/),
      'cache-control': 'public, max-age=300',
      'access-control-allow-origin': '*',
    });
    // The same for everyone, or a shared cache would have to keep it for each origin.
    for (const header of ['vary', 'set-cookie', 'access-control-allow-credentials']) {
      expect(response.headers.get(header)).toBeNull();
    }
  });

  test.each([OPEN_ID, OAUTH])('%s: but not with POST', async (path) => {
    expect((await fetch(service.url + path, { method: 'POST' })).status).toBe(404);
  });
});

describe('a library that is told the issuer', () => {
  const discover = (issuer: string, to: TestService, algorithm: 'oidc' | 'oauth2') =>
    openIdClient.discovery(new URL(issuer), 'any-client', undefined, openIdClient.None(), {
      algorithm,
      [openIdClient.customFetch]: through(to),
    });

  async function verified(to: TestService, algorithm: 'oidc' | 'oauth2', issuer: string) {
    const { accessToken } = (await signIn(to, `+97798000013${issuer.length}`)).tokens;
    const metadata = (await discover(issuer, to, algorithm)).serverMetadata();
    const keySet = createRemoteJWKSet(new URL(metadata.jwks_uri ?? ''), { [customFetch]: through(to) });
    const { payload } = await jwtVerify(accessToken, keySet, {
      issuer: metadata.issuer,
      algorithms: metadata.id_token_signing_alg_values_supported ?? ['ES256'],
      typ: 'at+jwt',
      currentDate: to.clock.now(),
    });
    service.clock.advance(60);
    return payload.iss;
  }

  test.each(['oidc', 'oauth2'] as const)('openid-client (%s) finds the keys, and jose checks a token', async (by) => {
    expect(await verified(service, by, ISSUER)).toBe(ISSUER);
    const issuer = `${ISSUER}/accounts/v1`;
    expect(await verified(inFolder, by, issuer)).toBe(issuer);
  });

  test('refuses another issuer that points here', async () => {
    await expect(discover(`${ISSUER}/other`, inFolder, 'oidc')).rejects.toThrow();
    await expect(discover(ISSUER, inFolder, 'oidc')).rejects.toThrow();
  });
});
