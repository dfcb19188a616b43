import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendPauseTable } from '../../src/pumping/send-pause.table.js';
import { guessWrongly, obtainCode } from '../support/operations/operations.js';
import { GUARDED } from '../support/pumping.js';
import { startService, type TestService } from '../support/service.js';

/** A phone whose clock is wrong counts down with the seconds of the answer, and not with its points in time. */

let service: TestService;
beforeAll(async () => {
  service = await startService({ env: { OTP_TTL: '300', OTP_RESEND_COOLDOWN: '45', ACCESS_TOKEN_TTL: '600' } });
});
afterAll(() => service.close());

const REQUEST = `mutation ($input: RequestOtpInput!) {
  requestOtp(input: $input) {
    __typename
    ... on RequestOtpSuccess {
      expiresAt expiresInSeconds resendAvailableAt resendAfterSeconds pausedUntil pausedForSeconds
    }
    ... on RetryableError { message retryAfterSeconds }
  }
}`;
const TOKENS = `tokens {
  accessTokenExpiresAt accessTokenExpiresInSeconds refreshToken refreshTokenExpiresAt refreshTokenExpiresInSeconds
}`;

function secondsUntil(time: string): number {
  return (Date.parse(time) - service.clock.now().getTime()) / 1000;
}

async function request(phoneNumber: string) {
  return (await service.graphql(REQUEST, { input: { phoneNumber } })).body.data.requestOtp;
}

test('a code that was sent: until it expires, and until it can be sent again', async () => {
  const phoneNumber = '+9779800000101';
  const first = await request(phoneNumber);
  expect(first).toMatchObject({ expiresInSeconds: 300, resendAfterSeconds: 45, pausedForSeconds: null });
  expect([secondsUntil(first.expiresAt), secondsUntil(first.resendAvailableAt)]).toEqual([300, 45]);

  service.clock.advance(44);
  expect(await request(phoneNumber)).toMatchObject({ __typename: 'TooManyRequestsError', retryAfterSeconds: 1 });
  service.clock.advance(1);
  expect(await request(phoneNumber)).toMatchObject({ expiresInSeconds: 255, resendAfterSeconds: 45 });
});

test('a range that is paused: until numbers without an account get codes again', async () => {
  const guarded = await startService({ env: GUARDED });
  const pausedUntil = new Date(guarded.clock.now().getTime() + 90_500);
  const pause = { key: 'range:NP:97798000', pausedAt: guarded.clock.now(), pausedUntil, strikes: 0 };
  await guarded.db.insert(sendPauseTable).values(pause);
  const { body } = await guarded.graphql(REQUEST, { input: { phoneNumber: '+9779800000104' } });
  expect(body.data.requestOtp).toMatchObject({ pausedUntil: pausedUntil.toISOString(), pausedForSeconds: 91 });
  await guarded.close();
});

test('tokens: until each expires, also after a refresh', async () => {
  const phoneNumber = '+9779800000102';
  const otp = await obtainCode(service, phoneNumber);
  const verify = `mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { ... on VerifyOtpSuccess { ${TOKENS} } } }`;
  const { tokens } = (await service.graphql(verify, { input: { phoneNumber, otp } })).body.data.verifyOtp;
  const [access, refresh] = [tokens.accessTokenExpiresInSeconds, tokens.refreshTokenExpiresInSeconds];
  expect([access, refresh]).toEqual([
    Math.floor(secondsUntil(tokens.accessTokenExpiresAt)),
    Math.floor(secondsUntil(tokens.refreshTokenExpiresAt)),
  ]);
  expect(access).toBeGreaterThanOrEqual(599);

  service.clock.advance(90);
  const again = `mutation ($refreshToken: String) {
    refreshSession(refreshToken: $refreshToken) { ... on RefreshSessionSuccess { ${TOKENS} } }
  }`;
  const answer = await service.graphql(again, { refreshToken: tokens.refreshToken });
  const refreshed = answer.body.data.refreshSession.tokens;
  expect(refreshed.accessTokenExpiresInSeconds).toBe(Math.floor(secondsUntil(refreshed.accessTokenExpiresAt)));
  expect(refreshed.refreshTokenExpiresInSeconds).toBe(2_592_000);
});

test('one fragment finds the seconds in every failure that waiting mends', async () => {
  const phoneNumber = '+9779800000103';
  await obtainCode(service, phoneNumber);
  expect(await request(phoneNumber)).toEqual({
    __typename: 'TooManyRequestsError',
    message: expect.any(String),
    retryAfterSeconds: 45,
  });
  await guessWrongly(service, phoneNumber, 6);
  // The number is locked. That is said once its texts are spent, too.
  for (let send = 0; send < 4; send += 1) {
    service.clock.advance(60);
    await request(phoneNumber);
  }
  service.clock.advance(60);
  expect(await request(phoneNumber)).toMatchObject({ __typename: 'AccountLockedError', retryAfterSeconds: 600 });
});
