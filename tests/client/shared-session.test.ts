import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Accounts, type AccountsStorage, memoryStorage } from '../../client/src/index.js';
import { clientOf, signInWith, WatchedNetwork } from '../support/client/client-of.js';
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
