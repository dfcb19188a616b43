import {
  Client,
  type CombinedError,
  fetchExchange,
  gql,
  type OperationResult,
  type OperationResultSource,
} from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Accounts, createAccounts, memoryStorage } from '../../client/src/index.js';
import { accountsExchange, keys, possibleTypes } from '../../client/src/urql.js';
import { CountedNetwork } from '../support/client/counted-network.js';
import { startService, type TestService } from '../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

interface Front {
  readonly accounts: Accounts;
  readonly urql: Client;
  readonly url: string;
  readonly network: CountedNetwork;
}

/** A front end with urql, as docs/client-frameworks.md has it. */
function frontEnd(): Front {
  const network = new CountedNetwork();
  const [url, { fetch }] = [`${service.url}/graphql`, network];
  const accounts = createAccounts({ url, storage: memoryStorage(), fetch });
  const exchanges = [cacheExchange({ keys, possibleTypes }), accountsExchange(accounts), fetchExchange];
  return { accounts, network, url, urql: new Client({ url, exchanges, fetch }) };
}

async function signIn({ accounts }: Front, phoneNumber: string): Promise<void> {
  await accounts.requestOtp({ phoneNumber });
  const { __typename } = await accounts.verifyOtp({ otp: service.phone.code(phoneNumber) });
  expect(__typename).toBe('VerifyOtpSuccess');
}

const ME = 'query Me { me { id phoneNumber } }';
const RENAME = 'mutation Rename { updateProfile(input: { firstName: "Asha" }) { __typename } }';
const phoneOf = async ({ urql }: Front) => (await urql.query(ME, {})).data?.me?.phoneNumber;
const firstOf = (results: OperationResultSource<OperationResult>) => results.toPromise();
const codesOf = (error: CombinedError | undefined) => error?.graphQLErrors.map(({ extensions }) => extensions['code']);

test('queries and mutations go by POST, which the service takes, and a failure keeps its message', async () => {
  const { urql, network } = frontEnd();
  expect((await urql.query('{ signInOptions { codeLength } }', {})).data).toMatchObject({
    signInOptions: { codeLength: 6 },
  });
  const { data } = await urql.mutation(
    'mutation { verifyOtp(input: { phoneNumber: "+255679190740", otp: "123456" }) { __typename ... on UserError { message } } }',
    {},
  );
  expect(data).toEqual({ verifyOtp: { __typename: 'InvalidOtpError', message: 'Invalid OTP' } });
  expect(network.sent.map(({ method }) => method)).toEqual(['POST', 'POST']);
});

test('five calls at once with a token that has ended refresh it once', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190741');
  service.clock.advance(901);
  // Different documents, so that urql does not make them one.
  const documents = Array.from({ length: 5 }, (_, index) => `query Me${index} { me { id phoneNumber } }`);
  const results = await Promise.all(documents.map((each) => front.urql.query(each, {})));
  expect(results.map(({ data }) => data?.me?.phoneNumber)).toEqual(Array(5).fill('+255679190741'));
  expect(front.network.count('refreshSession')).toBe(1);
  expect(front.network.count('query Me')).toBe(10);
});

test('a query that is asked again takes the token of its time', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190742');
  for (const seconds of [0, 901, 901]) {
    service.clock.advance(seconds);
    const { data } = await front.urql.query(ME, {}, { requestPolicy: 'network-only' });
    expect(data?.me?.phoneNumber).toBe('+255679190742');
  }
  expect(front.network.count('refreshSession')).toBe(2);
  expect(front.network.count('query Me')).toBe(5);
});

test('an operation of a result can be sent again, and refreshes nothing', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190739');
  const { fetch } = front.network;
  const withoutCache = new Client({
    url: front.url,
    exchanges: [accountsExchange(front.accounts), fetchExchange],
    fetch,
  });
  const { operation } = await withoutCache.query(ME, {});
  const { data } = await firstOf(withoutCache.executeRequestOperation(operation));
  expect(data?.me?.phoneNumber).toBe('+255679190739');
  expect(front.network.count('refreshSession')).toBe(0);
});

