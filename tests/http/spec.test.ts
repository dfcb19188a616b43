import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRODUCTION } from '../support/production.js';
import { startService, type TestService } from '../support/service.js';

/** The audit of graphql-http: the GraphQL over HTTP specification, sentence by sentence, with production's settings. */

let service: TestService;
beforeAll(async () => {
  // Two requests of the audit ask for a type of the schema.
  service = await startService({ env: { ...PRODUCTION, FEDERATION: 'on', INTROSPECTION: 'on' } });
});
afterAll(() => service.close());

/**
 * The three that remain, and none of them is a SHOULD. The audit sends GET without a header that a form cannot send, so
 * the service refuses it: a foreign page could make a browser send it (csrfPrevention). With such a header the service
 * does all three, as the test below shows.
 */
const REFUSED_ON_PURPOSE = [
  'MAY accept application/x-www-form-urlencoded formatted GET requests',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

it('speaks GraphQL over HTTP as the specification says, but for what is refused on purpose', async () => {
  const results = await auditServer({ url: `${service.url}/graphql`, fetchFn: fetch });
  const named = (status: string) => results.filter((result) => result.status === status).map(({ name }) => name);
  expect(named('error')).toEqual([]);
  expect(named('warn')).toEqual([]);
  expect(named('notice').sort()).toEqual(REFUSED_ON_PURPOSE);
  expect(named('ok')).toHaveLength(58);
  expect(results).toHaveLength(61);
});

it('does by GET what the audit sees refused, once the page of a browser could not have sent it by itself', async () => {
  const parameters = new URLSearchParams({
    query: 'query Name($yes: Boolean!) { __typename @include(if: $yes) }',
    variables: JSON.stringify({ yes: true }),
  });
  for (const accept of ['application/graphql-response+json', 'application/json']) {
    const headers = { accept, 'x-apollo-operation-name': 'Name' };
    const answer = await fetch(`${service.url}/graphql?${parameters}`, { headers });
    expect([answer.status, await answer.json()]).toEqual([200, { data: { __typename: 'Query' } }]);
  }
});

describe('the status of a document that cannot run', () => {
  const faulty = {
    'cannot be read': '{',
    'does not fit the schema': '{ nothing }',
    'lacks a variable': 'query ($first: Int!) { cities(first: $first) { __typename } }',
    'has no such operation': 'query A { __typename } query B { __typename }',
  };

  const statusFor = async (query: string, accept?: string) => {
    const headers = { 'content-type': 'application/json', ...(accept !== undefined && { accept }) };
    const answer = await fetch(`${service.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    expect(await answer.json()).toHaveProperty('errors');
    return answer.status;
  };

  it.each(Object.entries(faulty))('%s: 200 for clients of application/json alone, otherwise 400', async (_, query) => {
    for (const accept of ['application/json', 'application/json; charset=utf-8', 'application/json, text/html;q=0.5']) {
      expect(await statusFor(query, accept)).toBe(200);
    }
    const newer = 'application/graphql-response+json';
    for (const accept of [newer, `${newer}, application/json;q=0.9`, `application/json, ${newer}`, '*/*', undefined]) {
      expect(await statusFor(query, accept)).toBe(400);
    }
  });

  it('is 400 for everyone where a limit refuses it', async () => {
    const six = `{ ${'abcdef'.replace(/./g, '$&: me { id } ')} }`;
    expect(await statusFor(six, 'application/json')).toBe(400);
  });
});
