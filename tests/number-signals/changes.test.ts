import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { removePassword } from '../support/operations/account-operations.js';
import { type Device, signInOn } from '../support/devices.js';
import { verifyEmail } from '../support/operations/email-operations.js';
import { MobileNetwork } from '../support/mobile-network.js';
import { changePhoneNumber, newNumberCode, openCode } from '../support/operations/number-changes.js';
import { startService, type TestService } from '../support/service.js';
import { changePassword } from '../support/operations/session-operations.js';

/** N6: somebody has the number of another person, and the network knows it. */

const DAY = 86_400;
const PASSWORD = 'correct horse battery';

let network: MobileNetwork;
let service: TestService;
let people = 0;
beforeAll(async () => {
  network = await MobileNetwork.start();
  service = await startService({ env: network.env });
});
afterAll(async () => {
  await service.close();
  await network.close();
});
beforeEach(() => {
  network.outage = null;
  // Nothing is asked for a while after failures of an earlier test.
  service.clock.advance(60);
});

interface Person extends Device {
  readonly phoneNumber: string;
}

function newNumber(): string {
  people += 1;
  return `+3466655${String(people).padStart(4, '0')}`;
}

/** Signed in by a code a moment ago, on a device that the account has just met. */
async function person(): Promise<Person> {
  const phoneNumber = newNumber();
  return { phoneNumber, ...(await signInOn(service, phoneNumber)) };
}

async function withPassword(): Promise<Person> {
  const owner = await person();
  await changePassword(service, owner.accessToken, { newPassword: PASSWORD });
  return owner;
}

const WAITS = { __typename: 'TooManyRequestsError' };
const waits = (seconds: number) => ({ ...WAITS, retryAfterSeconds: seconds });

/** Every change that the number alone would do for. */
async function answersTo({ accessToken, userId }: Person) {
  const phoneNumber = newNumber();
  const otp = await newNumberCode(service, phoneNumber, userId);
  const email = `person-${people}@example.com`;
  const emailOtp = await openCode(service, email, `VERIFY_EMAIL ${userId}`);
  return {
    number: await changePhoneNumber(service, accessToken, { phoneNumber, otp }),
    password: await changePassword(service, accessToken, { newPassword: `${PASSWORD}, too` }),
    email: await verifyEmail(service, { email, otp: emailOtp }, { token: accessToken }),
  };
}

describe('a number with a new SIM', () => {
  test('changes neither number nor password nor email of an account that has nothing else, for three days', async () => {
    const thief = await person();
    network.swapped.set(thief.phoneNumber, true);
    const answers = await answersTo(thief);
    expect(answers).toMatchObject({ number: waits(3_600), password: WAITS, email: waits(3_600) });
    expect(network.asked.at(-1)).toEqual({
      path: '/sim-swap/v2/check',
      body: { phoneNumber: thief.phoneNumber, maxAge: 72 },
    });
  });

  test('needs the password where there is one', async () => {
    const thief = await withPassword();
    service.clock.advance(300);
    const stolen = { ...thief, ...(await signInOn(service, thief.phoneNumber)) };
    network.swapped.set(thief.phoneNumber, true);
    const needed = { __typename: 'ReauthenticationRequiredError', methods: ['PASSWORD'] };
    expect(await answersTo(stolen)).toMatchObject({ number: needed, password: needed, email: needed });
    expect(await removePassword(service, stolen.accessToken)).toMatchObject(needed);
    const known = { currentPassword: PASSWORD, newPassword: `${PASSWORD}, again` };
    expect(await changePassword(service, stolen.accessToken, known)).toMatchObject({
      __typename: 'ChangePasswordSuccess',
    });
  });

  test('a wrong current password does not stand in for the answer of the network', async () => {
    const thief = await person();
    network.swapped.set(thief.phoneNumber, true);
    const guess = { currentPassword: 'anything at all', newPassword: PASSWORD };
    expect(await changePassword(service, thief.accessToken, guess)).toMatchObject(WAITS);
  });

  test('is nothing to an owner on a device that the account has known for a week', async () => {
    const { phoneNumber, deviceToken } = await person();
    service.clock.advance(7 * DAY);
    const owner = { phoneNumber, ...(await signInOn(service, phoneNumber, deviceToken)) };
    network.swapped.set(phoneNumber, true);
    const asked = network.asked.length;
    const { number } = await answersTo(owner);
    expect([number.__typename, network.asked.length]).toEqual(['ChangePhoneNumberSuccess', asked]);
  });
});

describe('a network that is away', () => {
  test('changes wait for a minute, with their code still good; signing in does not wait', async () => {
    const owner = await person();
    const phoneNumber = newNumber();
    const otp = await newNumberCode(service, phoneNumber, owner.userId);
    network.outage = { status: 503, body: '' };
    const change = () => changePhoneNumber(service, owner.accessToken, { phoneNumber, otp });
    expect(await change()).toMatchObject(waits(60));
    expect(await changePassword(service, owner.accessToken, { newPassword: PASSWORD })).toMatchObject(WAITS);
    await signInOn(service, owner.phoneNumber);
    network.outage = null;
    service.clock.advance(60);
    expect(await change()).toMatchObject({ __typename: 'ChangePhoneNumberSuccess' });
  });

  test('a password is not removed meanwhile: its owner can show it', async () => {
    const owner = await withPassword();
    network.outage = { status: 503, body: '' };
    expect(await removePassword(service, owner.accessToken)).toMatchObject({
      __typename: 'ReauthenticationRequiredError',
      methods: ['PASSWORD'],
    });
  });

  test('a network that does not know the number keeps nobody from anything', async () => {
    const owner = await person();
    network.swapped.set(owner.phoneNumber, { status: 404, code: 'IDENTIFIER_NOT_FOUND' });
    expect((await answersTo(owner)).number.__typename).toBe('ChangePhoneNumberSuccess');
  });
});

test('without NUMBER_SIGNALS no network is asked', async () => {
  const { database, clock } = service;
  const plain = await startService({ database, clock });
  try {
    const asked = network.asked.length;
    const { accessToken } = await signInOn(plain, newNumber());
    expect(await changePassword(plain, accessToken, { newPassword: PASSWORD })).toMatchObject({
      __typename: 'ChangePasswordSuccess',
    });
    expect(network.asked.length).toBe(asked);
  } finally {
    await plain.close();
  }
});