test('a session that has ended is a failure of the call, and is asked for once', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190743');
  const token = (await front.accounts.accessToken()) ?? '';
  await service.graphql('mutation { logoutEverywhere { __typename } }', {}, { token });
  expect(codesOf((await front.urql.query(ME, {})).error)).toEqual(['UNAUTHENTICATED']);
  expect(front.accounts.session).toBeNull();
  expect(front.network.count('refreshSession')).toBe(1);
});

test('a gateway that takes no token at all is asked twice', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190749');
  let asked = 0;
  const fetch = async () => {
    asked += 1;
    return new Response('no', { status: 401 });
  };
  const gateway = new Client({ url: front.url, exchanges: [accountsExchange(front.accounts), fetchExchange], fetch });
  expect((await gateway.query(ME, {})).error?.response.status).toBe(401);
  expect([asked, front.network.count('refreshSession')]).toEqual([2, 1]);
});

test('a service that does not answer is a failure of the call, and the session goes on', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190744');
  service.clock.advance(901);
  front.network.failWhere('refreshSession');
  const { error } = await front.urql.query(ME, {});
  expect(error?.networkError).toMatchObject({ code: 'NETWORK' });
  front.network.failWhere(null);
  expect(await phoneOf(front)).toBe('+255679190744');
});

test('a query that nobody waits for any more is not sent', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190745');
  service.clock.advance(901);
  const release = front.network.hold('refreshSession');
  const { unsubscribe } = front.urql.query(ME, {}).subscribe(() => {});
  await expect.poll(() => front.network.count('refreshSession')).toBe(1);
  unsubscribe();
  release();
  await front.accounts.me();
  expect(front.network.count('query Me')).toBe(1);
});

test('two queries for parts of an object without an id keep what the other one loaded', async () => {
  const { urql } = frontEnd();
  const warned = vi.spyOn(console, 'warn');
  const first = '{ signInOptions { codeLength password { minimumLength } } }';
  await urql.query(first, {});
  await urql.query('{ signInOptions { channels password { maximumLength } } }', {});
  expect(urql.readQuery(first, {})?.data).toMatchObject({
    signInOptions: { codeLength: 6, password: { minimumLength: 8 } },
  });
  expect(warned).not.toHaveBeenCalled();
});

test('what one user began to change is not changed for another who signs in meanwhile', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190746');
  service.clock.advance(901);
  const release = front.network.hold('Rename');
  const renamed = front.urql.mutation(RENAME, {}).toPromise();
  await expect.poll(() => front.network.count('Rename')).toBe(1);
  await signIn(front, '+255679190747');
  release();
  expect((await renamed).error?.networkError).toMatchObject({ code: 'SESSION_CHANGED' });
  expect(front.network.count('Rename')).toBe(1);
  expect(await front.accounts.me()).toMatchObject({ phoneNumber: '+255679190747', firstName: null });
});

test('a document of graphql-tag is sent like a text', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190748');
  const { data } = await front.urql.query(gql`query { me { id phoneNumber } }`, {});
  expect(data?.me?.phoneNumber).toBe('+255679190748');
});

test('a mutation that was carried out in part is not sent again', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190729');
  let sent = 0;
  const inPart: typeof fetch = async () => {
    sent += 1;
    const errors = [{ message: '', extensions: { code: 'UNAUTHENTICATED' } }];
    return Response.json({ data: { order: 1, rename: null }, errors });
  };
  const exchanges = [accountsExchange(front.accounts), fetchExchange];
  const urql = new Client({ url: front.url, exchanges, fetch: inPart });
  const { data } = await urql.mutation('mutation { order rename }', {});
  expect(data).toEqual({ order: 1, rename: null });
  expect(sent).toBe(1);
});
