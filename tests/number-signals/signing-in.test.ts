import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signInOn } from '../support/devices.js';
import { MobileNetwork } from '../support/mobile-network.js';
import { continueSignIn, obtainCode, requestOtp, verifyOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { changePassword } from '../support/operations/session-operations.js';

/** N5, N6: a number that changed hands lately, as the network knows, on a device that the account does not know. */

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
  service.clock.advance(60);
});

/** An account that was used yesterday. */
async function owner(password: string | null = null) {
  people += 1;
  const phoneNumber = `+3466656${String(people).padStart(4, '0')}`;
  const device = await signInOn(service, phoneNumber);
  if (password !== null) await changePassword(service, device.accessToken, { newPassword: password });
  service.clock.advance(DAY);
  return { phoneNumber, ...device };
}

/** What anybody gets who has the number now. */
async function signInWithCode(phoneNumber: string, deviceToken?: string) {
  const otp = await obtainCode(service, phoneNumber);
  return verifyOtp(service, { phoneNumber, otp, deviceToken });
}

describe.each(['swapped', 'recycled'] as const)('a number that was %s', (signal) => {
  test('opens an account with a password by the password, too', async () => {
    const { phoneNumber, userId } = await owner(PASSWORD);
    network[signal].set(phoneNumber, true);
    const answer = await signInWithCode(phoneNumber);
    expect(answer).toMatchObject({ __typename: 'FurtherProofRequiredError', methods: ['PASSWORD'], availableAt: null });
    const { continuationToken } = answer;
    expect(await continueSignIn(service, { continuationToken, password: PASSWORD })).toMatchObject({
      __typename: 'VerifyOtpSuccess',
      newMember: false,
      user: { id: userId },
    });
  });

  test('goes to a new account of its new owner, and the old one stays without it', async () => {
    const { phoneNumber, userId } = await owner(PASSWORD);
    network[signal].set(phoneNumber, true);
    const { continuationToken } = await signInWithCode(phoneNumber);
    const answer = await continueSignIn(service, { continuationToken, newAccount: true });
    expect(answer).toMatchObject({ __typename: 'VerifyOtpSuccess', newMember: true, user: { phoneNumber } });
    expect(answer.user.id).not.toBe(userId);
  });

  test('opens an account that has nothing else after three days', async () => {
    const { phoneNumber, userId } = await owner();
    network[signal].set(phoneNumber, true);
    const answer = await signInWithCode(phoneNumber);
    expect(answer).toMatchObject({ __typename: 'FurtherProofRequiredError', methods: [] });
    expect(Date.parse(answer.availableAt)).toBe(service.clock.now().getTime() + 3 * DAY * 1000);
    service.clock.advance(3 * DAY);
    expect(await signInWithCode(phoneNumber)).toMatchObject({ __typename: 'VerifyOtpSuccess', user: { id: userId } });
  });

  test('is not asked about on a device that the account knows', async () => {
    const { phoneNumber, deviceToken } = await owner();
    network[signal].set(phoneNumber, true);
    const asked = network.asked.length;
    expect(await signInWithCode(phoneNumber, deviceToken)).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    expect(network.asked.length).toBe(asked);
  });
});

test('a network that is away, or knows nothing, keeps nobody from signing in', async () => {
  const { phoneNumber } = await owner(PASSWORD);
  for (const outage of [
    { status: 503, body: '' },
    { status: 422, code: 'SERVICE_NOT_APPLICABLE' },
  ] as const) {
    network.outage = outage;
    expect(await signInWithCode(phoneNumber)).toMatchObject({ __typename: 'VerifyOtpSuccess' });
    network.outage = null;
    service.clock.advance(DAY);
  }
});

test('the network is told of no number whose code was wrong or only asked for, and of none without an account', async () => {
  const { phoneNumber } = await owner();
  const asked = network.asked.length;
  await requestOtp(service, { phoneNumber });
  await verifyOtp(service, { phoneNumber, otp: '000000' });
  await signInWithCode('+34666569999');
  expect(network.asked.length).toBe(asked);
});
