import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import {
  type Accounts,
  type AccountsOptions,
  createAccounts,
  memoryStorage,
  type User,
} from '../../client/src/index.js';
import { clientOf, signInWith, WatchedNetwork } from '../support/client/client-of.js';
import { startService, type TestService } from '../support/service.js';
import { me, verifyOtp } from '../typed-client/documents.js';

const AFTER_ACCESS_TOKEN = 901;
let service: TestService;
let numbers = 100;
let phoneNumber: string;
let network: WatchedNetwork;
let accounts: Accounts;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());
beforeEach(() => {
  numbers += 1;
  phoneNumber = `+255679190${numbers}`;
  network = new WatchedNetwork();
  accounts = clientOf(service, { fetch: network.fetch });
});

describe('a developer', () => {
  test.each([
    ['uri for url', { uri: 'http://localhost:4000/graphql' }],
    ['no scheme', { url: 'localhost:4000/graphql' }],
    ['no address', { url: '' }],
    ['another scheme', { url: 'postgres://localhost/accounts' }],
    ['no slashes', { url: 'https:accounts.example.com/graphql' }],
  ])('who writes %s is told at once', (_what, options) => {
    expect(() => createAccounts(options as AccountsOptions)).toThrow(/^url is .*: begin it with https:\/\/\.$/);
  });

  test.each(['http://localhost:4000/graphql', 'https://example.com/graphql', '/graphql'])('may write %s', (url) => {
    expect(() => createAccounts({ url })).not.toThrow();
  });

  test('who leaves the number out before a code was asked for is told what to do', async () => {
    const told = 'Call requestOtp first, or give phoneNumber.';
    await expect(accounts.verifyOtp({ otp: '123456' })).rejects.toThrow(told);
    await expect(accounts.resetPassword({ otp: '123456', newPassword: 'x', newPasswordConfirm: 'x' })).rejects.toThrow(
      told,
    );
    expect(network.sent).toEqual([]);
    expect(await accounts.verifyOtp({ phoneNumber: '', otp: '123456' })).toMatchObject({
      __typename: 'InvalidInputError',
    });
  });
});

