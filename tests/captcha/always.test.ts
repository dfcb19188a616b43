import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CaptchaService, startCaptchaService, turnstileSite } from '../support/captcha/captcha-service.js';
import { eventually } from '../support/eventually.js';
import {
  form,
  guessWrongly,
  register,
  requestOtp,
  signIn,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { startCountedService } from '../support/postgres/counted-service.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { attemptsOf, failuresOf, messagesTo } from '../support/postgres/rows.js';
import { settled } from '../support/postgres/settled.js';
import { startService, type TestService } from '../support/service.js';
import { login } from '../support/operations/session-operations.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

/** CAPTCHA=always: codes, sign-ins and registrations need a solved one, and nothing is told before. */

const REQUIRED = {
  __typename: 'CaptchaRequiredError',
  message: 'Show that you are human, then try again.',
  siteKey: turnstileSite.siteKey,
  provider: 'TURNSTILE',
};

let database: TestDatabase;
let proxy: PostgresProxy;
let guarded: CaptchaService;
/** The same service without a CAPTCHA, for what has to be there beforehand. */
let open: TestService;
beforeAll(async () => {
  database = await openTestDatabase();
  // Requests for codes are noted, refused ones among them: those of a second together.
  proxy = await PostgresProxy.start(database.url, (text) => /^\s*insert into "?code_requests"?/i.test(text));
  const options = { database, databaseUrl: proxy.url, captchaTimeoutMs: 2_000 };
  guarded = await startCaptchaService('always', options, startCountedService);
  open = await startService({ database, clock: guarded.service.clock });
});
afterAll(async () => {
  await guarded.close();
  await open.close();
  await proxy.close();
  await database.close();
});

let serial = 10;
let phoneNumber: string;
beforeEach(() => {
  serial += 1;
  phoneNumber = `+97798000061${serial}`;
});

function registration(changes: object = {}) {
  return form({ phoneNumber, email: `captcha${serial}@example.com`, ...changes });
}

/** Each operation with what it needs, once more with whatever is added. */
const operations: readonly [name: string, call: (added: object) => Promise<{ __typename: string }>][] = [
  ['requestOtp', (added) => requestOtp(guarded.service, { phoneNumber, ...added })],
  ['verifyOtp', (added) => verifyOtp(guarded.service, { phoneNumber, otp: '000000', ...added })],
  ['login', (added) => login(guarded.service, { identifier: phoneNumber, password: 'wrong', ...added })],
  ['register', (added) => register(guarded.service, registration(added))],
];

describe.each(operations)('%s', (name, call) => {
  const strangers = ['made-up', turnstileSite.siteKey, '', '   ', 'x'.repeat(2049), 'x'.repeat(60_000)];
  const success = { requestOtp: 'RequestOtpSuccess', verifyOtp: 'InvalidOtpError', login: 'InvalidCredentialsError' };

  test('a bot without a solved CAPTCHA gets no further than the site key, at no cost for the database', async () => {
    await settled(guarded.service, proxy);
    proxy.wire.reset();
    expect(await call({})).toEqual(REQUIRED);
    for (const captchaToken of strangers) expect(await call({ captchaToken })).toEqual(REQUIRED);
    expect(await call({ captchaToken: guarded.provider.solve('the site of somebody else') })).toEqual(REQUIRED);
    expect(proxy.wire.asked).toEqual([]);
    expect(proxy.wire.count.roundTrips).toBe(0);
    expect(await failuresOf(guarded.service, phoneNumber)).toBe(0);
    expect(await messagesTo(guarded.service, phoneNumber)).toEqual([]);
  });

  test('a person who solved one is let in, once', async () => {
    const captchaToken = guarded.provider.solve();
    const expected = Reflect.get(success, name) ?? 'RegisterSuccess';
    expect(await call({ captchaToken })).toMatchObject({ __typename: expected });
    expect(await call({ captchaToken })).toEqual(REQUIRED);
  });

  test('a form that needs correction is told so first, and the token stays good', async () => {
    const captchaToken = guarded.provider.solve();
    const blank = name === 'login' ? { identifier: '' } : { phoneNumber: '' };
    const asked = guarded.provider.requests.length;
    expect(await call({ captchaToken, ...blank })).toMatchObject({ __typename: 'InvalidInputError' });
    expect(guarded.provider.requests).toHaveLength(asked);
    expect(await call({ captchaToken })).not.toEqual(REQUIRED);
  });

  test('a provider that is away keeps nobody out, and the log says so', async () => {
    const lines = guarded.service.logs.length;
    guarded.provider.answerNext({ kind: 'http', status: 503, body: '<html>' });
    expect(await call({ captchaToken: 'unavailable' })).not.toEqual(REQUIRED);
    const logged = guarded.service.logs.slice(lines).map((line) => JSON.parse(line));
    expect(logged.filter(({ level }) => level === 40)).toMatchObject([
      { msg: 'captcha provider gave no verdict', reason: 'HTTP_503' },
      { msg: 'let through without captcha: the provider is unavailable' },
    ]);
  });
});

test('E1: whoever asks without a CAPTCHA learns nothing about numbers: known, unknown and locked look the same', async () => {
  const known = phoneNumber;
  await signIn(open, known);
  const locked = `+97798000062${serial}`;
  await guessWrongly(open, locked, 6);
  for (const number of [known, locked, `+97798000063${serial}`]) {
    phoneNumber = number;
    for (const [, call] of operations) expect(await call({})).toEqual(REQUIRED);
  }
});

test('a person signs up from the first code to the session, with a CAPTCHA for each step', async () => {
  const solve = () => guarded.provider.solve();
  await requestOtp(guarded.service, { phoneNumber, captchaToken: solve() });
  const otp = guarded.service.phone.code(phoneNumber);
  const answer = await verifyOtp(guarded.service, { phoneNumber, otp, captchaToken: solve() });
  expect(answer).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: true });
});

