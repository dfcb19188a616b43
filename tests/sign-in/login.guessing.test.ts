import argon2 from 'argon2';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { PASSWORD_COST } from '../../src/users/password.js';
import { ManualClock } from '../support/manual-clock.js';
import { countOf, form, inParallel, obtainCode, signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { login, passwordFailures, registered } from '../support/operations/session-operations.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';

const PASSWORD = 'SecurePassword123!';

let processes: TwoProcesses;
let service: TestService;
let serial = 0;
beforeAll(async () => {
  processes = await startTwoProcesses({ passwordCost: PASSWORD_COST });
  service = processes.first;
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => processes.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000045${String(serial).padStart(2, '0')}`;
}

/** Registers somebody whose number is proved from the start. */
async function account() {
  const phoneNumber = nextNumber();
  const names = { username: `guessed${serial}`, email: `guessed${serial}@example.com` };
  const verificationCode = await obtainCode(service, phoneNumber);
  const { user } = await registered(service, form({ phoneNumber, ...names, verificationCode }));
  return { id: user.id as string, phoneNumber, ...names };
}

/** What the guesses were answered, without what differs from moment to moment. */
async function guess(identifier: string, times: number): Promise<unknown[]> {
  const answers = [];
  for (let time = 0; time < times; time += 1)
    answers.push(shortly(await login(service, { identifier, password: 'wrong' })));
  return answers;
}

/** The guesses left, or how long the lock lasts. */
function shortly(answer: { __typename: string; attemptsRemaining?: number; retryAfterSeconds?: number }): unknown {
  if (answer.__typename === 'InvalidCredentialsError') return answer.attemptsRemaining;
  return { [answer.__typename]: answer.retryAfterSeconds };
}

describe('guessing at a password', () => {
  test('the sixth wrong guess locks; then even the right one is refused until the time is over', async () => {
    const { username, id } = await account();
    const right = { identifier: username, password: PASSWORD };
    expect(await guess(username, 7)).toEqual([5, 4, 3, 2, 1, { AccountLockedError: 900 }, { AccountLockedError: 900 }]);
    expect(await login(processes.second, right)).toMatchObject({
      __typename: 'AccountLockedError',
      lockedUntil: new Date(service.clock.now().getTime() + 900_000).toISOString(),
    });
    expect(await passwordFailures(service, id)).toBe(6);
    service.clock.advance(899);
    expect(await login(service, right)).toMatchObject({ __typename: 'AccountLockedError', retryAfterSeconds: 1 });
    service.clock.advance(1);
    expect(await login(service, right)).toMatchObject({ __typename: 'LoginSuccess' });
  });

  test('each further lock is twice as long, and after twenty wrong ones the day is over', async () => {
    const { username } = await account();
    const locks = [];
    for (const guesses of [6, 6, 6, 2]) {
      const answers = await guess(username, guesses);
      locks.push(answers.at(-1));
      service.clock.advance(3600);
    }
    expect(locks.slice(0, 3)).toEqual([
      { AccountLockedError: 900 },
      { AccountLockedError: 1800 },
      { AccountLockedError: 3600 },
    ]);
    expect(locks[3]).toEqual({ AccountLockedError: 86_400 - 3 * 3600 });
    expect(await login(service, { identifier: username, password: PASSWORD })).toMatchObject({
      __typename: 'AccountLockedError',
    });
    service.clock.advance(86_400 - 4 * 3600);
    expect(await login(service, { identifier: username, password: PASSWORD })).toMatchObject({
      __typename: 'LoginSuccess',
    });
  });

  test('username, email and number of one account are one budget', async () => {
    const { username, email, phoneNumber } = await account();
    const spelt = phoneNumber.replace('+977', '00977 ');
    const answers = [
      ...(await guess(username, 1)),
      ...(await guess(email.toUpperCase(), 1)),
      ...(await guess(phoneNumber, 1)),
      ...(await guess(spelt, 1)),
      ...(await guess(username.toUpperCase(), 1)),
      ...(await guess(email, 1)),
    ];
    expect(answers).toEqual([5, 4, 3, 2, 1, { AccountLockedError: 900 }]);
  });

  test('the owner’s sign-in in between clears the way for the owner, not the day’s limit for the guesser', async () => {
    const { username, id } = await account();
    for (let round = 0; round < 3; round += 1) {
      expect(await guess(username, 5)).toEqual([5, 4, 3, 2, 1]);
      await login(service, { identifier: username, password: PASSWORD });
      service.clock.advance(1);
    }
    expect(await passwordFailures(service, id)).toBe(15);
    expect(await guess(username, 5)).toEqual([4, 3, 2, 1, { AccountLockedError: expect.any(Number) }]);
  });

  test('guesses at the password leave the codes alone: the owner signs in by code', async () => {
    const { username, phoneNumber } = await account();
    await guess(username, 6);
    service.clock.advance(60);
    expect(await signIn(service, phoneNumber)).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });
});

describe('a hundred guesses at the same moment, over two processes', () => {
  test('at most six are checked at all', async () => {
    const { username, id } = await account();
    const checks = vi.spyOn(argon2, 'verify');
    const answers = await inParallel(100, (index) =>
      login(processes.turn(index), { identifier: username, password: `wrong ${index}` }),
    );
    expect(countOf(answers)).toEqual({ InvalidCredentialsError: 5, AccountLockedError: 95 });
    expect(checks).toHaveBeenCalledTimes(6);
    expect(await passwordFailures(service, id)).toBe(6);
  });

  test('nor are more for somebody who does not exist', async () => {
    const checks = vi.spyOn(argon2, 'verify');
    const answers = await inParallel(100, (index) =>
      login(processes.turn(index), { identifier: 'crowd@example.com', password: `wrong ${index}` }),
    );
    expect(countOf(answers)).toEqual({ InvalidCredentialsError: 5, AccountLockedError: 95 });
    expect(checks).toHaveBeenCalledTimes(6);
  });

  test('a right one among them opens at most one door before the lock', async () => {
    const { username } = await account();
    await guess(username, 5);
    const answers = await inParallel(20, (index) =>
      login(processes.turn(index), { identifier: username, password: `wrong ${index}` }),
    );
    expect(countOf(answers)).toEqual({ AccountLockedError: 20 });
  });
});

describe('E2: finding out who exists', () => {
  const suspects: readonly [name: string, identifier: () => Promise<string>][] = [
    ['a user with a password', async () => (await account()).username],
    ['a user without one', async () => (await signIn(service, nextNumber())).user.phoneNumber],
    ['an unknown username', async () => `nobody${nextNumber().slice(-4)}`],
    ['an unknown email', async () => `nobody${nextNumber().slice(-4)}@example.com`],
    ['an unknown number', async () => nextNumber()],
    ['a number that was only claimed', claimedNumber],
    ['an identifier as long as any', async () => `${nextNumber()}${'x'.repeat(306)}`],
  ];

  test.each(suspects)('%s: the same answers, the same locks', async (_name, identifier) => {
    const suspect = await identifier();
    const round = [5, 4, 3, 2, 1, { AccountLockedError: 900 }, { AccountLockedError: 900 }];
    expect(await guess(suspect, 7)).toEqual(round);
    service.clock.advance(901);
    expect(await guess(suspect, 6)).toEqual([5, 4, 3, 2, 1, { AccountLockedError: 1800 }]);
  });

  test.each(suspects)(
    '%s: the work of one password check with today’s parameters, and none while locked',
    async (_name, identifier) => {
      const suspect = await identifier();
      const checks = vi.spyOn(argon2, 'verify');
      const hashes = vi.spyOn(argon2, 'hash');
      await guess(suspect, 6);
      expect(checks.mock.calls.map(([hash]) => hash)).toEqual(
        Array.from({ length: 6 }, () =>
          expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/),
        ),
      );
      await guess(suspect, 2);
      expect(checks).toHaveBeenCalledTimes(6);
      expect(hashes).not.toHaveBeenCalled();
    },
  );

  test('capitals make no second budget of an identifier that nobody has', async () => {
    await guess('Phantom@Example.com', 3);
    expect(await guess('phantom@example.COM', 1)).toEqual([2]);
  });

  async function claimedNumber(): Promise<string> {
    const phoneNumber = nextNumber();
    await registered(service, form({ phoneNumber, email: `claimed${serial}@example.com` }));
    return phoneNumber;
  }
});

test('a right password locks nobody out whose request was read a moment before it, or at a process whose clock is behind', async () => {
  const { username } = await account();
  const behind = await startService({
    database: service.database,
    clock: new ManualClock(new Date(service.clock.now().getTime() - 2_000)),
  });
  onTestFinished(() => behind.close());
  expect(await login(service, { identifier: username, password: PASSWORD })).toMatchObject({
    __typename: 'LoginSuccess',
  });
  expect(await login(behind, { identifier: username, password: PASSWORD })).toMatchObject({
    __typename: 'LoginSuccess',
  });
});
