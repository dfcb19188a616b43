import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInOn } from '../support/devices.js';
import {
  countOf,
  form,
  guessWrongly,
  inParallel,
  problemsOf,
  register,
  requestOtp,
  requestOtpAndFollow,
  signIn,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { failuresOf } from '../support/postgres/rows.js';
import { login } from '../support/operations/session-operations.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';
import { MANY_TEXTS, type TestService } from '../support/service.js';

/** V2 and V3: strangers guess, and whoever asked for the code signs in with its request token. */

const LOCKED = { __typename: 'AccountLockedError' };
const WRONG = { __typename: 'InvalidOtpError' };
const SIGNED_IN = { __typename: 'VerifyOtpSuccess' };
const TOO_MANY = { __typename: 'TooManyRequestsError' };

let processes: TwoProcesses;
let service: TestService;
let serial = 0;
beforeAll(async () => {
  processes = await startTwoProcesses();
  service = processes.first;
});
afterAll(() => processes.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000060${String(serial).padStart(2, '0')}`;
}

/** Asks for a code, as an app does that keeps the request token. */
async function ask(phoneNumber: string, at: TestService = service) {
  const answer = await requestOtpAndFollow(at, { phoneNumber });
  expect(answer).toMatchObject({ __typename: 'RequestOtpSuccess' });
  return { phoneNumber, otp: at.phone.code(phoneNumber), requestToken: String(answer.requestToken) };
}

function mistyped<Asked extends { readonly otp: string }>(asked: Asked): Asked {
  return { ...asked, otp: wrongCode(asked.otp) };
}

describe('strangers guess at the code that somebody has just got', () => {
  test('three times: without its request token the code is used up, with it it is right', async () => {
    const asked = await ask(nextNumber());
    await guessWrongly(service, asked.phoneNumber, 3);
    const { requestToken: _, ...stranger } = asked;
    expect(await verifyOtp(service, stranger)).toMatchObject({ ...WRONG, attemptsRemaining: 0 });
    expect(await verifyOtp(processes.second, asked)).toMatchObject(SIGNED_IN);
  });

  test('until the number is locked, or its day is spent: the first guess with the token is looked at', async () => {
    for (const guesses of [6, 20]) {
      const asked = await ask(nextNumber());
      for (let guess = 0; guess < guesses; guess += 1) {
        const { retryAfterSeconds } = await guessWrongly(service, asked.phoneNumber);
        if (guess < guesses - 1) service.clock.advance(retryAfterSeconds ?? 0);
      }
      service.clock.advance(60);
      const late = await ask(asked.phoneNumber);
      expect(await guessWrongly(service, asked.phoneNumber)).toMatchObject(LOCKED);
      expect(await verifyOtp(service, late)).toMatchObject(SIGNED_IN);
      // The lock holds for strangers all the same.
      expect(await guessWrongly(service, asked.phoneNumber)).toMatchObject(LOCKED);
      expect(await failuresOf(service, asked.phoneNumber)).toBe(guesses);
    }
  });

  test('a slip after that costs the holder of the token a new request, which the lock does not stop', async () => {
    const asked = await ask(nextNumber());
    await guessWrongly(service, asked.phoneNumber, 6);
    expect(await verifyOtp(service, mistyped(asked))).toMatchObject({ ...WRONG, attemptsRemaining: 2 });
    expect(await verifyOtp(service, asked)).toMatchObject(LOCKED);
    service.clock.advance(60);
    const again = await ask(asked.phoneNumber);
    expect(again.otp).toBe(asked.otp);
    expect(await verifyOtp(service, again)).toMatchObject(SIGNED_IN);
  });

  test('and has the code sent again: it stays the same, and each has a token of their own', async () => {
    const owner = await ask(nextNumber());
    const { phoneNumber } = owner;
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(TOO_MANY);
    service.clock.advance(60);
    const stranger = await ask(phoneNumber);
    expect(stranger.otp).toBe(owner.otp);
    expect(stranger.requestToken).not.toBe(owner.requestToken);
    // The attempts of all tokens are guessed away, and the code is asked for once more.
    for (const left of [2, 1, 0, 0]) {
      expect(await verifyOtp(service, mistyped(stranger))).toMatchObject({ ...WRONG, attemptsRemaining: left });
    }
    service.clock.advance(60);
    expect((await ask(phoneNumber)).otp).toBe(owner.otp);
    expect(await verifyOtp(service, owner)).toMatchObject(SIGNED_IN);
  });

  test('who asks while a stranger’s request cools down waits a minute, and gets the same code with a token', async () => {
    const stranger = await ask(nextNumber());
    const refused = await requestOtp(service, { phoneNumber: stranger.phoneNumber });
    expect(refused).toMatchObject({ ...TOO_MANY, retryAfterSeconds: 60 });
    await guessWrongly(service, stranger.phoneNumber, 6);
    service.clock.advance(refused.retryAfterSeconds);
    const owner = await ask(stranger.phoneNumber);
    expect(owner.otp).toBe(stranger.otp);
    expect(await verifyOtp(service, owner)).toMatchObject(SIGNED_IN);
  });

  test('in a registration form the token counts as well', async () => {
    const { phoneNumber, otp: verificationCode, requestToken } = await ask(nextNumber());
    await guessWrongly(service, phoneNumber, 6);
    const input = form({ phoneNumber, email: `token${serial}@example.com`, verificationCode });
    expect(await register(service, input)).toMatchObject(LOCKED);
    expect(await register(service, { ...input, requestToken })).toMatchObject({ __typename: 'RegisterSuccess' });
  });
});

describe('the holder of a request token', () => {
  test('has three attempts, and then a new code', async () => {
    const asked = await ask(nextNumber());
    for (const left of [2, 1, 0, 0]) {
      expect(await verifyOtp(service, mistyped(asked))).toMatchObject({ ...WRONG, attemptsRemaining: left });
    }
    expect(await verifyOtp(service, asked)).toMatchObject({ ...WRONG, attemptsRemaining: 0 });
    service.clock.advance(60);
    const again = await ask(asked.phoneNumber);
    expect(again.otp).not.toBe(asked.otp);
    expect(await verifyOtp(service, again)).toMatchObject(SIGNED_IN);
  });

  test('is not counted at the number with the first guess, and is with the others', async () => {
    const asked = await ask(nextNumber());
    for (const counted of [0, 1, 2]) {
      await verifyOtp(service, mistyped(asked));
      expect(await failuresOf(service, asked.phoneNumber)).toBe(counted);
    }
  });

  test('has one first guess of a hundred at the same moment, at two processes', async () => {
    const asked = await ask(nextNumber());
    await guessWrongly(service, asked.phoneNumber, 6);
    const answers = await inParallel(100, (index) => verifyOtp(processes.turn(index), mistyped(asked)));
    expect(countOf(answers)).toEqual({ InvalidOtpError: 1, AccountLockedError: 99 });
  });

  test('signs in once with sixty submissions at two processes, and locks nothing', async () => {
    const asked = await ask(nextNumber());
    const answers = await inParallel(60, (index) => verifyOtp(processes.turn(index), asked));
    expect(countOf(answers)).toEqual({ VerifyOtpSuccess: 1, InvalidOtpError: 59 });
    expect(await failuresOf(service, asked.phoneNumber)).toBe(0);
  });

  test('counts as a stranger with the token of an older code, of another number, or one that was changed', async () => {
    const older = await ask(nextNumber());
    service.clock.advance(600);
    const [asked, other] = [await ask(older.phoneNumber), await ask(nextNumber())];
    await guessWrongly(service, asked.phoneNumber, 6);
    const changed = asked.requestToken.replace(/^[^.]+\.[^.]+/, other.requestToken.replace(/\.[^.]+$/, ''));
    for (const requestToken of [older.requestToken, other.requestToken, changed, 'no token', null]) {
      expect(await verifyOtp(service, { ...asked, requestToken })).toMatchObject(LOCKED);
    }
    expect(await verifyOtp(service, asked)).toMatchObject(SIGNED_IN);
  });

  test('cannot use it as another token', async () => {
    const { phoneNumber, requestToken } = await ask(nextNumber());
    const { body } = await service.graphql('{ me { id } }', {}, { token: requestToken });
    expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(Buffer.from(requestToken.split('.')[1] ?? '', 'base64url').toString()).not.toContain(phoneNumber.slice(4));
  });
});

describe('a known device that also sends the request token', () => {
  test('has its own attempts, and the first guess although it has locked itself out', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken } = await signInOn(service, phoneNumber);
    service.clock.advance(60);
    const asked = { ...(await ask(phoneNumber)), deviceToken };
    const { requestToken: _, ...withoutToken } = asked;
    for (let guess = 0; guess < 6; guess += 1) await verifyOtp(service, mistyped(withoutToken));
    expect(await verifyOtp(service, withoutToken)).toMatchObject(LOCKED);
    expect(await verifyOtp(service, asked)).toMatchObject(SIGNED_IN);
  });
});

describe('G3: a day of guesses with and without tokens', () => {
  test('twenty without a token, and one more for each text that was sent', async () => {
    const day = await startTwoProcesses({ env: { TRUST_PROXY: '1' } });
    const phoneNumber = nextNumber();
    let [firsts, tokens] = [0, 0];
    for (let step = 0; step < 24 * 2; step += 1) {
      const answer = await requestOtpAndFollow(day.turn(step), { phoneNumber });
      const otp = day.first.phone.to(phoneNumber).length > 0 ? wrongCode(day.first.phone.code(phoneNumber)) : '000000';
      const { requestToken } = answer;
      if (requestToken) tokens += 1;
      const before = await failuresOf(day.first, phoneNumber);
      const guesses = await inParallel(4, (index) =>
        verifyOtp(day.turn(index), { phoneNumber, otp, requestToken: index % 2 ? requestToken : null }),
      );
      const compared = guesses.filter(({ __typename }) => __typename === 'InvalidOtpError').length;
      firsts += Math.max(0, compared - ((await failuresOf(day.first, phoneNumber)) - before));
      day.first.clock.advance(1799);
    }
    expect(await failuresOf(day.first, phoneNumber)).toBeLessThanOrEqual(20);
    expect(tokens).toBeLessThanOrEqual(10);
    // The guess that locks the number was compared, too, and is answered as locked.
    expect(firsts).toBeGreaterThanOrEqual(5);
    expect(firsts).toBeLessThanOrEqual(tokens);
    await day.close();
  });
});

describe('a locked number', () => {
  test('is told as locked by requestOtp only where its texts are spent, too', async () => {
    const phoneNumber = nextNumber();
    await guessWrongly(service, phoneNumber, 6);
    for (let send = 0; send < 5; send += 1) {
      await ask(phoneNumber);
      service.clock.advance(60);
    }
    expect(await requestOtp(service, { phoneNumber })).toMatchObject(LOCKED);
  });
});

describe('E4: a right code in a registration whose email address is taken', () => {
  test('gives its guess back three times: after that it has its three attempts', async () => {
    const taken = `taken${serial}@example.com`;
    const owner = await ask(nextNumber());
    const verified = { phoneNumber: owner.phoneNumber, verificationCode: owner.otp };
    await register(service, form({ ...verified, email: taken }));
    for (const withToken of [false, true]) {
      const { phoneNumber, otp: verificationCode, requestToken } = await ask(nextNumber());
      const token = withToken ? { requestToken } : {};
      const input = form({ phoneNumber, email: taken, verificationCode, ...token });
      for (let time = 0; time < 6; time += 1) {
        expect(problemsOf(await register(service, input))).toHaveProperty('email');
      }
      expect(await register(service, input)).toMatchObject({ ...WRONG, attemptsRemaining: 0 });
    }
  });
});

describe('everybody’s wrong guesses use up what strangers have', () => {
  test('V2: the right code with its request token, and the right password from a clean network, are accepted', async () => {
    const env = { ...MANY_TEXTS, TRUST_PROXY: '1', FAILURES_PER_HOUR: '', FAILURES_PER_NETWORK_PER_HOUR: '' };
    const attacked = await startTwoProcesses({ env });
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    const password = form({ phoneNumber: nextNumber(), email: `clean${serial}@example.com` });
    await register(attacked.first, password, from('192.0.2.1'));
    const asked = await ask(nextNumber(), attacked.first);
    for (let round = 0; round < 4; round += 1) {
      await inParallel(100, (index) => {
        const phoneNumber = `+97798077${String(round * 100 + index).padStart(5, '0')}`;
        return verifyOtp(attacked.turn(index), { phoneNumber, otp: '000000' }, from(`10.${index % 16}.0.7`));
      });
    }
    const dirty = from('10.3.0.8');
    const { requestToken: _, ...stranger } = asked;
    expect(await verifyOtp(attacked.first, stranger, dirty)).toMatchObject(TOO_MANY);
    expect(await verifyOtp(attacked.second, asked, dirty)).toMatchObject(SIGNED_IN);
    const credentials = { identifier: password['email'], password: password['password'] };
    expect(await login(attacked.first, credentials, dirty)).toMatchObject(TOO_MANY);
    expect(await login(attacked.first, credentials, from('192.0.2.1'))).toMatchObject({ __typename: 'LoginSuccess' });
    await attacked.close();
  });
});

test('a right code whose first guess was given back is right again', async () => {
  const members = await startTwoProcesses({ env: { UNKNOWN_PHONE: 'register' } });
  const asked = await ask(nextNumber(), members.first);
  await guessWrongly(members.first, asked.phoneNumber, 6);
  for (let time = 0; time < 2; time += 1) {
    expect(await verifyOtp(members.first, asked)).toMatchObject({ __typename: 'RegistrationRequiredError' });
  }
  const { phoneNumber, otp: verificationCode, requestToken } = asked;
  const input = form({ phoneNumber, email: `again${serial}@example.com`, verificationCode, requestToken });
  expect(await register(members.second, input)).toMatchObject({ __typename: 'RegisterSuccess' });
  await members.close();
  expect(await signIn(service, nextNumber())).toMatchObject(SIGNED_IN);
});
