import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  countOf,
  form,
  inParallel,
  otpDelivery,
  register,
  requestOtp,
  requestOtpAndFollow,
  signIn,
  verifyOtp,
} from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { errorCode } from '../support/operations/session-operations.js';

/** What people ask codes for besides signing in. */

const APP = 'shop.example.com';
const SENT = { __typename: 'RequestOtpSuccess' };

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { PROOF_AUDIENCES: `${APP},other.example.com` } });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000${String(72_000 + serial)}`;
}

async function account() {
  const phoneNumber = nextNumber();
  const { user, tokens, deviceToken } = await signIn(service, phoneNumber);
  service.clock.advance(60);
  return {
    phoneNumber,
    id: user.id as string,
    token: tokens.accessToken as string,
    deviceToken: deviceToken as string,
  };
}

function ask(input: object, token?: string) {
  return requestOtp(service, input, token === undefined ? {} : { token });
}

describe('a code to reset a password', () => {
  test('E1: an unknown number gets the same answer, and no message, in every mode', async () => {
    const { phoneNumber } = await account();
    const known = await ask({ phoneNumber, purpose: 'RESET_PASSWORD' });
    expect(service.phone.to(phoneNumber)).toHaveLength(2);
    for (const UNKNOWN_PHONE of ['sign-up', 'register', 'reject']) {
      const other = await startService({ env: { UNKNOWN_PHONE }, database: service.database, clock: service.clock });
      try {
        const unknown = nextNumber();
        const answer = await requestOtp(other, { phoneNumber: unknown, purpose: 'RESET_PASSWORD' });
        expect(answer).toEqual({ ...known, phoneNumber: unknown });
        expect(other.phone.messages).toHaveLength(0);
      } finally {
        await other.close();
      }
    }
  });

  test('is not sent to a number that was only registered', async () => {
    const phoneNumber = nextNumber();
    await register(service, form({ phoneNumber, email: 'only-registered@example.com' }));
    expect(await ask({ phoneNumber, purpose: 'RESET_PASSWORD' })).toMatchObject(SENT);
    expect(service.phone.to(phoneNumber)).toHaveLength(0);
  });

  test('has limits at an unknown number, too', async () => {
    const phoneNumber = nextNumber();
    const again = () => ask({ phoneNumber, purpose: 'RESET_PASSWORD' });
    expect(await again()).toMatchObject(SENT);
    expect(await again()).toMatchObject({ __typename: 'TooManyRequestsError', retryAfterSeconds: 60 });
  });

  test('E5: nobody may follow its message, but for a device of the account', async () => {
    const { phoneNumber, deviceToken } = await account();
    const follow = async (input: object) => {
      const answer = await requestOtpAndFollow(service, { purpose: 'RESET_PASSWORD', ...input });
      await service.background.outbox.drain();
      return otpDelivery(service, answer.requestToken);
    };
    expect(await follow({ phoneNumber: nextNumber() })).toBeNull();
    expect(await follow({ phoneNumber })).toBeNull();
    service.clock.advance(60);
    expect(await follow({ phoneNumber, deviceToken })).toMatchObject({ status: 'SENT' });
  });

  test('C5: does not sign in', async () => {
    const { phoneNumber } = await account();
    const { requestToken } = await requestOtpAndFollow(service, { phoneNumber, purpose: 'RESET_PASSWORD' });
    const otp = service.phone.code(phoneNumber);
    expect(await verifyOtp(service, { phoneNumber, otp, requestToken })).toMatchObject({
      __typename: 'InvalidOtpError',
    });
  });
});

describe('a code to change the number', () => {
  const change = (phoneNumber: string, token?: string) => ask({ phoneNumber, purpose: 'CHANGE_PHONE' }, token);

  test('is sent to a free number, and to one that somebody else has verified, with the same answer', async () => {
    const [asking, other] = [await account(), await account()];
    for (const phoneNumber of [nextNumber(), other.phoneNumber]) {
      const { token } = await signIn(service, asking.phoneNumber).then(({ tokens }) => ({ token: tokens.accessToken }));
      const before = service.phone.to(phoneNumber).length;
      expect(await change(phoneNumber, token)).toMatchObject({ ...SENT, phoneNumber });
      expect(service.phone.to(phoneNumber)).toHaveLength(before + 1);
      service.clock.advance(60);
    }
  });

  test('needs a session, and a proof of the last five minutes', async () => {
    const { token } = await account();
    const input = { phoneNumber: nextNumber(), purpose: 'CHANGE_PHONE' };
    const signedOut = await service.graphql(
      'mutation ($input: RequestOtpInput!) { requestOtp(input: $input) { __typename } }',
      { input },
    );
    expect(errorCode(signedOut)).toBe('UNAUTHENTICATED');
    service.clock.advance(241);
    expect(await ask(input, token)).toMatchObject({ __typename: 'ReauthenticationRequiredError' });
    expect(service.phone.to(input.phoneNumber)).toHaveLength(0);
  });

  test('differs from that of another account for the same number', async () => {
    const [one, other] = [await account(), await account()];
    const phoneNumber = nextNumber();
    await change(phoneNumber, one.token);
    const first = service.phone.code(phoneNumber);
    service.clock.advance(60);
    await change(phoneNumber, other.token);
    expect(service.phone.code(phoneNumber)).not.toBe(first);
  });
});

describe('a code to prove a number to an application', () => {
  const prove = (phoneNumber: string, audience?: string | null) =>
    ask({ phoneNumber, purpose: 'PROVE_NUMBER', audience });

  test('names the application', async () => {
    const phoneNumber = nextNumber();
    expect(await prove(phoneNumber, APP)).toMatchObject(SENT);
    expect(service.phone.to(phoneNumber)[0]?.text).toContain(APP);
  });

  test('needs one of the applications that are known', async () => {
    const phoneNumber = nextNumber();
    for (const [audience, message] of [
      [undefined, 'This field is required.'],
      [null, 'This field is required.'],
      [' ', 'This field may not be blank.'],
      ['elsewhere.example.com', 'Numbers are not proved to this application.'],
      ['SHOP.example.com', 'Numbers are not proved to this application.'],
    ] as const) {
      const answer = await prove(phoneNumber, audience);
      expect(answer).toMatchObject({ __typename: 'InvalidInputError', fields: [{ field: 'audience', message }] });
    }
    expect(service.phone.to(phoneNumber)).toHaveLength(0);
  });

  test('is not offered without PROOF_AUDIENCES', async () => {
    const other = await startService({ database: service.database, clock: service.clock });
    try {
      const input = { phoneNumber: nextNumber(), purpose: 'PROVE_NUMBER', audience: APP };
      expect(await requestOtp(other, input)).toMatchObject({
        __typename: 'InvalidInputError',
        fields: [{ field: 'purpose' }],
      });
    } finally {
      await other.close();
    }
  });
});

describe('one number', () => {
  test('waits between two codes, also for different purposes', async () => {
    const { phoneNumber } = await account();
    expect(await ask({ phoneNumber })).toMatchObject(SENT);
    service.clock.advance(20);
    for (const purpose of ['RESET_PASSWORD', 'SIGN_IN']) {
      const answer = await ask({ phoneNumber, purpose });
      expect(answer).toMatchObject({ __typename: 'TooManyRequestsError', retryAfterSeconds: 40 });
    }
    service.clock.advance(40);
    expect(await ask({ phoneNumber, purpose: 'RESET_PASSWORD' })).toMatchObject(SENT);
  });

  test('C7: gets one message, when all purposes are asked for at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const phoneNumber = nextNumber();
      const inputs = [
        { purpose: 'SIGN_IN' },
        { purpose: 'PROVE_NUMBER', audience: APP },
        { purpose: 'PROVE_NUMBER', audience: 'other.example.com' },
      ];
      const answers = await inParallel(12, (index) => ask({ phoneNumber, ...inputs[index % inputs.length] }));
      expect(countOf(answers)).toEqual({ RequestOtpSuccess: 1, TooManyRequestsError: 11 });
      expect(service.phone.to(phoneNumber)).toHaveLength(1);
    }
  });
});
