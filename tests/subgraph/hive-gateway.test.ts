import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { userTable } from '../../src/users/user.table.js';
import { type Device, signInOn } from '../support/devices.js';
import { type GraphqlBody, startService, type TestService } from '../support/service.js';
import { backEnd } from '../support/subgraph/entities.js';
import { type Gateway, startGateway } from '../support/subgraph/hive-gateway.js';
import { type ProductSubgraph, startProducts } from '../support/subgraph/products.js';
import { supergraph } from '../support/subgraph/supergraph.js';

/** A front end asks one gateway (Hive Gateway) for what this service and a subgraph of products know. */

const SECRET = 'a-secret-of-the-gateway-that-is-long-enough';
const shop = backEnd('shop', 'entities');

let service: TestService;
let products: ProductSubgraph;
let gateway: Gateway;
let asha: Device;
let bina: Device;

beforeAll(async () => {
  // As the code of the page reads it.
  process.env['GATEWAY_SECRET'] = SECRET;
  const env = {
    FEDERATION: 'on',
    USER_PUBLIC_FIELDS: 'firstName',
    SERVICE_TOKENS: shop.setting,
    TRUSTED_GATEWAY: SECRET,
  };
  service = await startService({ env });
  asha = await signInOn(service, '+9779800055201');
  bina = await signInOn(service, '+9779800055202');
  await name(asha, 'Asha');
  await name(bina, 'Bina');
  const sellers = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? asha.userId : bina.userId));
  products = await startProducts(sellers);
  const { supergraphSdl } = supergraph({ accounts: `${service.url}/graphql`, products: products.url });
  if (supergraphSdl === undefined) throw new Error('It is no supergraph.');
  gateway = startGateway(supergraphSdl);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await products.close();
  await service.close();
});

async function name({ userId }: Device, firstName: string): Promise<void> {
  await service.db
    .update(userTable)
    .set({ firstName, email: `${firstName}@example.com` })
    .where(eq(userTable.id, userId));
}

async function ask(query: string, { variables = {}, token }: { variables?: object; token?: string } = {}) {
  const response = await gateway.fetch('http://gateway.test/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-real-ip': '203.0.113.7',
      'x-gateway-client-ip': '198.51.100.7',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlBody;
}

/** What the service was asked for, by the lines of its log. */
function askedSince(line: number): unknown[] {
  return service.logs.slice(line).flatMap((text) => JSON.parse(text).fields ?? []);
}

test('a user signs in through the gateway, and reads itself with what other subgraphs know of it', async () => {
  const phoneNumber = '+9779800055201';
  service.clock.advance(60);
  const sent = await ask(
    'mutation ($input: RequestOtpInput!) { requestOtp(input: $input) { __typename ... on RequestOtpSuccess { codeLength } } }',
    { variables: { input: { phoneNumber } } },
  );
  expect(sent.data.requestOtp).toEqual({ __typename: 'RequestOtpSuccess', codeLength: 6 });
  const verified = await ask(
    `mutation ($input: VerifyOtpInput!) {
      verifyOtp(input: $input) {
        __typename
        ... on VerifyOtpSuccess { user { id firstName products { id } } tokens { accessToken } }
      }
    }`,
    { variables: { input: { phoneNumber, otp: service.phone.code(phoneNumber) } } },
  );
  const { user, tokens } = verified.data.verifyOtp;
  expect(user).toMatchObject({ id: asha.userId, firstName: 'Asha' });
  expect(user.products).toHaveLength(50);
  const own = await ask('{ me { phoneNumber sessions { current ipAddress } products { name } } }', {
    token: tokens.accessToken,
  });
  expect(own.errors).toBeUndefined();
  expect(own.data.me).toMatchObject({ phoneNumber, products: { length: 50 } });
  // The address is that of the user, and not that of the gateway.
  expect(own.data.me.sessions).toContainEqual({ current: true, ipAddress: '203.0.113.7' });
});

test('a page of a hundred products shows the names of their sellers, by one call to the service', async () => {
  const line = service.logs.length;
  const { data, errors } = await ask(
    '{ products(first: 100) { nodes { name seller { firstName } } pageInfo { hasNextPage } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.products.nodes).toHaveLength(100);
  expect(data.products.nodes.slice(0, 2)).toEqual([
    { name: 'Product 0', seller: { firstName: 'Asha' } },
    { name: 'Product 1', seller: { firstName: 'Bina' } },
  ]);
  expect(askedSince(line)).toEqual(['_entities']);
});

/** The object is of the subgraph of products. Its fields that this service refused are null. */
test('private fields of a seller are FORBIDDEN, and the rest of the page stays', async () => {
  const query = '{ products(first: 2) { nodes { name seller { firstName email } } } }';
  const { data, errors } = await ask(query, { token: bina.accessToken });
  expect(data.products.nodes).toEqual([
    { name: 'Product 0', seller: { firstName: null, email: null } },
    { name: 'Product 1', seller: { firstName: 'Bina', email: 'Bina@example.com' } },
  ]);
  // The gateway repeats it for each field.
  expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['FORBIDDEN']));
});

test('signed out, they are UNAUTHENTICATED: a client refreshes its session and asks again', async () => {
  const { data, errors } = await ask('{ products(first: 1) { nodes { name seller { email } } } }');
  expect(data.products.nodes).toEqual([{ name: 'Product 0', seller: { email: null } }]);
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
});

test('a back end reads them with its service token', async () => {
  const query = '{ products(first: 2) { nodes { seller { email role } } } }';
  const { data, errors } = await ask(query, { token: shop.token });
  expect(errors).toBeUndefined();
  expect(data.products.nodes).toEqual([
    { seller: { email: 'Asha@example.com', role: 'USER' } },
    { seller: { email: 'Bina@example.com', role: 'USER' } },
  ]);
});

test('nothing for administrators or services is to be had through the gateway', async () => {
  for (const query of [
    '{ users { edges { cursor } } }',
    '{ events { edges { cursor } } }',
    '{ me { lock { reason } } }',
  ]) {
    const { errors } = await ask(query, { token: asha.accessToken });
    expect(errors?.[0]?.message).toMatch(/^Cannot query field/);
  }
});
