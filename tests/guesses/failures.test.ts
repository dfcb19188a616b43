import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInOn } from '../support/devices.js';
import {
  countOf,
  form,
  inParallel,
  obtainCode,
  register,
  signIn,
  verifyOtp,
} from '../support/operations/operations.js';
import { attemptsOf, failuresOf } from '../support/postgres/rows.js';
import { startService, type TestService, type TestServiceOptions } from '../support/service.js';
import { login, registered } from '../support/operations/session-operations.js';
import { startTwoProcesses } from '../support/process/two-processes.js';

/** G6: few guesses at each of many numbers, so that no number's own budget notices. */

const TOO_MANY = 'TooManyRequestsError';
const PASSWORD = 'SecurePassword123!';
/** Guesses of one kind that a process may have under way when the limit is reached. */
const IN_FLIGHT = 16;

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

let serial = 0;
function nextNumber(): string {
  serial += 1;
  return `+9779801${String(serial).padStart(6, '0')}`;
}

/** A network that has failed a few times already, as a proxy would tell it. A clean one keeps some guesses of its own. */
function elsewhere() {
  return from('10.1.0.7');
}

function from(address: string) {
  return { headers: { 'x-forwarded-for': address } };
}

/** Limits are per hour, and a twelfth of them holds in five minutes. */
async function serviceWith(limits: { perNetwork?: number; all?: number }, options: TestServiceOptions = {}) {
  const env = {
    TRUST_PROXY: '1',
    FAILURES_PER_NETWORK_PER_HOUR: String((limits.perNetwork ?? 10_000) * 12),
    FAILURES_PER_HOUR: String((limits.all ?? 10_000) * 12),
    ...options.env,
  };
  const service = await startService({ ...options, env });
  closing.unshift(() => service.close());
  return service;
}

/** A wrong code, each time at another number. */
function guessOnce(service: TestService, options = elsewhere()) {
  return verifyOtp(service, { phoneNumber: nextNumber(), otp: '000000' }, options);
}

async function guessSeveral(service: TestService, times: number) {
  const answers = [];
  for (let guess = 0; guess < times; guess += 1) answers.push(await guessOnce(service));
  return countOf(answers);
}

function tooManyIn(logs: readonly string[]): string[] {
  return logs.filter((line) => line.includes('too many wrong guesses'));
}

