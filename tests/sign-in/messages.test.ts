import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitInWords } from '../../src/graphql/wait.js';
import { problemsOf, requestOtp } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** A front end without texts of its own shows the messages: they say what the user can do. */

let service: TestService;
beforeAll(async () => {
  service = await startService({ env: { OTP_SENDS_PER_HOUR: '2', ALLOWED_COUNTRIES: 'NP' } });
});
afterAll(() => service.close());

const phoneNumber = '+9779800000301';

test('asking again too early: how long the pause after a code still is', async () => {
  await requestOtp(service, { phoneNumber });
  expect((await requestOtp(service, { phoneNumber })).message).toBe(
    'A code was just sent. You can request another in 60 seconds.',
  );
  service.clock.advance(59);
  expect((await requestOtp(service, { phoneNumber })).message).toBe(
    'A code was just sent. You can request another in 1 second.',
  );
});

test('asking too often: how long, in a unit that people think in, and not which limit', async () => {
  service.clock.advance(1);
  await requestOtp(service, { phoneNumber });
  service.clock.advance(60);
  const answer = await requestOtp(service, { phoneNumber });
  expect(answer.message).toMatch(/^No code can be sent right now\. Try again in \d\d minutes\.$/);
  expect(answer.retryAfterSeconds).toBeGreaterThan(600);
});

test('a country that gets no codes, and a language that is none', async () => {
  expect((await requestOtp(service, { phoneNumber: '+14155550123' })).message).toBe(
    'Codes are not sent to this country. Use another number.',
  );
  expect(problemsOf(await requestOtp(service, { phoneNumber, locale: 'no language' }))).toEqual({
    locale: 'Enter a language tag (BCP 47), for example "en" or "pt-BR".',
  });
});

test.each([
  [0, '0 seconds'],
  [1, '1 second'],
  [120, '120 seconds'],
  [121, '3 minutes'],
  [900, '15 minutes'],
  [7_200, '120 minutes'],
  [7_201, '3 hours'],
  [86_400, '24 hours'],
])('a wait of %d seconds reads as %s, and never as too short', (seconds, words) => {
  expect(waitInWords(seconds)).toBe(words);
});
