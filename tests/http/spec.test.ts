import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startService, type TestService } from '../support/service.js';

/** The audit of graphql-http: the GraphQL over HTTP specification, sentence by sentence. */

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

/** A GET without a header that forms cannot send is refused: a foreign page could make a browser send it. */
const REFUSED_ON_PURPOSE = [
  'MAY accept application/x-www-form-urlencoded formatted GET requests',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

/** Apollo Server answers 400 to operations that cannot run, whatever the client accepts. */
const BAD_REQUEST_INSTEAD_OF_OK = [
  'SHOULD use 200 status code on document parsing failure when accepting application/json',
  'SHOULD use 200 status code on document validation failure when accepting application/json',
  'SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
];

it('speaks GraphQL over HTTP as the specification says, but for what is refused on purpose', async () => {
  const results = await auditServer({ url: `${service.url}/graphql`, fetchFn: fetch });
  const named = (status: string) => results.filter((result) => result.status === status).map(({ name }) => name);
  expect(named('error')).toEqual([]);
  expect(named('warn').sort()).toEqual(BAD_REQUEST_INSTEAD_OF_OK);
  expect(named('notice').sort()).toEqual(REFUSED_ON_PURPOSE);
  expect(named('ok')).toHaveLength(55);
});
