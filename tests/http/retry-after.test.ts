import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inParallel, signIn } from '../support/operations/operations.js';
import { type GraphqlAnswer, startService, type TestService } from '../support/service.js';

/** A gateway or a client that should wait is told by HTTP, too. */

const LIMIT = 3;
const ORIGIN = 'https://app.example.com';
const CITIES = '{ cities(first: 1) { edges { cursor } } }';

let service: TestService;
let serial = 0;
let token: string;
beforeAll(async () => {
  service = await startService({
    env: { FIELD_RATE_LIMIT: String(LIMIT), TRUST_PROXY: '1', CORS_ORIGINS: ORIGIN },
  });
  ({ accessToken: token } = (await signIn(service, '+9779800001200')).tokens);
});
afterAll(() => service.close());

/** Calls from a network of its own, whose limit on `cities` is spent. */
async function spentNetwork(): Promise<(document: string, token?: string) => Promise<GraphqlAnswer>> {
  serial += 1;
  const headers = { 'x-forwarded-for': `192.0.${serial}.1`, origin: ORIGIN };
  const ask = (document: string, accessToken?: string) =>
    service.graphql(document, {}, { headers, ...(accessToken !== undefined && { token: accessToken }) });
  await inParallel(LIMIT, () => ask(CITIES));
  return ask;
}

const told = ({ status, headers }: GraphqlAnswer) => [status, headers.get('retry-after')];
const codes = ({ body }: GraphqlAnswer) => body.errors?.map(({ extensions }) => extensions.code);

describe('a client that calls a field too often', () => {
  test('gets 429 and the seconds to wait, which pages of other origins may read', async () => {
    const ask = await spentNetwork();
    service.clock.advance(17);
    const refused = await ask(CITIES);
    expect(told(refused)).toEqual([429, '43']);
    expect(refused.body.errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 43 });
    const exposed = refused.headers.get('access-control-expose-headers')?.split(/, */);
    expect(exposed).toEqual(expect.arrayContaining(['retry-after', 'x-request-id']));
    expect(refused.headers.get('cache-control')).toBe('no-store');
  });

  test('gets 200 where another field has an answer, and the seconds all the same', async () => {
    const ask = await spentNetwork();
    const partly = await ask('{ me { id } signInOptions { codeLength } cities(first: 1) { edges { cursor } } }');
    // `cities` cannot be null, so the whole answer is.
    expect([told(partly), partly.body.data]).toEqual([[429, '60'], null]);
    const limited = '{ a: me { id } b: me { id } c: me { id } d: me { id }';
    const whole = await ask(`${limited} signInOptions { codeLength } }`);
    expect(told(whole)).toEqual([200, '60']);
    expect(whole.body.data.signInOptions.codeLength).toBe(6);
    expect(codes(whole)).toContain('RATE_LIMITED');
  });

  test('gets 200 where another field has null as its answer', async () => {
    const ask = await spentNetwork();
    const limited = 'a: me { id } b: me { id } c: me { id } d: me { id }';
    const refused = await ask(`{ ${limited} otpDelivery(requestToken: "unknown") { channel } }`);
    expect([told(refused), refused.body.data.otpDelivery]).toEqual([[200, '60'], null]);
    expect(codes(refused)).toContain('RATE_LIMITED');
  });

  test('gets 429 although a gateway asked for __typename beside it, under any name', async () => {
    const ask = await spentNetwork();
    const limited = 'a: me { id } b: me { id } c: me { id } d: me { id }';
    const refused = await ask(`{ __typename ...T ${limited} } fragment T on Query { of: __typename }`);
    expect([told(refused), refused.body.data.of]).toEqual([[429, '60'], 'Query']);
  });

  test('gets the longest of several waits', async () => {
    const ask = await spentNetwork();
    service.clock.advance(30);
    await inParallel(LIMIT, () => ask('{ me { id } }'));
    service.clock.advance(10);
    expect(told(await ask('{ me { id } }'))).toEqual([429, '50']);
    expect(told(await ask(CITIES))).toEqual([429, '20']);
    const both = await ask('{ me { id } cities(first: 1) { edges { cursor } } }');
    expect(codes(both)?.sort()).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    expect(told(both)).toEqual([429, '50']);
  });

  test('is told nothing of waiting for errors that waiting does not mend', async () => {
    const ask = await spentNetwork();
    expect(told(await ask('{ me { id } }'))).toEqual([200, null]);
    expect(told(await ask('{ nothing }'))).toEqual([400, null]);
  });
});

describe('a client that is not served because the database has no room', () => {
  beforeAll(async () => {
    await service.db.execute('ALTER TABLE sessions RENAME TO sessions_kept');
    await service.db.execute(`CREATE FUNCTION full_disk() RETURNS boolean LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION USING ERRCODE = ''53100''; END'`);
    await service.db.execute('CREATE VIEW sessions AS SELECT * FROM sessions_kept WHERE full_disk()');
  });
  afterAll(async () => {
    await service.db.execute('DROP VIEW sessions');
    await service.db.execute('ALTER TABLE sessions_kept RENAME TO sessions');
  });

  test('gets 503, and 200 where another field has an answer, with the seconds in both', async () => {
    const ask = await spentNetwork();
    expect(told(await ask('{ __typename me { id } }', token))).toEqual([503, '1']);
    const partly = await ask('{ me { id } signInOptions { codeLength } }', token);
    expect([told(partly), codes(partly)]).toEqual([[200, '1'], ['SERVICE_UNAVAILABLE']]);
  });

  test('gets 503 although another call was one too many, and the longer of the two waits', async () => {
    const ask = await spentNetwork();
    service.clock.advance(60);
    const both = await ask('{ a: me { id } b: me { id } c: me { id } d: me { id } }', token);
    expect(codes(both)?.sort()).toEqual(['RATE_LIMITED', ...Array(LIMIT).fill('SERVICE_UNAVAILABLE')]);
    expect(told(both)).toEqual([503, '60']);
  });
});
