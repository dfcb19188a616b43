import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GATEWAY_CLIENT_IP, GATEWAY_SECRET } from '../../src/http/trusted-gateway.js';
import { examplesOf } from '../support/documented-example.js';
import { inParallel, me, signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** The configurations of docs/gateways.md, compared with what the service reads, issues and serves. */

const SECRET = 'a-secret-of-the-gateway-that-is-long-enough';
const ISSUER = 'https://accounts.example.com';
const AUDIENCE = 'https://api.example.com';
const LIMIT = 3;
const CITIES = '{ cities(first: 1) { edges { cursor } } }';

const examples = examplesOf('gateways.md');
const example = (name: string) => {
  const code = examples.get(name);
  if (code === undefined) throw new Error(`docs/gateways.md has no example ${name}.`);
  return code;
};

let service: TestService;
beforeAll(async () => {
  // As the example of Hive Gateway reads it.
  process.env['GATEWAY_SECRET'] = SECRET;
  service = await startService({
    env: {
      PUBLIC_URL: ISSUER,
      TOKEN_AUDIENCE: AUDIENCE,
      TRUSTED_GATEWAY: SECRET,
      FIELD_RATE_LIMIT: String(LIMIT),
    },
  });
});
afterAll(() => service.close());

/** What every gateway sends to the service, by the names that the guide gives. */
const SENT = ['Authorization', 'Accept-Language', 'User-Agent', GATEWAY_CLIENT_IP, GATEWAY_SECRET];
const lowerCase = (names: readonly string[]) => names.map((name) => name.toLowerCase()).sort();

async function published(url: string) {
  expect(new URL(url).origin).toBe(ISSUER);
  const response = await fetch(url.replace(ISSUER, service.url));
  expect(response.status).toBe(200);
  return (await response.json()) as { keys: { alg: string }[]; issuer: string; jwks_uri: string };
}

describe('Hive Gateway', () => {
  interface HiveConfig {
    readonly propagateHeaders: {
      fromClientToSubgraphs(call: {
        request: Request;
        subgraphName: string;
      }): Record<string, string | null> | undefined;
    };
    readonly jwt: {
      readonly signingKeyProviders: readonly { readonly jwksUri: string }[];
      readonly tokenVerification: { readonly issuer: string; readonly audience: string; readonly algorithms: string[] };
    };
  }

  /** The file as it stands in the guide. Only the gateway's own functions are replaced: they return what they get. */
  async function configuration(): Promise<HiveConfig> {
    const [imported = ''] = /^import .*$/m.exec(example('gateway.config.ts')) ?? [];
    const own =
      'const [defineConfig, createRemoteJwksSigningKeyProvider, extractFromHeader] = Array(3).fill((it) => it);';
    const code = example('gateway.config.ts').replace(imported, own);
    expect(imported).toContain("from '@graphql-hive/gateway'");
    const { gatewayConfig } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
    return gatewayConfig;
  }

  /** What reaches the service from a client of the gateway. */
  async function sent(headers: Record<string, string>): Promise<Record<string, string>> {
    const { propagateHeaders } = await configuration();
    const request = new Request('https://graph.example.com/graphql', { headers });
    const all = propagateHeaders.fromClientToSubgraphs({ request, subgraphName: 'accounts' }) ?? {};
    expect(propagateHeaders.fromClientToSubgraphs({ request, subgraphName: 'orders' })).toBeUndefined();
    // The gateway leaves out what is null.
    return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
  }

  test('brings user, language, program and address of its client along', async () => {
    const { tokens } = await signIn(service, '+9779800001700');
    const client = {
      ...{ authorization: `Bearer ${tokens.accessToken}`, 'accept-language': 'ne', 'user-agent': 'Phone/1.0' },
      'x-real-ip': '203.0.113.9',
    };
    const headers = await sent(client);
    expect(lowerCase(Object.keys(headers))).toEqual(lowerCase(SENT));
    const { body } = await service.graphql('{ me { phoneNumber } }', {}, { headers });
    expect(body.data.me.phoneNumber).toBe('+9779800001700');
  });

  test('leaves no client the choice of its address, and none the limit of another', async () => {
    const forged = { 'x-real-ip': '203.0.113.10', 'x-gateway-client-ip': '192.0.2.1', 'x-gateway-secret': 'x' };
    const headers = await sent(forged);
    expect(headers['x-gateway-client-ip']).toBe('203.0.113.10');
    const answers = await inParallel(LIMIT + 2, () => service.graphql(CITIES, {}, { headers }));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
    const other = await sent({ 'x-real-ip': '198.51.100.10' });
    expect((await service.graphql(CITIES, {}, { headers: other })).status).toBe(200);
  });

  test('checks tokens by what the service publishes', async () => {
    const { jwt } = await configuration();
    const { keys } = await published(jwt.signingKeyProviders[0]?.jwksUri ?? '');
    expect(keys.map(({ alg }) => alg)).toEqual(jwt.tokenVerification.algorithms);
    expect(jwt.tokenVerification).toMatchObject({ issuer: ISSUER, audience: AUDIENCE });
  });
});

describe('the others', () => {
  interface RouterRule {
    readonly propagate?: { readonly named: string; readonly rename?: string };
    readonly insert?: { readonly name: string; readonly value: string };
  }

  const fromEnvironment = /^\$\{(env\.)?GATEWAY_SECRET\}$/;

  test('Apollo Router', () => {
    const { headers, include_subgraph_errors } = parse(example('router.yaml'));
    const rules = headers.subgraphs.accounts.request as RouterRule[];
    const names = rules.map(({ propagate, insert }) => insert?.name ?? propagate?.rename ?? propagate?.named ?? '');
    expect(names.sort()).toEqual(lowerCase(SENT));
    const [secret] = rules.flatMap(({ insert }) => insert ?? []);
    expect(secret).toEqual({ name: GATEWAY_SECRET.toLowerCase(), value: expect.stringMatching(fromEnvironment) });
    expect(include_subgraph_errors).toEqual({ subgraphs: { accounts: true } });
  });

  test('Cosmo', async () => {
    const { headers, authentication } = parse(example('config.yaml'));
    const rules = headers.subgraphs.accounts.request as Record<string, string>[];
    expect(lowerCase(rules.map(({ rename, named, name }) => rename ?? named ?? name ?? ''))).toEqual(lowerCase(SENT));
    expect(rules.at(-1)).toEqual({ op: 'set', name: GATEWAY_SECRET, value: expect.stringMatching(fromEnvironment) });
    const [{ url, algorithms, audiences }] = authentication.jwt.jwks;
    expect((await published(url)).keys.map(({ alg }) => alg)).toEqual(algorithms);
    expect(audiences).toEqual([AUDIENCE]);
  });

  test('Hasura, and the proxy before it', () => {
    const [{ definition }] = parse(example('remote_schemas.yaml'));
    expect(definition.headers).toEqual([{ name: GATEWAY_SECRET, value_from_env: 'GATEWAY_SECRET' }]);
    expect(definition.forward_client_headers).toBe(true);
    expect(new URL(definition.url).origin).toBe(ISSUER);
    const overwritten = [...example('before-the-gateway.conf').matchAll(/^ *proxy_set_header (\S+) (\S+);$/gm)];
    expect(Object.fromEntries(overwritten.map(([, name, value]) => [name, value]))).toEqual({
      'X-Real-IP': '$remote_addr',
      [GATEWAY_CLIENT_IP]: '$remote_addr',
      [GATEWAY_SECRET]: '""',
      'Session-Mode': '""',
      Cookie: '""',
    });
  });

  test('Kong finds the keys by the issuer', async () => {
    const [{ name, config }] = parse(example('kong.yaml')).plugins;
    expect([name, config.auth_methods, config.audience_required]).toEqual(['openid-connect', ['bearer'], [AUDIENCE]]);
    const { issuer, jwks_uri } = await published(`${config.issuer}/.well-known/openid-configuration`);
    expect(issuer).toBe(config.issuer);
    expect((await published(jwks_uri)).keys).toHaveLength(1);
    const { tokens } = await signIn(service, '+9779800001701');
    expect((await me(service, tokens.accessToken)).body.data.me.phoneNumber).toBe('+9779800001701');
  });
});