describe('a session', () => {
  test('begins, outlives its access token, and ends', async () => {
    expect(accounts.session).toBeUndefined();
    expect(await accounts.ready).toBeNull();
    await signInWith(accounts, service, phoneNumber);
    expect(accounts.session?.user).toMatchObject({ phoneNumber, phoneVerified: true });

    service.clock.advance(AFTER_ACCESS_TOKEN);
    expect(await accounts.request('{ me { phoneNumber } }')).toEqual({ me: { phoneNumber } });
    expect(await accounts.logout()).toMatchObject({ __typename: 'LogoutSuccess', endedSessions: 1 });
    expect(accounts.session).toBeNull();
    await expect(accounts.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED', temporary: false });
  });

  test('refreshes once for ten calls that find the access token expired', async () => {
    await signInWith(accounts, service, phoneNumber);
    service.clock.advance(AFTER_ACCESS_TOKEN);
    network.sent.length = 0;

    await Promise.all(Array.from({ length: 10 }, () => accounts.me()));
    // Each is refused, and sent again after the one refresh.
    expect(network.sent).toHaveLength(21);
  });

  test('goes on in another client with the same storage, as after a restart', async () => {
    const storage = memoryStorage();
    await signInWith(clientOf(service, { storage }), service, phoneNumber);

    const restarted = clientOf(service, { storage });
    expect((await restarted.ready)?.user.phoneNumber).toBe(phoneNumber);
    expect((await restarted.me())?.phoneNumber).toBe(phoneNumber);
  });

  test('keeps what is newest of its user, whichever answer comes last', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let slow = false;
    const late: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (slow && String(init?.body).includes('query me')) await held;
      return answer;
    };
    accounts = clientOf(service, { fetch: late });
    await signInWith(accounts, service, phoneNumber);
    slow = true;
    const asked = accounts.me();
    await new Promise((resolve) => setTimeout(resolve, 100));
    service.clock.advance(1);
    await accounts.updateProfile({ firstName: 'Asha' });
    release();
    expect((await asked)?.firstName).toBeNull();
    expect(accounts.session?.user.firstName).toBe('Asha');
  });

  test('tells who listens, once for each change', async () => {
    const seen: (string | null | undefined)[] = [];
    const stop = accounts.subscribe((session) => seen.push(session?.user.firstName));
    await accounts.ready;
    await signInWith(accounts, service, phoneNumber);
    await accounts.updateProfile({ firstName: 'Asha' });
    await accounts.me();
    stop();
    await accounts.logout();

    // Nobody; the new user without a name; the same user with one.
    expect(seen).toEqual([undefined, null, 'Asha']);
  });

  test('is over when the service says so, and when it is ended elsewhere', async () => {
    await signInWith(accounts, service, phoneNumber);
    const token = (await accounts.accessToken()) ?? '';
    await service.graphql('mutation { logoutEverywhere { __typename } }', {}, { token });

    await expect(accounts.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(accounts.session).toBeNull();
  });

  test('ends with the account, and by revoking itself', async () => {
    await signInWith(accounts, service, phoneNumber);
    const { sessions } = await accounts.sessions();
    expect(sessions).toMatchObject([{ current: true }]);
    await accounts.revokeSession({ id: sessions[0]?.id ?? '' });
    expect(accounts.session).toBeNull();

    service.clock.advance(60);
    await signInWith(accounts, service, phoneNumber);
    expect(await accounts.deleteAccount()).toMatchObject({ __typename: 'DeleteAccountSuccess' });
    expect(accounts.session).toBeNull();
  });

  test('continues after a proof, a sign-out of the others and a refused sign-out', async () => {
    await signInWith(accounts, service, phoneNumber);
    service.clock.advance(60);
    await accounts.requestOtp({ phoneNumber });
    const proved = await accounts.reauthenticate({ otp: service.phone.code(phoneNumber) });
    expect(proved.__typename).toBe('ReauthenticateSuccess');
    await accounts.logoutEverywhere({ keepCurrent: true });
    network.failures.push(503);
    await expect(accounts.logout()).rejects.toMatchObject({ code: 'HTTP_503', temporary: true });

    expect(accounts.session?.user.phoneNumber).toBe(phoneNumber);
    expect((await accounts.me())?.phoneNumber).toBe(phoneNumber);
  });
});

