import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { obtainCode, VERIFY_OTP } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';

/** C4 with unsteady fingers: one code submitted again and again, a few milliseconds apart. */

const NUMBERS = 30;
const SUBMISSIONS = 8;

let service: TestService;
beforeAll(async () => {
  const limits = { OTP_MAX_ATTEMPTS: '10', LOCK_AFTER_FAILURES: '100', OTP_FAILURES_PER_DAY: '100' };
  service = await startService({ env: limits });
});
afterAll(() => service.close());

test('a code submitted eight times within milliseconds signs in once, and no submission ends in an error', async () => {
  for (let index = 0; index < NUMBERS; index += 1) {
    const phoneNumber = `+2556791908${String(index).padStart(2, '0')}`;
    const otp = await obtainCode(service, phoneNumber);
    const answers = await Promise.all(
      Array.from({ length: SUBMISSIONS }, async (_, submission) => {
        await pause(submission);
        return service.graphql(VERIFY_OTP, { input: { phoneNumber, otp } });
      }),
    );
    expect(answers.flatMap(({ body }) => body.errors ?? [])).toEqual([]);
    const outcomes = answers.map(({ body }) => body.data.verifyOtp.__typename).sort();
    expect(outcomes).toEqual([...Array(SUBMISSIONS - 1).fill('InvalidOtpError'), 'VerifyOtpSuccess']);
  }
});