describe('one guess at each of many numbers', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await serviceWith({ all: 10 });
  });

  test('trips the limit: then nothing is looked at or counted, until it is said to be over', async () => {
    const [phoneNumber, other] = [nextNumber(), nextNumber()];
    const otp = await obtainCode(service, phoneNumber);
    expect(await guessSeveral(service, 12)).toEqual({ InvalidOtpError: 10, [TOO_MANY]: 2 });

    const refused = await verifyOtp(service, { phoneNumber, otp }, elsewhere());
    expect(refused).toEqual({
      __typename: TOO_MANY,
      message: expect.stringContaining('Try again in'),
      retryAfterSeconds: expect.any(Number),
    });
    expect(await failuresOf(service, phoneNumber)).toBe(0);
    expect(await attemptsOf(service, phoneNumber)).toBe(0);
    expect(await verifyOtp(service, { phoneNumber: other, otp: '000000' }, elsewhere())).toMatchObject({
      __typename: TOO_MANY,
    });

    const { retryAfterSeconds } = refused;
    expect(retryAfterSeconds).toBeGreaterThan(0);
    expect(retryAfterSeconds).toBeLessThanOrEqual(325);
    service.clock.advance(retryAfterSeconds - 1);
    expect(await guessOnce(service)).toMatchObject({ __typename: TOO_MANY, retryAfterSeconds: 1 });
    service.clock.advance(1);
    expect(await verifyOtp(service, { phoneNumber, otp }, elsewhere())).toMatchObject({
      __typename: 'VerifyOtpSuccess',
    });
  });

  test('codes, codes for registering and passwords count together, and are refused together', async () => {
    const known = await account(service);
    service.clock.advance(330);
    const phoneNumber = nextNumber();
    const registration = () => register(service, newForm({ phoneNumber, verificationCode: '000000' }), elsewhere());
    const wrongPassword = (identifier: string) => login(service, { identifier, password: 'wrong' }, elsewhere());
    const answers = [];
    for (let round = 0; round < 2; round += 1) {
      answers.push(await wrongPassword(known.username), await wrongPassword('nobody'), await registration());
      answers.push(await guessOnce(service), await guessOnce(service));
    }
    expect(countOf(answers)).toEqual({ InvalidCredentialsError: 4, InvalidOtpError: 6 });

    const over = { __typename: TOO_MANY };
    expect(await registration()).toMatchObject(over);
    expect(await guessOnce(service)).toMatchObject(over);
    for (const identifier of [known.username, 'nobody']) {
      expect(await login(service, { identifier, password: PASSWORD }, elsewhere())).toMatchObject(over);
    }
    expect(await register(service, newForm(), elsewhere())).toMatchObject({ __typename: 'RegisterSuccess' });
  });

  test('whoever signed in before is let through on their device, by code and by password', async () => {
    service.clock.advance(330);
    const { phoneNumber, username } = await account(service);
    const { deviceToken } = await signInOn(service, phoneNumber);
    service.clock.advance(330);
    await guessSeveral(service, 11);
    const input = { identifier: username, password: PASSWORD };
    expect(await login(service, input, elsewhere())).toMatchObject({ __typename: TOO_MANY });
    expect(await login(service, { ...input, deviceToken }, elsewhere())).toMatchObject({ __typename: 'LoginSuccess' });
    expect(await signInOn(service, phoneNumber, deviceToken)).toMatchObject({ deviceToken: expect.any(String) });
  });

  test('wrong guesses of known devices count for themselves only', async () => {
    service.clock.advance(330);
    const compared = [];
    for (const phoneNumber of [nextNumber(), nextNumber()]) {
      const { deviceToken } = await signInOn(service, phoneNumber);
      for (let guess = 0; guess < 5; guess += 1) {
        compared.push(await verifyOtp(service, { phoneNumber, otp: '000000', deviceToken }));
      }
    }
    expect(countOf(compared)).toEqual({ InvalidOtpError: 10 });
    expect(await guessOnce(service)).toMatchObject({ __typename: 'InvalidOtpError' });
  });

  test('what costs nothing: right guesses, refusals by a lock, and what is no guess', async () => {
    service.clock.advance(330);
    const locked = nextNumber();
    for (let guess = 0; guess < 20; guess += 1) await verifyOtp(service, { phoneNumber: locked, otp: '000000' });
    for (let index = 0; index < 12; index += 1) await signIn(service, nextNumber());
    for (let index = 0; index < 12; index += 1) await verifyOtp(service, { phoneNumber: nextNumber(), otp: '1' });
    expect(await guessSeveral(service, 5)).toEqual({ InvalidOtpError: 4, [TOO_MANY]: 1 });
  });

  test('the log says so once in five minutes, and names no number', async () => {
    service.clock.advance(330);
    service.logs.length = 0;
    await guessSeveral(service, 30);
    expect(tooManyIn(service.logs)).toHaveLength(1);
    expect(JSON.parse(tooManyIn(service.logs)[0] ?? '')).toMatchObject({
      level: 40,
      limit: 'failures:all',
      setting: 'FAILURES_PER_HOUR',
    });
    expect(service.logs.join('')).not.toMatch(/\+977/);
    service.clock.advance(330);
    await guessSeveral(service, 30);
    expect(tooManyIn(service.logs)).toHaveLength(2);
  });
});