describe('what is remembered', () => {
  test('the number, the request token and the device token of the number', async () => {
    const typed = `${phoneNumber.slice(0, 4)} ${phoneNumber.slice(4, 7)}-${phoneNumber.slice(7)}`;
    const sent = await accounts.requestOtp({ phoneNumber: typed });
    if (sent.__typename !== 'RequestOtpSuccess') throw new Error(sent.message);
    await accounts.verifyOtp({ otp: service.phone.code(phoneNumber) });
    expect(network.latest).toMatchObject({ phoneNumber, requestToken: sent.requestToken });
    expect(network.latest).not.toHaveProperty('deviceToken');

    await accounts.logout();
    service.clock.advance(60);
    await accounts.requestOtp({ phoneNumber: typed });
    expect(network.latest).toMatchObject({ phoneNumber: typed, deviceToken: expect.any(String) });
    await accounts.verifyOtp({ phoneNumber: typed, otp: service.phone.code(phoneNumber) });
    expect(network.latest).toMatchObject({ requestToken: expect.any(String), deviceToken: expect.any(String) });
  });

  test('a page that is loaded again between code and text message still knows what it asked for', async () => {
    const storage = memoryStorage();
    await clientOf(service, { storage }).requestOtp({ phoneNumber });
    const result = await clientOf(service, { storage }).verifyOtp({ otp: service.phone.code(phoneNumber) });
    expect(result.__typename).toBe('VerifyOtpSuccess');
  });

  test('it goes with the number as its country writes it, and with fields that are undefined', async () => {
    await signInWith(accounts, service, phoneNumber);
    // Who signed in last is somebody else.
    await signInWith(accounts, service, `${phoneNumber.slice(0, 4)}7${phoneNumber.slice(5)}`);
    service.clock.advance(60);
    const sent = await accounts.requestOtp({ phoneNumber });
    if (sent.__typename !== 'RequestOtpSuccess') throw new Error(sent.message);
    const { deviceToken } = network.latest;
    expect(deviceToken).toEqual(expect.any(String));
    const code = service.phone.code(phoneNumber);
    for (const given of [`0${phoneNumber.slice(4)}`, undefined]) {
      await accounts.verifyOtp({ phoneNumber: given as string, otp: '000000' });
      expect(network.latest).toMatchObject({ requestToken: sent.requestToken, deviceToken });
    }
    expect(network.latest).toMatchObject({ phoneNumber });
    expect(await accounts.verifyOtp({ otp: code })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });

  test('nothing of it goes with the number of somebody else', async () => {
    await signInWith(accounts, service, phoneNumber);
    await accounts.requestOtp({ phoneNumber: '+255679190999' });
    expect(network.latest).not.toHaveProperty('deviceToken');
    await accounts.verifyOtp({ phoneNumber: '+255679190998', otp: '000000' });
    expect(network.latest).toEqual({ phoneNumber: '+255679190998', otp: '000000' });
  });

  test('a registration verifies its number as itself', async () => {
    const password = 'correct horse battery';
    const form = { email: `a${numbers}@example.com`, firstName: 'Asha', lastName: 'Rai', password };
    const registered = await accounts.register({ phoneNumber, ...form, passwordConfirm: password });
    expect(registered.__typename).toBe('RegisterSuccess');
    expect(accounts.session?.user.phoneVerified).toBe(false);
    await signInWith(accounts, service, phoneNumber);
    expect(accounts.session?.user).toMatchObject({ phoneVerified: true, hasPassword: true });

    await accounts.logout();
    expect((await accounts.login({ identifier: form.email, password })).__typename).toBe('LoginSuccess');
    expect(network.latest).toEqual({ identifier: form.email, password, deviceToken: expect.any(String) });
  });
});

describe('results', () => {
  test('are those of the schema, with their own fields', async () => {
    const sent = await accounts.requestOtp({ phoneNumber: '1' });
    if (sent.__typename !== 'InvalidInputError') throw new Error(sent.__typename);
    expect(sent.fields).toMatchObject([{ field: 'phoneNumber', code: expect.any(String) }]);
    await accounts.requestOtp({ phoneNumber });
    const again = await accounts.requestOtp({ phoneNumber });
    if (again.__typename !== 'TooManyRequestsError') throw new Error(again.__typename);
    expect(again.retryAfterSeconds).toBeGreaterThan(0);
    expect(again.retryAfterSeconds).toBeLessThanOrEqual(60);
    const wrong = await accounts.verifyOtp({ otp: 'x' });
    expect(['InvalidOtpError', 'InvalidInputError']).toContain(wrong.__typename);
  });

  test('of typed documents have their types', async () => {
    await signInWith(accounts, service, phoneNumber);
    const data = await accounts.request(me);
    expectTypeOf(data.me?.phoneNumber).toEqualTypeOf<string | null | undefined>();
    expect(data.me?.phoneNumber).toBe(phoneNumber);
    // @ts-expect-error its input is missing
    await expect(accounts.request(verifyOtp)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expectTypeOf<Awaited<ReturnType<Accounts['me']>>>().toEqualTypeOf<User | null>();
  });

  test('need the text of a document, or print', async () => {
    const document = { kind: 'Document', definitions: [] };
    await expect(accounts.request(document)).rejects.toThrow('set print');
    const printing = clientOf(service, { print: () => '{ signInOptions { codeLength } }' });
    expect(await printing.request(document)).toEqual({ signInOptions: { codeLength: 6 } });
    const parsed = { loc: { source: { body: '{ signInOptions { codeLength } }' } } };
    expect(await accounts.request(parsed)).toEqual({ signInOptions: { codeLength: 6 } });
  });

  test('of signInOptions are asked for once', async () => {
    const [one, other] = await Promise.all([accounts.signInOptions(), accounts.signInOptions()]);
    expect(one).toBe(other);
    expect(one.channels).toContain('SMS');
    expect(network.sent).toHaveLength(1);
    expect(network.sent[0]?.headers.has('authorization')).toBe(false);
  });

  test('of messages follow the language of the application', async () => {
    const german = clientOf(service, { fetch: network.fetch, locale: 'de' });
    await german.requestOtp({ phoneNumber });
    expect(service.phone.to(phoneNumber).at(-1)?.text).toContain('ist Ihr Bestätigungscode');
  });
});
