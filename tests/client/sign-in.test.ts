import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type Accounts,
  type AccountsStorage,
  createSignIn,
  memoryStorage,
  type SignIn,
  type SignInState,
} from '../../client/src/index.js';
import { clientOf, WatchedNetwork } from '../support/client/client-of.js';
import { form, obtainCode, wrongCode } from '../support/operations/operations.js';
import { registered } from '../support/operations/session-operations.js';
import { startService, type TestService } from '../support/service.js';

let service: TestService;
let numbers = 400;
let phoneNumber: string;
let network: WatchedNetwork;
let accounts: Accounts;
let signIn: SignIn;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());
beforeEach(() => {
  numbers += 1;
  phoneNumber = `+255679190${numbers}`;
  network = new WatchedNetwork();
  accounts = clientOf(service, { fetch: network.fetch });
  signIn = createSignIn(accounts);
});
afterEach(() => {
  signIn.reset();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a user types a number and a code, and is in', async () => {
  const steps: SignInState['step'][] = [];
  signIn.subscribe(({ step, busy }) => busy || steps.push(step));
  expect(signIn.state).toEqual({ step: 'idle', busy: false, failure: null, error: null });
  const sent = await signIn.sendCode({ phoneNumber });
  expect(sent).toMatchObject({ step: 'code', sent: { phoneNumber, codeLength: 6 }, resendInSeconds: 60 });
  const done = await signIn.enterCode(service.phone.code(phoneNumber));

  expect(done).toMatchObject({ step: 'done', newMember: true, user: { phoneNumber } });
  expect(accounts.session?.user.phoneNumber).toBe(phoneNumber);
  expect(steps).toEqual(['code', 'done']);
});

test('failures are told beside the step, and are gone with the next success', async () => {
  expect(await signIn.sendCode({ phoneNumber: '1' })).toMatchObject({
    step: 'idle',
    failure: { __typename: 'InvalidInputError' },
  });
  await signIn.sendCode({ phoneNumber });
  expect(await signIn.resend()).toMatchObject({ step: 'code', failure: { __typename: 'TooManyRequestsError' } });
  const code = service.phone.code(phoneNumber);
  expect(await signIn.enterCode(wrongCode(code))).toMatchObject({
    step: 'code',
    failure: { __typename: 'InvalidOtpError', attemptsRemaining: 2 },
  });
  network.failures.push(null);
  expect(await signIn.enterCode(code)).toMatchObject({ step: 'code', failure: null, error: { code: 'NETWORK' } });
  expect(await signIn.enterCode(code)).toMatchObject({ step: 'done', failure: null, error: null });
});

test('two presses are one call', async () => {
  await Promise.all([signIn.sendCode({ phoneNumber }), signIn.sendCode({ phoneNumber })]);
  expect(network.sent).toHaveLength(1);
  expect(signIn.state).toMatchObject({ step: 'code', failure: null });
});

test('a press that is ignored does not change where "Resend" goes', async () => {
  const sending = signIn.sendCode({ phoneNumber });
  await signIn.sendCode({ phoneNumber: '+255679190999' });
  await sending;
  service.clock.advance(60);
  expect(await signIn.resend()).toMatchObject({ step: 'code', sent: { phoneNumber } });
  expect(service.phone.to(phoneNumber)).toHaveLength(2);
});

test('a code that is ignored does not register the number', async () => {
  const env = { UNKNOWN_PHONE: 'register', REGISTRATION_FIELDS: 'firstName' };
  const registering = await startService({ database: service.database, env });
  signIn = createSignIn(clientOf(registering));
  await signIn.sendCode({ phoneNumber });
  const code = registering.phone.code(phoneNumber);
  const entering = signIn.enterCode(code);
  await signIn.enterCode(wrongCode(code));
  expect(await entering).toMatchObject({ step: 'register' });
  expect(await signIn.register({ firstName: 'Asha' })).toMatchObject({ step: 'done' });
  await registering.close();
});

