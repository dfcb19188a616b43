import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { of } from 'rxjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountsLink, possibleTypes, typePolicies } from '../../client/src/apollo.js';
import { type Accounts, createAccounts, memoryStorage } from '../../client/src/index.js';
import { CountedNetwork } from '../support/client/counted-network.js';
import { startService, type TestService } from '../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

interface Front {
  readonly accounts: Accounts;
  readonly apollo: ApolloClient;
  readonly network: CountedNetwork;
}

/** A front end with Apollo Client, as docs/client-frameworks.md has it. */
function frontEnd(): Front {
  const network = new CountedNetwork();
  const [uri, { fetch }] = [`${service.url}/graphql`, network];
  const accounts = createAccounts({ url: uri, storage: memoryStorage(), fetch });
  const link = ApolloLink.from([accountsLink(accounts), new HttpLink({ uri, fetch })]);
  return {
    accounts,
    network,
    apollo: new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes, typePolicies }) }),
  };
}

async function signIn({ accounts }: Front, phoneNumber: string): Promise<void> {
  await accounts.requestOtp({ phoneNumber });
  const { __typename } = await accounts.verifyOtp({ otp: service.phone.code(phoneNumber) });
  expect(__typename).toBe('VerifyOtpSuccess');
}

const ME = gql`
  query Me {
    me {
      id
      phoneNumber
    }
  }
`;
const RENAME = gql`
  mutation Rename {
    updateProfile(input: { firstName: "Asha" }) {
      __typename
    }
  }
`;
const phoneOf = async ({ apollo }: Front, fetchPolicy: 'network-only' | 'cache-first' = 'network-only') =>
  (await apollo.query<{ me: { phoneNumber: string } | null }>({ query: ME, fetchPolicy })).data?.me?.phoneNumber;

test('a failure keeps its message, although it is asked for on an interface', async () => {
  const { data } = await frontEnd().apollo.mutate({
    mutation: gql`
      mutation {
        verifyOtp(input: { phoneNumber: "+255679190730", otp: "123456" }) {
          __typename
          ... on UserError {
            message
          }
        }
      }
    `,
  });
  expect(data).toEqual({ verifyOtp: { __typename: 'InvalidOtpError', message: 'Invalid OTP' } });
});

test('five calls at once with a token that has ended refresh it once', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190731');
  service.clock.advance(901);
  const phones = await Promise.all(
    Array.from({ length: 5 }, () =>
      front.apollo.query({ query: ME, context: { queryDeduplication: false }, fetchPolicy: 'network-only' }),
    ),
  );
  expect(phones.map(({ data }) => (data as { me: { phoneNumber: string } }).me.phoneNumber)).toEqual(
    Array(5).fill('+255679190731'),
  );
  expect(front.network.count('refreshSession')).toBe(1);
  expect(front.network.count('query Me')).toBe(10);
});

/** Apollo Client before a gateway that answers 401 without GraphQL, so many times. */
function beforeGateway({ accounts }: Front, refusals: number) {
  const tokens: (string | null)[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    tokens.push(new Headers(init?.headers).get('authorization'));
    return tokens.length <= refusals ? new Response('no', { status: 401 }) : globalThis.fetch(input, init);
  };
  const http = new HttpLink({ uri: `${service.url}/graphql`, fetch });
  const link = ApolloLink.from([accountsLink(accounts), http]);
  return { tokens, apollo: new ApolloClient({ link, cache: new InMemoryCache() }) };
}

test('a gateway that refuses the token with status 401 alone is asked again with a new one', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190732');
  const { apollo, tokens } = beforeGateway(front, 1);
  expect((await apollo.query({ query: ME })).data).toMatchObject({ me: { phoneNumber: '+255679190732' } });
  expect(new Set(tokens).size).toBe(2);
  expect(front.network.count('refreshSession')).toBe(1);
});

test('a gateway that takes no token at all is asked twice', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190738');
  const { apollo, tokens } = beforeGateway(front, 9);
  await expect(apollo.query({ query: ME })).rejects.toMatchObject({ statusCode: 401 });
  expect([tokens.length, front.network.count('refreshSession')]).toEqual([2, 1]);
});

test('a session that has ended is a failure of the call, and is asked for once', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190733');
  await service.graphql(
    'mutation { logoutEverywhere { __typename } }',
    {},
    { token: (await front.accounts.accessToken()) ?? '' },
  );
  const renamed = front.apollo.mutate({ mutation: RENAME });
  await expect(renamed).rejects.toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  expect(front.accounts.session).toBeNull();
  expect(front.network.count('refreshSession')).toBe(1);
});

test('two queries for parts of an object without an id keep what the other one loaded', async () => {
  const { apollo } = frontEnd();
  const CODE = gql`
    query {
      signInOptions {
        codeLength
        password {
          minimumLength
        }
      }
    }
  `;
  await apollo.query({ query: CODE });
  await apollo.query({
    query: gql`
      query {
        signInOptions {
          channels
          password {
            maximumLength
          }
        }
      }
    `,
  });
  expect(apollo.readQuery({ query: CODE })).toMatchObject({
    signInOptions: { codeLength: 6, password: { minimumLength: 8 } },
  });
});

test('the next user sees nothing of what was loaded for the one before', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190734');
  expect(await phoneOf(front)).toBe('+255679190734');
  const seen: unknown[] = [];
  front.apollo.watchQuery({ query: ME }).subscribe(({ data }) => seen.push((data as { me?: unknown } | undefined)?.me));
  await front.accounts.logout();
  await signIn(front, '+255679190735');
  expect(await phoneOf(front, 'cache-first')).toBe('+255679190735');
  await expect.poll(() => seen.at(-1)).toMatchObject({ phoneNumber: '+255679190735' });
});

test('what one user began to change is not changed for another who signs in meanwhile', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190736');
  service.clock.advance(901);
  const release = front.network.hold('Rename');
  const renamed = front.apollo.mutate({ mutation: RENAME });
  const refused = expect(renamed).rejects.toMatchObject({ code: 'SESSION_CHANGED' });
  await expect.poll(() => front.network.count('Rename')).toBe(1);
  await signIn(front, '+255679190737');
  release();
  await refused;
  expect(front.network.count('Rename')).toBe(1);
  expect(await front.accounts.me()).toMatchObject({ phoneNumber: '+255679190737', firstName: null });
});

test('a mutation that was carried out in part is not sent again', async () => {
  const front = frontEnd();
  await signIn(front, '+255679190728');
  let sent = 0;
  const link = accountsLink(front.accounts).concat(
    new ApolloLink(() => {
      sent += 1;
      return of({
        data: { order: 1, rename: null },
        errors: [{ message: '', extensions: { code: 'UNAUTHENTICATED' } }],
      });
    }),
  );
  const apollo = new ApolloClient({ link, cache: new InMemoryCache() });
  const { data } = await apollo.mutate({ mutation: gql`mutation { order rename }`, errorPolicy: 'all' });
  expect(data).toEqual({ order: 1, rename: null });
  expect(sent).toBe(1);
});
