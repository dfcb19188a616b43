import { federateSubgraphs } from '@wundergraph/composition';
import { buildSchema, isObjectType, parse, printSchema } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema.js';
import { publishableFields, serviceFields } from '../../src/subgraph/user-fields.js';
import { examplesOf } from '../support/documented-example.js';
import { PRODUCTS } from '../support/subgraph/products.js';
import { ACCOUNTS, supergraph } from '../support/subgraph/supergraph.js';

/** An operator composes the service with a subgraph of their own. */

const urls = { accounts: 'http://accounts.test/graphql', products: 'http://products.test/graphql' };

const documented = examplesOf('supergraph.md').get('products.graphql') ?? '';

test.each([
  ['a subgraph that has pages', PRODUCTS],
  ['the subgraph of docs/supergraph.md', documented],
])('Apollo composes it with %s, without errors and hints', (_name, products) => {
  const { errors, hints, schema: composed } = supergraph(urls, products);
  expect(errors).toBeUndefined();
  expect(hints?.map(({ message }) => message)).toEqual([]);
  const api = composed?.toAPISchema().toGraphQLJSSchema();
  const user = api?.getType('User');
  expect(Object.keys(isObjectType(user) ? user.getFields() : {})).toEqual(
    expect.arrayContaining(['id', 'firstName', 'sessions', 'products']),
  );
});

test('WunderGraph Cosmo composes it, without errors and warnings', () => {
  const result = federateSubgraphs({
    subgraphs: [
      { name: 'accounts', url: urls.accounts, definitions: parse(ACCOUNTS) },
      { name: 'products', url: urls.products, definitions: parse(PRODUCTS) },
    ],
    version: '1',
  });
  const problems = 'errors' in result ? result.errors.map(({ message }) => message) : [];
  expect([...problems, ...result.warnings.map(({ message }) => message)]).toEqual([]);
  if (!result.success) throw new Error('It is no supergraph.');
  const user = result.federatedGraphSchema.getType('User');
  expect(Object.keys(isObjectType(user) ? user.getFields() : {})).toContain('products');
});

test('a supergraph offers nothing that is for staff or for other services', () => {
  const subgraph = buildSchema(
    ACCOUNTS.replace(/extend schema .*/, '').replace(/@key\(fields: "id"\)|@shareable/g, ''),
  );
  const namesOf = (type = subgraph.getQueryType()) => Object.keys(type?.getFields() ?? {});
  expect(namesOf().sort()).toEqual(['cities', 'exportMyData', 'me', 'otpDelivery', 'signInOptions']);
  const forStaff = ['blockDestination', 'unblockDestination', 'clearLimits', 'liftPause', 'endUserSessions'];
  const acts = [...forStaff, 'deleteUser', 'lockUser', 'unlockUser', 'updateUser'];
  const whole = namesOf(schema.getMutationType());
  expect(whole).toEqual(expect.arrayContaining(acts));
  expect(namesOf(subgraph.getMutationType()).sort()).toEqual(whole.filter((name) => !acts.includes(name)).sort());
  // Nor do their types take names that other subgraphs need.
  for (const type of ['Event', 'Message', 'Pause', 'UserConnection', 'UserLock', 'AuditEvent']) {
    expect(schema.getType(type)).toBeDefined();
    expect(subgraph.getType(type)).toBeUndefined();
  }
  expect(printSchema(subgraph)).not.toMatch(/_entities|_service|_Any/);
});

/** Who may read a new field has to be decided (src/subgraph/user-fields.ts). */
test('every field of a user is for everyone, for back ends, or for the user alone', () => {
  const user = schema.getType('User');
  const fields = isObjectType(user) ? Object.keys(user.getFields()) : [];
  expect([...serviceFields, 'sessions', 'devices', 'passkeys', 'lock'].sort()).toEqual(fields.sort());
  expect(serviceFields).toEqual(expect.arrayContaining([...publishableFields]));
});