test('an outage of the provider is no way around a suspicion', async () => {
  await requestOtp(open, { phoneNumber });
  const otp = open.phone.code(phoneNumber);
  await guessWrongly(open, phoneNumber, 2);
  const guess = (added: object) => verifyOtp(guarded.service, { phoneNumber, otp: wrongCode(otp), ...added });
  guarded.provider.answerNext({ kind: 'close' }, { kind: 'http', status: 200, body: 'garbage' });
  expect(await guess({ captchaToken: 'unavailable' })).toMatchObject({ __typename: 'InvalidOtpError' });
  expect(await guess({ captchaToken: 'unavailable' })).toEqual(REQUIRED);
  expect([await failuresOf(open, phoneNumber), await attemptsOf(open, phoneNumber)]).toEqual([3, 3]);
});

test('a provider that never answers is waited for only so long', async () => {
  const impatient = await startCaptchaService('always', { database, captchaTimeoutMs: 100 });
  impatient.provider.answerNext({ kind: 'hang' });
  const answer = await requestOtp(impatient.service, { phoneNumber, captchaToken: impatient.provider.solve() });
  expect(answer).toMatchObject({ __typename: 'RequestOtpSuccess' });
  expect(impatient.service.logs.join('')).toContain('"reason":"timeout"');
  await impatient.close();
});

test('a code that arrives while the provider thinks is judged by the time after it', async () => {
  await requestOtp(open, { phoneNumber });
  const otp = open.phone.code(phoneNumber);
  const slow = await startCaptchaService('always', { database, clock: open.clock, captchaTimeoutMs: 60_000 });
  slow.provider.answerNext({ kind: 'hang' });
  const verifying = verifyOtp(slow.service, { phoneNumber, otp, captchaToken: slow.provider.solve() });
  await eventually(async () => slow.provider.requests[0]);
  open.clock.advance(600);
  await slow.provider.close();
  expect(await verifying).toMatchObject({ __typename: 'InvalidOtpError' });
  await slow.service.close();
});

test('the provider is told the address of the client, not of the proxy', async () => {
  const behind = await startCaptchaService('always', { database, env: { TRUST_PROXY: '1' } });
  const headers = { 'x-forwarded-for': '203.0.113.7' };
  const captchaToken = behind.provider.solve();
  const input = { identifier: 'nobody', password: 'wrong', captchaToken };
  expect(await login(behind.service, input, { headers })).toMatchObject({ __typename: 'InvalidCredentialsError' });
  const { secret } = turnstileSite;
  expect(behind.provider.requests[0]?.form).toEqual({ secret, response: captchaToken, remoteip: '203.0.113.7' });
  await behind.close();
});

test('neither secret nor token is in the log', () => {
  const log = guarded.service.logs.join('');
  const tokens = guarded.provider.requests.map(({ form: { response = '' } }) => response);
  expect(tokens.length).toBeGreaterThan(10);
  for (const secret of [turnstileSite.secret, ...tokens.filter((token) => token.startsWith('token-'))]) {
    expect(log).not.toContain(secret);
  }
});

describe('CAPTCHA=off', () => {
  test('a token that an app sends all the same is not looked at, by nobody', async () => {
    const off = await startCaptchaService('off', { database });
    const captchaToken = 'x'.repeat(3_000);
    expect(await requestOtp(off.service, { phoneNumber, captchaToken })).toMatchObject({
      __typename: 'RequestOtpSuccess',
    });
    const otp = off.service.phone.code(phoneNumber);
    for (let guess = 0; guess < 2; guess += 1) {
      await verifyOtp(off.service, { phoneNumber, otp: wrongCode(otp), captchaToken });
    }
    expect(await verifyOtp(off.service, { phoneNumber, otp, captchaToken })).toMatchObject({
      __typename: 'VerifyOtpSuccess',
    });
    expect(off.provider.requests).toEqual([]);
    await off.close();
  });
});
