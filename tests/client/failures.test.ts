import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Accounts, createAccounts, memoryStorage } from '../../client/src/index.js';
import { clientOf, signInWith, WatchedNetwork } from '../support/client/client-of.js';
import { startService, type TestService } from '../support/service.js';

const AFTER_ACCESS_TOKEN = 901;
let service: TestService;
let numbers = 200;
let phoneNumber: string;
let network: WatchedNetwork;
let accounts: Accounts;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
beforeEach(async () => {
  numbers += 1;
  phoneNumber = `+255679190${numbers}`;
  network = new WatchedNetwork();
  accounts = clientOf(service, { fetch: network.fetch });
});

test.each([
  ['the network is down', null, 'NETWORK'],
  ['a proxy answers in HTML', 502, 'HTTP_502'],
  ['the service is too busy', 503, 'HTTP_503'],
  ['there are too many requests', 429, 'HTTP_429'],
  ['a firewall refuses in HTML', 403, 'HTTP_403'],
  ['a deployment finds nothing', 404, 'HTTP_404'],
  ['a hotel asks to sign in to its network', 200, 'HTTP_200'],
  ['a proxy waits no longer', 408, 'HTTP_408'],
])('while %s, a session is kept, and it works again afterwards', async (_what, failure, code) => {
  await signInWith(accounts, service, phoneNumber);
  service.clock.advance(AFTER_ACCESS_TOKEN);
  // The call is refused, because its token has expired. The refresh fails.
  network.failures.push(undefined, failure, failure);
  await expect(accounts.me()).rejects.toMatchObject({ code, temporary: true });
  const message = `${code}: no answer from ${service.url}/graphql. Check it and CORS_ORIGINS.`;
  await expect(accounts.me()).rejects.toMatchObject({ code, message });
  expect(accounts.session?.user.phoneNumber).toBe(phoneNumber);

  expect((await accounts.me())?.phoneNumber).toBe(phoneNumber);
});

test('ten calls whose refresh fails try one refresh, and not one after the other', async () => {
  let [refused, refreshes] = [0, 0];
  const failing: typeof fetch = async (input, init) => {
    if (!String(init?.body).includes('mutation refreshSession'))
      return fetch(input, init).finally(() => (refused += 1));
    refreshes += 1;
    await vi.waitFor(() => expect(refused).toBeGreaterThanOrEqual(10), { timeout: 10_000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    throw new TypeError('fetch failed');
  };
  accounts = clientOf(service, { fetch: failing });
  await signInWith(accounts, service, phoneNumber);
  service.clock.advance(AFTER_ACCESS_TOKEN);
  refused = 0;
  const calls = await Promise.allSettled(Array.from({ length: 10 }, () => accounts.me()));

  expect(calls.map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
  expect(refreshes).toBe(1);
});

test('an application that listens is answered later without asking again', async () => {
  const storage = memoryStorage();
  await signInWith(clientOf(service, { storage }), service, phoneNumber);
  network.failures.push(null, null);
  const restarted = clientOf(service, { storage, fetch: network.fetch });
  const stop = restarted.subscribe(() => {});
  expect((await restarted.ready)?.user.phoneNumber).toBe(phoneNumber);
  // Two attempts fail, and the third comes by itself.
  await vi.waitFor(() => expect(network.sent).toHaveLength(3), { timeout: 10_000 });
  stop();
  expect((await restarted.me())?.phoneNumber).toBe(phoneNumber);
});

test('a refusal that is no failure of the network is told, and is not repeated', async () => {
  // Cookie mode is off, and the request comes from no page.
  const misplaced = createAccounts({ url: `${service.url}/graphql`, fetch: network.fetch });
  await expect(misplaced.ready).rejects.toMatchObject({ code: 'BAD_REQUEST', temporary: false });
  expect(misplaced.session).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(network.sent).toHaveLength(1);
});

test('a storage that is full keeps the session until the page closes', async () => {
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
    removeItem: () => {},
  };
  accounts = clientOf(service, { storage: full });
  await signInWith(accounts, service, phoneNumber);
  service.clock.advance(AFTER_ACCESS_TOKEN);
  expect((await accounts.me())?.phoneNumber).toBe(phoneNumber);
});

test('an answer with errors says its code, what it had beside them, and when to try again', async () => {
  const asked = accounts.request('{ me { id } signInOptions { codeLength } }');
  await expect(asked).rejects.toMatchObject({
    name: 'AccountsError',
    code: 'UNAUTHENTICATED',
    temporary: false,
    retryAfterSeconds: null,
    data: { me: null, signInOptions: { codeLength: 6 } },
  });
});

test('an application that no longer waits ends its own request, and only that', async () => {
  await signInWith(accounts, service, phoneNumber);
  const end = new AbortController();
  const asked = accounts.request('{ me { id } }', {}, { signal: end.signal });
  end.abort();
  await expect(asked).rejects.toThrow('abort');
  expect(accounts.session?.user.phoneNumber).toBe(phoneNumber);
});

test('an internal error of the service is asked again by itself', async () => {
  const storage = memoryStorage();
  await signInWith(clientOf(service, { storage }), service, phoneNumber);
  let asked = 0;
  const failing: typeof fetch = async (input, init) => {
    asked += 1;
    if (asked > 1) return fetch(input, init);
    return Response.json({ data: null, errors: [{ message: '', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
  };
  const restarted = clientOf(service, { storage, fetch: failing });
  const stop = restarted.subscribe(() => {});
  await vi.waitFor(() => expect(asked).toBe(2), { timeout: 5_000 });
  stop();
});

test('an application that stops listening while the service is down is not kept awake', async () => {
  const down: typeof fetch = async () => {
    network.sent.push({ url: '', headers: new Headers(), variables: {} });
    throw new TypeError('fetch failed');
  };
  accounts = createAccounts({ url: `${service.url}/graphql`, fetch: down });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const stop = accounts.subscribe(() => {});
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  stop();

  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(network.sent).toHaveLength(1);
});

test('a user who deletes the account while the network fails is not kept waiting', async () => {
  await signInWith(accounts, service, phoneNumber);
  accounts.subscribe(() => {});
  network.failures.push(undefined, null, null);
  expect(await accounts.deleteAccount()).toMatchObject({ __typename: 'DeleteAccountSuccess' });
  expect(network.failures).toHaveLength(1);
});

test('a listener that throws is reported, and keeps nobody from signing in', async () => {
  const reported: unknown[] = [];
  vi.stubGlobal('queueMicrotask', (task: () => void) => {
    try {
      task();
    } catch (error) {
      reported.push(error);
    }
  });
  const seen: unknown[] = [];
  await accounts.ready;
  accounts.subscribe(() => {
    throw new Error('of the application');
  });
  accounts.subscribe((session) => seen.push(session?.user.phoneNumber));
  await signInWith(accounts, service, phoneNumber);

  expect(seen).toEqual([phoneNumber]);
  expect(reported).toEqual([new Error('of the application')]);
});
