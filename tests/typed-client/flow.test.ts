import { afterAll, beforeAll, expect, it } from 'vitest';
import { form } from '../support/operations.js';
import { startService, type TestService } from '../support/service.js';
import { afterVerifyOtp, signUp } from './flow.js';
import type { RegisterInput } from './generated/graphql.js';

/** A client that GraphQL Code Generator made from schema.graphql, against the service. */

const phoneNumber = '+9779812345678';
let service: TestService;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

function signUpWith(changes: Partial<RegisterInput> = {}) {
  const registration = form({ phoneNumber, ...changes }) as RegisterInput;
  return signUp({
    api: { url: service.url },
    form: registration,
    readCode: async () => service.phone.code(phoneNumber),
  });
}

it('a typed client registers, proves the number and reads the profile', async () => {
  expect(await signUpWith()).toMatchObject({ phoneNumber, phoneVerified: true, firstName: 'Rishi', role: 'USER' });
});

it('a typed client shows what to correct beside each field', async () => {
  const problems = new Map([
    ['phoneNumber', 'Enter a valid phone number.'],
    ['passwordConfirm', 'The two passwords do not match.'],
  ]);
  expect(await signUpWith({ phoneNumber: '12345', passwordConfirm: 'Another123!' })).toEqual({
    show: 'form',
    problems,
  });
});

it('a typed client shows the message of a failure that a newer service adds', () => {
  const added = JSON.parse('{ "__typename": "NotInventedYetError", "message": "Solve the captcha first." }');
  expect(afterVerifyOtp(added)).toEqual({ show: 'message', text: 'Solve the captcha first.' });
});
