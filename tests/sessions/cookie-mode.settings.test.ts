import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { Browser } from '../support/browser/browser.js';
import {
  ACCOUNTS,
  APP,
  forge,
  newBrowser,
  newPhoneNumber,
  REFRESH,
  startCookieService,
} from '../support/browser/cookie-mode.js';
import { obtainCode } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { loadWebApp } from '../support/browser/web-app.js';

const SANDBOX = 'https://studio.apollographql.com';

/** What a browser is told about an origin: before a request, and with the answer. */
async function crossOrigin(
  service: TestService,
  origin: string,
): Promise<{ allowed: string[]; credentials: string[] }> {
  const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'session-mode' };
  const answers = await Promise.all([
    fetch(`${service.url}/graphql`, { method: 'OPTIONS', headers: { origin, ...asked } }),
    fetch(`${service.url}/healthz`, { headers: { origin } }),
  ]);
  const both = (name: string) => answers.flatMap(({ headers }) => headers.get(`access-control-allow-${name}`) ?? []);
  return { allowed: both('origin'), credentials: both('credentials') };
}

describe('other origins', () => {
  test('are told to send cookies only where they may use cookie mode', async () => {
    const service = await startCookieService({
      NODE_ENV: 'development',
      CORS_ORIGINS: `${APP},http://app.example.com`,
    });

    expect(await crossOrigin(service, APP)).toEqual({ allowed: [APP, APP], credentials: ['true', 'true'] });
    expect(await crossOrigin(service, SANDBOX)).toEqual({ allowed: [SANDBOX, SANDBOX], credentials: [] });
    expect(await crossOrigin(service, 'https://evil.test')).toEqual({ allowed: [], credentials: [] });
    const withoutTls = 'http://app.example.com';
    expect(await crossOrigin(service, withoutTls)).toEqual({ allowed: [withoutTls, withoutTls], credentials: [] });
    const { status } = await forge(newBrowser(service), { query: REFRESH, headers: { origin: withoutTls } });
    expect(status).toBe(403);
    await service.close();
  });

  test('are never told to send cookies while cookie mode is off', async () => {
    const service = await startService({ env: { PUBLIC_URL: ACCOUNTS, CORS_ORIGINS: APP } });

    expect(await crossOrigin(service, APP)).toEqual({ allowed: [APP, APP], credentials: [] });
    await service.close();
  });
});

test('a client that asks for cookie mode where it is off gets no token that scripts can read', async () => {
  const service = await startService({ env: { PUBLIC_URL: ACCOUNTS, CORS_ORIGINS: APP } });
  const phoneNumber = newPhoneNumber();
  const otp = await obtainCode(service, phoneNumber);
  const browser = newBrowser(service);
  const input = { phoneNumber, otp };
  const query = 'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { __typename } }';

  const { status, answer } = await forge(browser, { query, variables: { input } });
  await expect(loadWebApp(browser.open(APP)).signIn(phoneNumber, otp)).rejects.toThrow('Failed to fetch');
  const bearer = await service.graphql(query, { input });

  expect(status).toBe(400);
  expect(JSON.parse(answer).errors[0]).toMatchObject({ extensions: { code: 'BAD_REQUEST' } });
  expect(bearer.body.data).toEqual({ verifyOtp: { __typename: 'VerifyOtpSuccess' } });
  await service.close();
});

test('a developer tries cookie mode on localhost, page and service on ports of their own', async () => {
  const env = { PUBLIC_URL: 'http://localhost:4000', CORS_ORIGINS: 'http://localhost:5173' };
  const service = await startCookieService(env);
  const browser = new Browser({ clock: service.clock, servers: { [env.PUBLIC_URL]: service.url } });
  const page = browser.open(env.CORS_ORIGINS);
  const phoneNumber = newPhoneNumber();

  await loadWebApp(page, env.PUBLIC_URL).signIn(phoneNumber, await obtainCode(service, phoneNumber));

  expect(await loadWebApp(page, env.PUBLIC_URL).resume()).toBe(true);
  await service.close();
});

describe('the service refuses to start with cookies that browsers would refuse', () => {
  const problems = (env: Record<string, string>) => {
    const reading = readConfig({ SESSION_COOKIES: 'on', ...env });
    const found = reading.kind === 'problems' ? reading.problems : [];
    return found.filter((problem) => /^(PUBLIC_URL|SESSION_COOKIES) /.test(problem));
  };

  test.each([
    ['production on localhost', { NODE_ENV: 'production', PUBLIC_URL: 'http://localhost:4000' }],
    ['development without TLS, not on localhost', { PUBLIC_URL: 'http://192.168.1.5:4000' }],
    ['a host that only begins like localhost', { PUBLIC_URL: 'http://localhost.example.com' }],
    ['a host that only begins like an address', { PUBLIC_URL: 'http://127.0.0.1.example.com' }],
  ])('%s', (_what, env) => {
    expect(problems(env)).toEqual([expect.stringMatching(/^PUBLIC_URL must begin with https:.*SESSION_COOKIES=on/)]);
  });

  test('production without TLS, told once', () => {
    expect(problems({ NODE_ENV: 'production', PUBLIC_URL: 'http://accounts.example.com' })).toEqual([
      expect.stringMatching(/^PUBLIC_URL must begin with https:/),
    ]);
  });

  test('a value that is neither on nor off, told once', () => {
    const env = { NODE_ENV: 'production', PUBLIC_URL: 'https://accounts.example.com', SESSION_COOKIES: 'yes' };

    expect(problems(env)).toEqual(['SESSION_COOKIES must be one of: on, off.']);
  });

  test('production without a public address, told once', () => {
    expect(problems({ NODE_ENV: 'production' })).toEqual([expect.stringMatching(/^PUBLIC_URL is required/)]);
  });

  test('a public address that cannot be read, told once', () => {
    expect(problems({ NODE_ENV: 'production', PUBLIC_URL: 'accounts.example.com' })).toHaveLength(1);
  });

  test.each([
    { NODE_ENV: 'production', PUBLIC_URL: 'https://accounts.example.com' },
    {},
    { PUBLIC_URL: 'http://localhost:4000' },
    { PUBLIC_URL: 'http://[::1]:4000' },
    { PUBLIC_URL: 'http://127.0.0.1:4000' },
    { NODE_ENV: 'production', PUBLIC_URL: 'http://localhost:4000', SESSION_COOKIES: 'off' },
  ])('but not with %o', (env) => {
    expect(problems(env)).toEqual([]);
  });
});
