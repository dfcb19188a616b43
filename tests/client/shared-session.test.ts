import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Accounts, type AccountsStorage, createAccounts, memoryStorage } from '../../client/src/index.js';
import { clientOf, signInWith, WatchedNetwork } from '../support/client/client-of.js';
import { ACCOUNTS, startCookieService } from '../support/browser/cookie-mode.js';
import { startService, type TestService } from '../support/service.js';

/** Tabs of a browser, as far as Node has what they share: messages, and a storage where the test gives them one. */

let service: TestService;
let numbers = 500;
let alice: string;
let bob: string;
let network: WatchedNetwork;

beforeAll(async () => {
  service = await startService({ env: { SENDS_PER_NETWORK_PER_HOUR: '1000' } });
});
afterAll(() => service.close());
beforeEach(() => {
  vi.stubGlobal('document', {});
  numbers += 2;
  alice = `+255679190${numbers}`;
  bob = `+255679190${numbers + 1}`;
  network = new WatchedNetwork();
});
afterEach(() => vi.unstubAllGlobals());

const tabStorage = (): AccountsStorage => ({ ...memoryStorage(), ofOneClient: false });
const tab = (storage = tabStorage()): Accounts => clientOf(service, { storage, fetch: network.fetch });
/** Web Locks, of which the tabs use one name. */
function stubLocks(): void {
  let last: Promise<unknown> = Promise.resolve();
  const request = (_name: string, task: () => Promise<unknown>) => {
    const turn = last.then(task);
    last = turn.catch(() => {});
    return turn;
  };
  vi.stubGlobal('navigator', { locks: { request, query: async () => ({}) } });
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('two tabs with storages of their own keep their users, and leave each other alone', async () => {
  const [first, second] = [tab(), tab()];
  await signInWith(first, service, alice);
  await signInWith(second, service, bob);
  network.sent.length = 0;
  await pause(500);

  // The first tab asks once whether the sign-in in the second one was its own.
  expect(network.sent.length).toBeLessThanOrEqual(2);
  expect([first, second].map(({ session }) => session?.user.phoneNumber)).toEqual([alice, bob]);
});

test('a worker shares the session of the page', async () => {
  const shared = tabStorage();
  const page = tab(shared);
  vi.unstubAllGlobals();
  vi.stubGlobal('WorkerGlobalScope', class {});
  const worker = tab(shared);
  worker.subscribe(() => {});
  await worker.ready;
  await signInWith(page, service, alice);

  await vi.waitFor(() => expect(worker.session?.user.phoneNumber).toBe(alice), { timeout: 10_000 });
});

test.each(['logout', 'logoutEverywhere', 'deleteAccount', 'reauthenticate'] as const)(
  'a tab that has not heard of a sign-in does not end that session with %s',
  async (name) => {
    vi.stubGlobal('BroadcastChannel', undefined);
    const shared = tabStorage();
    const [first, second] = [tab(shared), tab(shared)];
    await signInWith(first, service, alice);
    await signInWith(second, service, bob);
    network.sent.length = 0;

    const call = first[name] as (input: object) => Promise<unknown>;
    await expect(call({ otp: '123456' })).rejects.toMatchObject({ code: 'SESSION_CHANGED' });
    expect(network.sent).toEqual([]);
    expect(first.session?.user.phoneNumber).toBe(bob);
    expect((await tab(shared).ready)?.user.phoneNumber).toBe(bob);
  },
);

test('a tab that was signed out does not end a session that began in another one', async () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  const shared = tabStorage();
  const [first, second] = [tab(shared), tab(shared)];
  expect(await first.ready).toBeNull();
  await signInWith(second, service, bob);
  await first.logout();

  expect((await tab(shared).ready)?.user.phoneNumber).toBe(bob);
});

test('a call that waited for the lock is sent with the token of then', async () => {
  stubLocks();
  const shared = tabStorage();
  const [first, second] = [tab(shared), tab(shared)];
  await signInWith(first, service, alice);
  service.clock.advance(60);
  await second.requestOtp({ phoneNumber: alice });
  const before = await first.accessToken();
  const signedIn = second.verifyOtp({ otp: service.phone.code(alice) });
  await pause(1);
  await Promise.all([signedIn, first.logoutEverywhere({ keepCurrent: true })]);

  const authorization = network.sent.at(-1)?.headers.get('authorization');
  expect(authorization).toBe(`Bearer ${await second.accessToken()}`);
  expect(authorization).not.toBe(`Bearer ${before}`);
});

/** A channel between tabs whose messages come late, and in order. */
class SlowChannel {
  static readonly all = new Set<SlowChannel>();
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    SlowChannel.all.add(this);
  }

  postMessage(data: unknown): void {
    const others = [...SlowChannel.all].filter((each) => each !== this && each.#name === this.#name);
    setTimeout(() => others.map((each) => each.onmessage?.({ data })), 100);
  }
}

test('in cookie mode a tab with the lock hears first that another user has signed in, however late the news are', async () => {
  vi.stubGlobal('BroadcastChannel', SlowChannel);
  const cookies = await startCookieService();
  let cookie = '';
  const withCookie: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('origin', ACCOUNTS);
    if (cookie) headers.set('cookie', cookie);
    const answer = await network.fetch(input, { ...init, headers });
    for (const line of answer.headers.getSetCookie()) cookie = line.split(';')[0] ?? '';
    return answer;
  };
  stubLocks();
  const [first, second] = [1, 2].map(() => createAccounts({ url: `${cookies.url}/graphql`, fetch: withCookie }));
  if (!first || !second) throw new Error('no tabs');
  await signInWith(first, cookies, alice);
  cookies.clock.advance(60);
  await first.requestOtp({ phoneNumber: alice });
  await second.requestOtp({ phoneNumber: bob });
  const otp = cookies.phone.code(bob);
  const signedIn = second.verifyOtp({ otp });
  await vi.waitFor(() => expect(network.latest).toMatchObject({ otp }), { timeout: 10_000, interval: 1 });
  const proved = first.reauthenticate({ otp: cookies.phone.code(alice) });
  expect((await signedIn).__typename).toBe('VerifyOtpSuccess');

  await expect(proved).rejects.toMatchObject({ code: 'SESSION_CHANGED' });
  await cookies.close();
});

test('a page without Web Locks, whose localStorage is full, signs in', async () => {
  const setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  vi.stubGlobal('localStorage', { getItem: () => null, removeItem() {}, setItem });
  vi.stubGlobal('navigator', {});
  const page = tab();
  await signInWith(page, service, alice);
  expect(page.session?.user.phoneNumber).toBe(alice);
});
