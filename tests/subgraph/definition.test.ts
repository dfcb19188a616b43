import { introspectionFromSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { eventStreamTable } from '../../src/events/event-stream.table.js';
import { schema, subgraphSchema } from '../../src/schema.js';
import { signInOn } from '../support/devices.js';
import { schemaParts } from '../support/schema-parts.js';
import { startService, type TestService } from '../support/service.js';
import { errorCode } from '../support/operations/session-operations.js';
import { backEnd, entities } from '../support/subgraph/entities.js';
import { ACCOUNTS } from '../support/subgraph/supergraph.js';

/** What the service tells of its subgraph, to whom, and what stands in the settings. */

const SDL = '{ _service { sdl } }';
const shop = backEnd('shop', 'entities');
const crm = backEnd('crm', 'events');
const SERVICE_TOKENS = `${shop.setting},${crm.setting}`;

let closed: TestService;
let plain: TestService;
let wantedEvents: object[];
beforeAll(async () => {
  plain = await startService({ env: { SERVICE_TOKENS: shop.setting } });
  wantedEvents = await plain.db.select().from(eventStreamTable);
  closed = await startService({
    env: { FEDERATION: 'on', INTROSPECTION: 'off', SERVICE_TOKENS },
    database: plain.database,
  });
});
afterAll(async () => {
  await closed.close();
  await plain.close();
});

test('a back end that only reads users makes the service write no events', async () => {
  expect(wantedEvents).toEqual([]);
  expect(await plain.db.select().from(eventStreamTable)).toHaveLength(1);
});

test('the definition is told to a back end that may read users, and is that of subgraph.graphql', async () => {
  const { body } = await closed.graphql(SDL, {}, { token: shop.token });
  expect(body.data._service.sdl).toBe(ACCOUNTS);
});

test('a stranger learns the schema no more than by introspection', async () => {
  expect(errorCode(await closed.graphql(SDL))).toBe('UNAUTHENTICATED');
  expect(errorCode(await closed.graphql(SDL, {}, { token: crm.token }))).toBe('FORBIDDEN');
  const { accessToken } = await signInOn(closed, '+9779800055101');
  expect(errorCode(await closed.graphql(SDL, {}, { token: accessToken }))).toBe('FORBIDDEN');
  const open = await startService({ env: { FEDERATION: 'on', INTROSPECTION: 'on' }, database: closed.database });
  const { body } = await open.graphql(SDL).finally(() => open.close());
  expect(body.data._service.sdl).toBe(ACCOUNTS);
});

/** Apollo Server would give every subgraph this plugin by itself. */
test('nobody is told how long each field took, and with which errors', async () => {
  const headers = { 'apollo-federation-include-trace': 'ftv1' };
  const { body } = await closed.graphql('{ signInOptions { codeLength } }', {}, { headers });
  expect(body).toEqual({ data: { signInOptions: { codeLength: 6 } } });
  expect(closed.logs.filter((line) => line.includes('inline tracing'))).toEqual([]);
});

test('without FEDERATION=on there is nothing of it, whatever the token', async () => {
  for (const answer of [
    await plain.graphql(SDL, {}, { token: shop.token }),
    await entities(plain, [], 'id', { token: shop.token }),
  ]) {
    expect(answer.status).toBe(400);
    expect(errorCode(answer)).toBe('GRAPHQL_VALIDATION_FAILED');
  }
});

test('with it, the schema has these fields more, and nothing else is different', () => {
  const whole = subgraphSchema();
  const added = ['_Any', '_Entity', '_Service', '_entities', '_service'];
  const isAdded = ({ coordinate }: { coordinate: string }) => added.some((name) => coordinate.includes(name));
  const parts = schemaParts(whole);
  expect(parts.filter((part) => !isAdded(part))).toEqual(schemaParts(schema));
  expect(parts.filter(isAdded).filter(({ description }) => (description ?? '').length < 10)).toEqual([]);
  const directives = ({ __schema }: ReturnType<typeof introspectionFromSchema>) => __schema.directives;
  expect(directives(introspectionFromSchema(whole))).toEqual(directives(introspectionFromSchema(schema)));
});

test('nothing of a user is public unless the operator says so', async () => {
  const { userId } = await signInOn(closed, '+9779800055102');
  for (const field of ['firstName', 'username', 'location { id }', 'phoneVerified', 'createdAt'])
    expect(errorCode(await entities(closed, [userId], field))).toBe('UNAUTHENTICATED');
  expect((await entities(closed, [userId], 'id')).body.data._entities).toEqual([{ __typename: 'User', id: userId }]);
});

test('an operator cannot make public by mistake what reaches a person or opens an account', () => {
  for (const field of ['phoneNumber', 'email', 'username', 'role', 'sessions', 'hasPassword', 'firstname']) {
    const reading = readConfig({ FEDERATION: 'on', USER_PUBLIC_FIELDS: `firstName,${field}` });
    expect(reading).toMatchObject({ kind: 'problems', problems: [expect.stringContaining('USER_PUBLIC_FIELDS')] });
  }
  expect(readConfig({ FEDERATION: 'yes' })).toMatchObject({ problems: ['FEDERATION must be one of: on, off.'] });
  expect(readConfig({ FEDERATION: 'on', USER_PUBLIC_FIELDS: 'firstName, location' }).kind).toBe('config');
  const alone = readConfig({ USER_PUBLIC_FIELDS: 'firstName' });
  expect(alone).toMatchObject({ warnings: expect.arrayContaining([expect.stringContaining('FEDERATION=on')]) });
});