test('a failure of the platform is thrown, and the form can be used again', async () => {
  await signIn.sendCode({ phoneNumber });
  vi.spyOn(accounts, 'verifyOtp').mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'));
  const code = service.phone.code(phoneNumber);
  await expect(signIn.enterCode(code)).rejects.toThrow('full');
  expect(signIn.state).toMatchObject({ step: 'code', busy: false });
  expect(await signIn.enterCode(code)).toMatchObject({ step: 'done' });
});

test('"Resend" counts down and sends again', async () => {
  await signIn.sendCode({ phoneNumber });
  const left = () => (signIn.state.step === 'code' ? signIn.state.resendInSeconds : null);
  await vi.waitFor(() => expect(left()).toBeLessThanOrEqual(58), { timeout: 5_000 });
  service.clock.advance(60);
  expect(await signIn.resend()).toMatchObject({ step: 'code', resendInSeconds: 60 });
  expect(service.phone.to(phoneNumber)).toHaveLength(2);
});

test('who goes back does not see an answer that comes late', async () => {
  const sending = signIn.sendCode({ phoneNumber });
  signIn.reset();
  await sending;
  expect(signIn.state).toMatchObject({ step: 'idle', busy: false });
});

describe('somebody who holds a code', () => {
  const again = (options: Parameters<typeof clientOf>[1]) => {
    signIn.reset();
    signIn = createSignIn(clientOf(service, options));
    return signIn.sendCode({ phoneNumber: phoneNumber.replace('+255', '+255 ') });
  };
  const tooSoon = { step: 'idle', failure: { __typename: 'TooManyRequestsError' } };
  let storage: AccountsStorage;
  beforeEach(() => {
    storage = memoryStorage();
    accounts = clientOf(service, { storage });
    signIn = createSignIn(accounts);
  });

  test('and loads the form again can type it, and sees when another one can be sent', async () => {
    await signIn.sendCode({ phoneNumber });
    service.clock.advance(20);
    const state = await again({ storage });
    expect(state).toMatchObject({ step: 'code', failure: null, error: null, sent: { phoneNumber, codeLength: 6 } });
    expect(state).toMatchObject({ resendInSeconds: 40, expiresInSeconds: 600 });
    expect(service.phone.to(phoneNumber)).toHaveLength(1);
    const code = service.phone.code(phoneNumber);
    expect(await signIn.enterCode(wrongCode(code))).toMatchObject({ failure: { attemptsRemaining: 2 } });
    expect(await signIn.enterCode(code)).toMatchObject({ step: 'done', user: { phoneNumber } });
  });

  test('and goes back can send the form once more', async () => {
    await signIn.sendCode({ phoneNumber });
    signIn.reset();
    expect(await signIn.sendCode({ phoneNumber })).toMatchObject({
      step: 'code',
      failure: null,
      sent: { phoneNumber },
    });
    service.clock.advance(60);
    expect(await signIn.resend()).toMatchObject({ step: 'code', failure: null, resendInSeconds: 60 });
    expect(service.phone.to(phoneNumber)).toHaveLength(2);
  });

  test('cannot see on another device that somebody asked for a code for the number', async () => {
    await signIn.sendCode({ phoneNumber });
    expect(await again({})).toMatchObject(tooSoon);
  });

  test('of another number, or for something else, is told to wait', async () => {
    await signIn.sendCode({ phoneNumber });
    const other = `+2556791908${numbers % 100}`;
    await createSignIn(clientOf(service)).sendCode({ phoneNumber: other });
    signIn.reset();
    expect(await signIn.sendCode({ phoneNumber: other })).toMatchObject(tooSoon);
    expect(await signIn.sendCode({ phoneNumber, purpose: 'RESET_PASSWORD' })).toMatchObject(tooSoon);
  });

  test('that was used, or at which all guesses are spent, is told to wait', async () => {
    await signIn.sendCode({ phoneNumber });
    const code = service.phone.code(phoneNumber);
    for (let guess = 0; guess < 3; guess += 1) await signIn.enterCode(wrongCode(code));
    expect(await again({ storage })).toMatchObject(tooSoon);
    service.clock.advance(60);
    await signIn.sendCode({ phoneNumber });
    expect(await signIn.enterCode(service.phone.code(phoneNumber))).toMatchObject({ step: 'done' });
    expect(await again({ storage })).toMatchObject(tooSoon);
  });

  test('that an account took which asks for one more proof, is told to wait', async () => {
    const verificationCode = await obtainCode(service, phoneNumber);
    await registered(service, form({ phoneNumber, email: `sleeper${numbers}@example.com`, verificationCode }));
    service.clock.advance(91 * 86_400);
    await signIn.sendCode({ phoneNumber });
    expect(await signIn.enterCode(service.phone.code(phoneNumber))).toMatchObject({ step: 'proof' });
    expect(await again({ storage })).toMatchObject(tooSoon);
  });

  test('that has expired by the clock of the device, or comes from its future, is told to wait', async () => {
    await signIn.sendCode({ phoneNumber });
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 600_000);
    expect(await again({ storage })).toMatchObject(tooSoon);
    vi.setSystemTime(Date.now() - 1_200_000);
    expect(await again({ storage })).toMatchObject(tooSoon);
  });
});

