import argon2 from 'argon2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CaptchaService, startCaptchaService, turnstileSite } from '../support/captcha/captcha-service.js';
import {
  countOf,
  form,
  inParallel,
  obtainCode,
  register,
  requestOtp,
  signIn,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { PostgresProxy } from '../support/postgres/postgres-proxy.js';
import { attemptsOf, failuresOf } from '../support/postgres/rows.js';
import type { TestService } from '../support/service.js';
import { login, passwordFailures, registered } from '../support/operations/session-operations.js';
import { openTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';

/** CAPTCHA=on-suspicion: three wrong guesses within an hour, and the next one needs a solved CAPTCHA. */

const PASSWORD = 'SecurePassword123!';
const REQUIRED = 'CaptchaRequiredError';

let database: TestDatabase;
let proxy: PostgresProxy;
let first: CaptchaService;
let second: CaptchaService;
let service: TestService;
beforeAll(async () => {
  const env = { OTP_MAX_ATTEMPTS: '10' };
  database = await openTestDatabase();
  proxy = await PostgresProxy.start(database.url);
  first = await startCaptchaService('on-suspicion', { env, database, databaseUrl: proxy.url });
  service = first.service;
  const { clock } = service;
  second = await startCaptchaService('on-suspicion', { env, database, clock });
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await second.close();
  await first.close();
  await proxy.close();
  await database.close();
});

let serial = 10;
let phoneNumber: string;
beforeEach(() => {
  serial += 1;
  phoneNumber = `+97798000064${serial}`;
});

const solve = () => first.provider.solve();

/** What some guesses at a code are answered. */
async function guesses(otp: string, times: number, added: () => object = () => ({})): Promise<string[]> {
  const answers = [];
  for (let time = 0; time < times; time += 1) {
    answers.push((await verifyOtp(service, { phoneNumber, otp, ...added() })).__typename);
  }
  return answers;
}

async function account() {
  const names = { username: `suspect${serial}`, email: `suspect${serial}@example.com` };
  const verificationCode = await obtainCode(service, phoneNumber);
  const { user } = await registered(service, form({ phoneNumber, ...names, verificationCode }));
  return { id: user.id as string, ...names };
}

describe('guessing at codes', () => {
  test('nobody is asked for a CAPTCHA before three wrong guesses', async () => {
    const otp = await obtainCode(service, phoneNumber);
    const asked = first.provider.requests.length;
    expect(await guesses(wrongCode(otp), 2)).toEqual(['InvalidOtpError', 'InvalidOtpError']);
    expect(await guesses(otp, 1)).toEqual(['VerifyOtpSuccess']);
    expect(first.provider.requests).toHaveLength(asked);
  });

  test('after them even the right code is neither compared nor counted without one', async () => {
    const otp = await obtainCode(service, phoneNumber);
    await guesses(wrongCode(otp), 3);
    expect(await verifyOtp(service, { phoneNumber, otp })).toEqual({
      __typename: REQUIRED,
      message: 'Show that you are human, then try again.',
      siteKey: turnstileSite.siteKey,
      provider: 'TURNSTILE',
    });
    expect(await guesses(wrongCode(otp), 20)).toEqual(Array(20).fill(REQUIRED));
    expect([await failuresOf(service, phoneNumber), await attemptsOf(service, phoneNumber)]).toEqual([3, 3]);
    expect(await guesses(otp, 1, () => ({ captchaToken: solve() }))).toEqual(['VerifyOtpSuccess']);
  });

  test('a refusal takes the one statement that would have counted the guess', async () => {
    const { wire } = proxy;
    await guesses('000000', 4);
    wire.reset();
    expect(await guesses('000000', 1)).toEqual([REQUIRED]);
    expect(wire.count).toEqual({ statements: 1, roundTrips: 1 });
  });

  test.each([
    ['made up', () => 'made-up'],
    ['blank', () => ' '],
    ['of another site', () => first.provider.solve('another-site-key')],
    ['of 60 KB', () => 'x'.repeat(60_000)],
  ])('a token that is %s does not help', async (_name, token) => {
    const otp = await obtainCode(service, phoneNumber);
    await guesses(wrongCode(otp), 3);
    expect(await guesses(otp, 2, () => ({ captchaToken: token() }))).toEqual([REQUIRED, REQUIRED]);
    expect(await failuresOf(service, phoneNumber)).toBe(3);
  });

  test('a token is good for one guess', async () => {
    const otp = await obtainCode(service, phoneNumber);
    await guesses(wrongCode(otp), 3);
    const captchaToken = solve();
    expect(await guesses(wrongCode(otp), 3, () => ({ captchaToken }))).toEqual(['InvalidOtpError', REQUIRED, REQUIRED]);
    expect(await failuresOf(service, phoneNumber)).toBe(4);
  });

  test('solved CAPTCHAs buy no guesses: the sixth wrong one locks, and a lock is told as a lock', async () => {
    const otp = await obtainCode(service, phoneNumber);
    await guesses(wrongCode(otp), 3);
    const answers = await guesses(wrongCode(otp), 4, () => ({ captchaToken: solve() }));
    expect(answers).toEqual(['InvalidOtpError', 'InvalidOtpError', 'AccountLockedError', 'AccountLockedError']);
    expect(await guesses(otp, 1)).toEqual(['AccountLockedError']);
    service.clock.advance(900);
    expect(await guesses(otp, 1)).toEqual([REQUIRED]);
  });

  test('an hour later the slate is clean', async () => {
    const wrong = wrongCode(await obtainCode(service, phoneNumber));
    await guesses(wrong, 3);
    service.clock.advance(3_599);
    expect(await guesses(wrong, 1)).toEqual([REQUIRED]);
    service.clock.advance(1);
    expect(await guesses(wrong, 1)).toEqual(['InvalidOtpError']);
  });

  test('E1: a number that nobody has and that was sent nothing is answered alike', async () => {
    expect(await guesses('000000', 5)).toEqual([...Array(3).fill('InvalidOtpError'), REQUIRED, REQUIRED]);
    phoneNumber = `+97798000065${serial}`;
    await signIn(service, phoneNumber);
    expect(await guesses(wrongCode(service.phone.code(phoneNumber)), 5)).toEqual([
      ...Array(3).fill('InvalidOtpError'),
      REQUIRED,
      REQUIRED,
    ]);
  });

  test('a hundred at once over two processes: three are compared, however they arrive', async () => {
    const wrong = wrongCode(await obtainCode(service, phoneNumber));
    const answers = await inParallel(100, (index) =>
      verifyOtp(index % 2 ? service : second.service, { phoneNumber, otp: wrong }),
    );
    expect(countOf(answers)).toEqual({ InvalidOtpError: 3, [REQUIRED]: 97 });
    expect([await failuresOf(service, phoneNumber), await attemptsOf(service, phoneNumber)]).toEqual([3, 3]);
  });

  test('with the code of a registration is guessing at the same code', async () => {
    const verificationCode = await obtainCode(service, phoneNumber);
    await guesses(wrongCode(verificationCode), 3);
    const input = form({ phoneNumber, email: `guessed${serial}@example.com`, verificationCode });
    expect(await register(service, input)).toMatchObject({ __typename: REQUIRED });
    expect(await failuresOf(service, phoneNumber)).toBe(3);
    expect(await register(service, { ...input, captchaToken: solve() })).toMatchObject({
      __typename: 'RegisterSuccess',
    });
  });
});

describe('guessing at passwords', () => {
  async function passwordGuesses(identifier: string, times: number): Promise<string[]> {
    const answers = [];
    for (let time = 0; time < times; time += 1) {
      answers.push((await login(service, { identifier, password: 'wrong' })).__typename);
    }
    return answers;
  }

  test('three are checked; the next needs a CAPTCHA, whichever identifier it uses', async () => {
    const { username, email, id } = await account();
    const checks = vi.spyOn(argon2, 'verify');
    await passwordGuesses(username, 3);
    const right = { identifier: email, password: PASSWORD };
    expect(await login(service, right)).toMatchObject({ __typename: REQUIRED, siteKey: turnstileSite.siteKey });
    expect(checks).toHaveBeenCalledTimes(3);
    expect(await passwordFailures(service, id)).toBe(3);
    expect(await login(service, { ...right, captchaToken: solve() })).toMatchObject({ __typename: 'LoginSuccess' });
  });

  test('E2: somebody who does not exist is guarded alike', async () => {
    const expected = [...Array(3).fill('InvalidCredentialsError'), REQUIRED];
    expect(await passwordGuesses(`nobody${serial}@example.com`, 4)).toEqual(expected);
  });
});

describe('a provider that is away', () => {
  test('lets in everybody who is under no suspicion, and nobody who is', async () => {
    const otp = await obtainCode(service, phoneNumber);
    const captchaToken = 'unavailable';
    first.provider.answerNext(...Array.from({ length: 5 }, () => ({ kind: 'close' }) as const));
    expect(await guesses(wrongCode(otp), 3, () => ({ captchaToken }))).toEqual(Array(3).fill('InvalidOtpError'));
    expect(await guesses(otp, 2, () => ({ captchaToken }))).toEqual([REQUIRED, REQUIRED]);
  });

  test('codes are asked for as ever', async () => {
    expect(await requestOtp(service, { phoneNumber })).toMatchObject({ __typename: 'RequestOtpSuccess' });
  });
});
