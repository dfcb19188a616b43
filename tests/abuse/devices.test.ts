import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Device, deviceIdOf, devicesOf, failuresAt, guessCodes, signInOn } from '../support/devices.js';
import {
  countOf,
  form,
  inParallel,
  obtainCode,
  requestOtp,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { failuresOf } from '../support/postgres/rows.js';
import { MANY_TEXTS, type TestService } from '../support/service.js';
import {
  changePassword,
  LOGIN,
  login,
  passwordFailures,
  registered,
} from '../support/operations/session-operations.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';

/** G7: whoever guesses at an account locks strangers out, and nobody who signed in before. */

const LOCKED = { __typename: 'AccountLockedError' };
const WRONG = { __typename: 'InvalidOtpError' };
const SIGNED_IN = { __typename: 'VerifyOtpSuccess' };
const PASSWORD = 'SecurePassword123!';

let processes: TwoProcesses;
let service: TestService;
let serial = 0;
beforeAll(async () => {
  processes = await startTwoProcesses({ env: MANY_TEXTS });
  service = processes.first;
});
afterAll(() => processes.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000070${String(serial).padStart(2, '0')}`;
}

/** Somebody with a password and a proved number, and the token of the device that they registered on. */
async function account() {
  const phoneNumber = nextNumber();
  const username = `owner${serial}`;
  const verificationCode = await obtainCode(service, phoneNumber);
  const fields = form({ phoneNumber, username, email: `${username}@example.com`, verificationCode });
  const { user, deviceToken, tokens } = await registered(service, fields);
  return {
    id: user.id as string,
    phoneNumber,
    username,
    deviceToken: deviceToken as string,
    token: tokens.accessToken as string,
  };
}

async function guessPasswords(identifier: string, times: number, deviceToken?: string) {
  let answer: Awaited<ReturnType<typeof login>>;
  for (let guess = 0; guess < times; guess += 1) {
    answer = await login(service, { identifier, password: 'wrong', deviceToken });
  }
  return answer;
}

describe('a stranger guesses at the codes of a number until it is locked', () => {
  test('its owner still gets a code on the device that they use, and signs in with it, at any process', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken } = await signInOn(service, phoneNumber);
    service.clock.advance(1);
    expect(await guessCodes(service, phoneNumber, 6)).toMatchObject(LOCKED);
    service.clock.advance(60);
    expect(await requestOtp(processes.second, { phoneNumber, deviceToken })).toMatchObject({
      __typename: 'RequestOtpSuccess',
    });
    const otp = processes.second.phone.code(phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject(LOCKED);
    expect(await verifyOtp(service, { phoneNumber, otp, deviceToken })).toMatchObject(SIGNED_IN);
  });

  test('with the code that the owner has just got: its three attempts are not the owner’s', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken } = await signInOn(service, phoneNumber);
    service.clock.advance(60);
    const otp = await obtainCode(service, phoneNumber);
    expect(await guessCodes(service, phoneNumber, 4)).toMatchObject({ ...WRONG, attemptsRemaining: 0 });
    const typo = { phoneNumber, otp: wrongCode(otp), deviceToken };
    expect(await verifyOtp(service, typo)).toMatchObject({ ...WRONG, attemptsRemaining: 2 });
    expect(await verifyOtp(service, typo)).toMatchObject({ ...WRONG, attemptsRemaining: 1 });
    expect(await verifyOtp(service, { phoneNumber, otp, deviceToken })).toMatchObject(SIGNED_IN);
  });

  test('all day long: the owner signs in again and again, and that gives the stranger nothing', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken } = await signInOn(service, phoneNumber);
    let evaluated = 0;
    for (let hour = 0; hour < 23; hour += 1) {
      service.clock.advance(3600);
      for (let guess = 0; guess < 8; guess += 1) {
        const before = await failuresOf(service, phoneNumber);
        await guessCodes(service, phoneNumber, 1);
        evaluated += (await failuresOf(service, phoneNumber)) - before;
      }
      await signInOn(service, phoneNumber, deviceToken);
    }
    expect(evaluated).toBe(20);
  });

  test('a hundred at a time, at two processes, while the owner signs in', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken } = await signInOn(service, phoneNumber);
    service.clock.advance(60);
    const otp = await obtainCode(service, phoneNumber);
    const answers = await inParallel(100, (index) =>
      verifyOtp(processes.turn(index), {
        phoneNumber,
        ...(index === 50 ? { otp, deviceToken } : { otp: wrongCode(otp) }),
      }),
    );
    expect(countOf(answers)).toEqual({ InvalidOtpError: 5, AccountLockedError: 94, VerifyOtpSuccess: 1 });
  });
});

describe('a stranger guesses at a password until it is locked', () => {
  test('its owner still signs in on the device that they use, by any identifier', async () => {
    const { phoneNumber, username, deviceToken } = await account();
    expect(await guessPasswords(username, 6)).toMatchObject(LOCKED);
    expect(await login(service, { identifier: username, password: PASSWORD })).toMatchObject(LOCKED);
    for (const identifier of [username, phoneNumber]) {
      const answer = await login(processes.second, { identifier, password: PASSWORD, deviceToken });
      expect(answer).toMatchObject({ __typename: 'LoginSuccess' });
    }
    expect(await login(service, { identifier: username, password: PASSWORD })).toMatchObject(LOCKED);
  });

  test('whoever is signed in can still change it', async () => {
    const { id, username, token } = await account();
    await guessPasswords(username, 6);
    const change = { currentPassword: PASSWORD, newPassword: 'an even better passphrase' };
    expect(await changePassword(service, token, change)).toMatchObject({ __typename: 'ChangePasswordSuccess' });
    expect(await passwordFailures(service, id)).toBe(6);
  });

  test('a device that signed in by password is known when it signs in by code, and the other way round', async () => {
    const { phoneNumber, username } = await account();
    const { deviceToken } = await login(service, { identifier: username, password: PASSWORD });
    await guessCodes(service, phoneNumber, 6);
    const byCode = await signInOn(service, phoneNumber, deviceToken);
    await guessPasswords(username, 6);
    const answer = await login(service, { identifier: username, password: PASSWORD, deviceToken: byCode.deviceToken });
    expect(answer).toMatchObject({ __typename: 'LoginSuccess' });
  });
});

describe('somebody guesses from a device that the account knows', () => {
  test('it is locked like a stranger, and locks nobody else', async () => {
    const phoneNumber = nextNumber();
    const [stolen, other] = [await signInOn(service, phoneNumber), await signInOn(service, phoneNumber)];
    service.clock.advance(60);
    await obtainCode(service, phoneNumber);
    expect(await guessCodes(service, phoneNumber, 3, stolen.deviceToken)).toMatchObject({
      ...WRONG,
      attemptsRemaining: 0,
    });
    expect(await guessCodes(service, phoneNumber, 3, stolen.deviceToken)).toMatchObject({
      ...LOCKED,
      retryAfterSeconds: 900,
    });
    const { deviceToken } = stolen;
    service.clock.advance(60);
    await requestOtp(service, { phoneNumber, deviceToken });
    const otp = service.phone.code(phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, otp, deviceToken })).toMatchObject(LOCKED);
    expect(await failuresOf(service, phoneNumber)).toBe(0);
    await signInOn(service, phoneNumber, other.deviceToken);
    await signInOn(service, phoneNumber);
  });

  test('what it guesses wrong leaves a new device all three attempts of the same code', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken } = await signInOn(service, phoneNumber);
    service.clock.advance(60);
    const otp = await obtainCode(service, phoneNumber);
    await guessCodes(service, phoneNumber, 3, deviceToken);
    expect(await guessCodes(service, phoneNumber, 1)).toMatchObject({ ...WRONG, attemptsRemaining: 2 });
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject(SIGNED_IN);
  });

  test('G5: a code that it has used gives the same answers as a wrong one, to it and to strangers', async () => {
    const phoneNumber = nextNumber();
    const first = await signInOn(service, phoneNumber);
    const { deviceToken } = await signInOn(service, phoneNumber, first.deviceToken);
    const used = { phoneNumber, otp: service.phone.code(phoneNumber) };
    for (const guess of [used, { ...used, deviceToken }]) {
      expect(await verifyOtp(service, guess)).toMatchObject({ ...WRONG, attemptsRemaining: 2 });
      expect(await verifyOtp(service, guess)).toMatchObject({ ...WRONG, attemptsRemaining: 1 });
    }
  });

  test('a hundred at the same moment: six are counted, three compared', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken, userId } = await signInOn(service, phoneNumber);
    service.clock.advance(60);
    const otp = await obtainCode(service, phoneNumber);
    const answers = await inParallel(100, (index) =>
      verifyOtp(processes.turn(index), { phoneNumber, otp: wrongCode(otp), deviceToken }),
    );
    expect(answers.flatMap(({ attemptsRemaining }) => attemptsRemaining ?? []).sort()).toEqual([0, 0, 0, 1, 2]);
    expect(await failuresAt(service, `codes-device:${userId}:1`)).toBe(6);
  });

  test('who has used up the attempts of a code gets another one, from the device as from anywhere', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken } = await signInOn(service, phoneNumber);
    service.clock.advance(60);
    const first = await obtainCode(service, phoneNumber);
    await guessCodes(service, phoneNumber, 3, deviceToken);
    expect(await verifyOtp(service, { phoneNumber, otp: first, deviceToken })).toMatchObject(WRONG);
    service.clock.advance(60);
    await requestOtp(service, { phoneNumber, deviceToken });
    const otp = service.phone.code(phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, otp, deviceToken })).toMatchObject(SIGNED_IN);
  });

  test('twenty wrong ones a day, and no more after another change of anything', async () => {
    const phoneNumber = nextNumber();
    const { deviceToken, userId } = await signInOn(service, phoneNumber);
    for (let hour = 0; hour < 23; hour += 1) {
      service.clock.advance(3600);
      await requestOtp(processes.turn(hour), { phoneNumber, deviceToken });
      await guessCodes(service, phoneNumber, 8, deviceToken);
    }
    expect(await failuresAt(service, `codes-device:${userId}:1`)).toBe(20);
  });
});

describe('collecting device tokens', () => {
  test('those of one’s own account give no guesses at anybody else’s', async () => {
    const [own, victim] = [nextNumber(), await account()];
    const tokens = [];
    for (let device = 0; device < 5; device += 1) tokens.push((await signInOn(service, own)).deviceToken);
    await guessCodes(service, victim.phoneNumber, 6);
    await guessPasswords(victim.username, 6);
    for (const deviceToken of tokens) {
      expect(await guessCodes(service, victim.phoneNumber, 1, deviceToken)).toMatchObject(LOCKED);
      expect(await guessPasswords(victim.username, 1, deviceToken)).toMatchObject(LOCKED);
    }
    expect(await failuresOf(service, victim.phoneNumber)).toBe(6);
  });

  test('an account knows ten devices: the eleventh makes it forget the one that was not used for longest', async () => {
    const { id, username, phoneNumber, deviceToken: first } = await account();
    const tokens = [first];
    for (let device = 0; device < 9; device += 1) {
      service.clock.advance(1);
      tokens.push((await login(service, { identifier: username, password: PASSWORD })).deviceToken);
    }
    service.clock.advance(1);
    await signInOn(service, phoneNumber, first);
    const { deviceToken: eleventh } = await login(service, { identifier: username, password: PASSWORD });
    const known = [first, ...tokens.slice(2), eleventh].map(deviceIdOf).sort();
    expect(await devicesOf(service, id)).toEqual(known);
    await guessCodes(service, phoneNumber, 6);
    expect(await guessCodes(service, phoneNumber, 1, tokens[1])).toMatchObject(LOCKED);
    expect(await guessCodes(service, phoneNumber, 1, eleventh)).toMatchObject(WRONG);
  });

  test('with a stolen password, as a new device each time: the guesses of ten devices, and no more', async () => {
    const { username, phoneNumber } = await account();
    let compared = 0;
    for (let device = 0; device < 25; device += 1) {
      service.clock.advance(1);
      const { deviceToken } = await login(service, { identifier: username, password: PASSWORD });
      for (let guess = 0; guess < 6; guess += 1) {
        const { __typename } = await verifyOtp(service, { phoneNumber, otp: '000000', deviceToken });
        if (__typename === 'InvalidOtpError') compared += 1;
      }
    }
    // Five until the lock and the sixth that locks, which says so.
    expect(compared).toBe(10 * 5);
  });

  test('fifty sign-ins at the same moment: ten devices', async () => {
    const { id, username } = await account();
    await inParallel(50, (index) => login(processes.turn(index), { identifier: username, password: PASSWORD }));
    expect((await devicesOf(service, id)).length).toBeLessThanOrEqual(10);
  });

  test('sign-ins and log-outs of one account all at once, on known and new devices: nobody ends in a deadlock', async () => {
    const { username, phoneNumber } = await account();
    const devices: Device[] = [];
    for (let device = 0; device < 6; device += 1) devices.push(await signInOn(service, phoneNumber));
    await inParallel(80, (index) => {
      const { graphql } = processes.turn(index);
      const { deviceToken, accessToken: token, sessionId } = devices[index % 6] as Device;
      const input = { identifier: username, password: PASSWORD, deviceToken: index % 8 < 4 ? deviceToken : null };
      if (index % 2) return graphql(LOGIN, { input });
      const end = index % 4 ? `revokeSession(id: "${sessionId}")` : 'logoutEverywhere(keepCurrent: true)';
      return graphql(`mutation { ${end} { __typename } }`, {}, { token });
    });
    const failures = [...processes.first.logs, ...processes.second.logs].filter((line) => /deadlock|40P01/.test(line));
    expect(failures).toEqual([]);
    await signInOn(service, phoneNumber);
  });

  test('a device that signs in again with its token stays one device', async () => {
    const phoneNumber = nextNumber();
    const first = await signInOn(service, phoneNumber);
    const second = await signInOn(service, phoneNumber, first.deviceToken);
    expect(deviceIdOf(second.deviceToken)).toBe(deviceIdOf(first.deviceToken));
    expect(await devicesOf(service, first.userId)).toEqual([deviceIdOf(first.deviceToken)]);
  });
});