test('where numbers must register, the code that was entered does', async () => {
  const registering = await startService({
    database: service.database,
    env: { UNKNOWN_PHONE: 'register', REGISTRATION_FIELDS: 'firstName' },
  });
  signIn = createSignIn(clientOf(registering));
  await signIn.sendCode({ phoneNumber });
  expect(await signIn.enterCode(registering.phone.code(phoneNumber))).toMatchObject({ step: 'register' });
  expect(await signIn.register({})).toMatchObject({ step: 'register', failure: { fields: [{ code: 'REQUIRED' }] } });
  expect(await signIn.register({ firstName: 'Asha' })).toMatchObject({ step: 'done', user: { phoneVerified: true } });
  await registering.close();
});

describe('a browser that reads the text message', () => {
  let asked: { signal: AbortSignal; answer(code: string): void }[];
  beforeEach(() => {
    asked = [];
    const get = ({ signal }: { signal: AbortSignal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        asked.push({ signal, answer: (code) => resolve({ code }) });
      });
    vi.stubGlobal('OTPCredential', class {});
    vi.stubGlobal('navigator', { credentials: { get } });
  });

  test('enters the code by itself', async () => {
    await signIn.sendCode({ phoneNumber });
    asked[0]?.answer(service.phone.code(phoneNumber));
    await vi.waitFor(() => expect(signIn.state.step).toBe('done'), { timeout: 10_000 });
  });

  test('enters the code after what the user has pressed meanwhile', async () => {
    await signIn.sendCode({ phoneNumber });
    const code = service.phone.code(phoneNumber);
    const typed = signIn.enterCode(wrongCode(code));
    asked[0]?.answer(code);
    expect(await typed).toMatchObject({ failure: { __typename: 'InvalidOtpError' } });
    await vi.waitFor(() => expect(signIn.state.step).toBe('done'), { timeout: 10_000 });
  });

  test('leaves the form as it was where the code cannot be sent', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    await signIn.sendCode({ phoneNumber });
    const verify = vi.spyOn(accounts, 'verifyOtp').mockRejectedValueOnce(new Error('platform'));
    asked[0]?.answer(service.phone.code(phoneNumber));
    await vi.waitFor(() => expect(verify).toHaveBeenCalled(), { timeout: 10_000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.removeListener('unhandledRejection', note);
    for (const each of others) process.on('unhandledRejection', each);

    expect(unhandled).toEqual([]);
    expect(signIn.state).toMatchObject({ step: 'code', busy: false });
  });

  test('is no longer asked once the user has typed it, or gone back', async () => {
    await signIn.sendCode({ phoneNumber });
    signIn.reset();
    service.clock.advance(60);
    await signIn.sendCode({ phoneNumber });
    await signIn.enterCode(service.phone.code(phoneNumber));
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });

  test('is not asked where the application says so', async () => {
    await createSignIn(accounts, { readText: false }).sendCode({ phoneNumber });
    expect(asked).toEqual([]);
  });
});