describe('many guesses from one network', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await serviceWith({ perNetwork: 5, all: 1000 });
  });

  test.each([
    ['IPv4 /24', '192.0.2.1', '192.0.2.254', '192.0.3.1'],
    ['IPv6 /56', '2001:db8:0:100::1', '2001:db8:0:1ff:ffff::1', '2001:db8:0:200::1'],
  ])('%s: it is refused whatever address of it asks, and others are not', async (_name, first, last, outside) => {
    const answers = [];
    for (let guess = 0; guess < 8; guess += 1) answers.push(await guessOnce(service, from(guess % 2 ? first : last)));
    expect(countOf(answers)).toEqual({ InvalidOtpError: 5, [TOO_MANY]: 3 });
    expect(await guessOnce(service, from(outside))).toMatchObject({ __typename: 'InvalidOtpError' });
  });

  test('G4: another X-Forwarded-For that no trusted proxy has set is no other network', async () => {
    const direct = await serviceWith({ perNetwork: 5 }, { env: { TRUST_PROXY: '' } });
    const answers = [];
    for (let guess = 0; guess < 8; guess += 1) answers.push(await guessOnce(direct));
    expect(countOf(answers)).toEqual({ InvalidOtpError: 5, [TOO_MANY]: 3 });
  });
});

describe('thousands at the same moment, over two processes', () => {
  test('the limit holds, but for what the processes have under way', async () => {
    const env = { TRUST_PROXY: '1', FAILURES_PER_HOUR: '120', FAILURES_PER_NETWORK_PER_HOUR: '1000000' };
    const processes = await startTwoProcesses({ env });
    closing.unshift(() => processes.close());
    const codes = inParallel(200, (index) => guessOnce(processes.turn(index)));
    const answers = countOf(await codes);
    expect(answers['InvalidOtpError']).toBeGreaterThanOrEqual(10);
    expect(answers['InvalidOtpError']).toBeLessThanOrEqual(10 + 2 * IN_FLIGHT);
    expect((answers['InvalidOtpError'] ?? 0) + (answers[TOO_MANY] ?? 0)).toBe(200);
  });

  test('with the settings as they come: one guess at each of 500 numbers trips it, and a right code is refused then', async () => {
    const env = { TRUST_PROXY: '1', FAILURES_PER_HOUR: '', FAILURES_PER_NETWORK_PER_HOUR: '' };
    const processes = await startTwoProcesses({ env });
    closing.unshift(() => processes.close());
    const phoneNumber = nextNumber();
    const otp = await obtainCode(processes.first, phoneNumber);
    const spread = (index: number) => from(`10.${index % 10}.0.7`);
    const answers = countOf(await inParallel(500, (index) => guessOnce(processes.turn(index), spread(index))));
    expect(answers['InvalidOtpError']).toBeGreaterThanOrEqual(100);
    expect(answers['InvalidOtpError']).toBeLessThanOrEqual(100 + 2 * IN_FLIGHT);
    expect(await verifyOtp(processes.first, { phoneNumber, otp }, elsewhere())).toMatchObject({ __typename: TOO_MANY });
    expect(await guessOnce(processes.second)).toMatchObject({ __typename: TOO_MANY });
  });

  test('whoever goes on for a whole hour has no more than the hour’s limit', async () => {
    const service = await serviceWith({ all: 3 });
    let compared = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      compared += (await guessSeveral(service, 5))['InvalidOtpError'] ?? 0;
      service.clock.advance(60);
    }
    expect(compared).toBeLessThanOrEqual(3 * 12);
    expect(compared).toBeGreaterThanOrEqual(3 * 9);
  });
});

async function account(service: TestService) {
  const phoneNumber = nextNumber();
  const username = `many${serial}`;
  const verificationCode = await obtainCode(service, phoneNumber);
  await registered(service, newForm({ phoneNumber, username, verificationCode }));
  return { phoneNumber, username };
}

function newForm(changes: Record<string, unknown> = {}) {
  const phoneNumber = nextNumber();
  return form({ phoneNumber, email: `many${serial}@example.com`, ...changes });
}
