import { afterAll, beforeAll, expect, test } from 'vitest';
import { reauthenticate } from '../support/operations/account-operations.js';
import { giveEmail, requestEmailOtp, verifyEmail } from '../support/operations/email-operations.js';
import { changePhoneNumber } from '../support/operations/number-changes.js';
import { form, obtainCode, register, requestOtp, signIn, verifyOtp } from '../support/operations/operations.js';
import { proveNumber } from '../support/operations/number-proofs.js';
import { resetPassword } from '../support/operations/reset-operations.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';

/** C5: every code is tried at everything that takes a code. It does what it was asked for, and nothing else. */

let service: TestService;
let serial = 0;
beforeAll(async () => {
  // So that no limit stands before the answer.
  const many = { OTP_MAX_ATTEMPTS: '10', LOCK_AFTER_FAILURES: '50', OTP_FAILURES_PER_DAY: '100' };
  service = await startService({ env: { ...MANY_TEXTS, ...many, PROOF_AUDIENCES: 'one.example,two.example' } });
});
afterAll(() => service.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000${String(93_000 + serial)}`;
}

interface Person {
  readonly phoneNumber: string;
  readonly newNumber: string;
  readonly email: string;
  readonly newEmail: string;
  readonly token: string;
  readonly deviceToken: string;
  readonly strangersToken: string;
}

/** On a device that the account has known for long, with a proof of just now. */
async function person(): Promise<Person> {
  const [phoneNumber, email] = [nextNumber(), `purpose${serial}@example.org`];
  const first = await signIn(service, phoneNumber);
  await giveEmail(service, email, first.tokens.accessToken);
  service.clock.advance(8 * 86_400);
  const { deviceToken } = first;
  const otp = await obtainCode(service, phoneNumber);
  const { tokens } = await verifyOtp(service, { phoneNumber, otp, deviceToken });
  const stranger = await signIn(service, nextNumber());
  service.clock.advance(61);
  return {
    ...{ phoneNumber, newNumber: nextNumber(), email, newEmail: `new-${email}` },
    ...{ token: tokens.accessToken, deviceToken, strangersToken: stranger.tokens.accessToken },
  };
}

/** What asks for a code, and where the code goes. */
const sources = {
  SIGN_IN: ['phoneNumber', (p: Person) => requestOtp(service, { phoneNumber: p.phoneNumber })],
  RESET_PASSWORD: [
    'phoneNumber',
    (p: Person) => requestOtp(service, { phoneNumber: p.phoneNumber, purpose: 'RESET_PASSWORD' }),
  ],
  CHANGE_PHONE: [
    'newNumber',
    (p: Person) => requestOtp(service, { phoneNumber: p.newNumber, purpose: 'CHANGE_PHONE' }, p),
  ],
  PROVE_NUMBER: [
    'newNumber',
    (p: Person) => requestOtp(service, { phoneNumber: p.newNumber, purpose: 'PROVE_NUMBER', audience: 'one.example' }),
  ],
  'email VERIFY_EMAIL': [
    'newEmail',
    (p: Person) => requestEmailOtp(service, { email: p.newEmail, purpose: 'VERIFY_EMAIL' }, p),
  ],
  'email RESET_PASSWORD': [
    'email',
    (p: Person) => requestEmailOtp(service, { email: p.email, purpose: 'RESET_PASSWORD' }),
  ],
  'email REAUTHENTICATE': ['email', (p: Person) => requestEmailOtp(service, { purpose: 'REAUTHENTICATE' }, p)],
} as const;

/** What takes a code. */
const uses = {
  verifyOtp: (p: Person, otp: string) => verifyOtp(service, { phoneNumber: p.phoneNumber, otp }),
  'verifyOtp with the new number': (p: Person, otp: string) => verifyOtp(service, { phoneNumber: p.newNumber, otp }),
  register: (p: Person, verificationCode: string) =>
    register(service, form({ phoneNumber: p.newNumber, email: `r-${p.email}`, verificationCode })),
  'resetPassword by text': (p: Person, otp: string) =>
    resetPassword(service, { phoneNumber: p.phoneNumber, otp, deviceToken: p.deviceToken }),
  'resetPassword by email': (p: Person, otp: string) => resetPassword(service, { email: p.email, otp }),
  changePhoneNumber: (p: Person, otp: string) => changePhoneNumber(service, p.token, { phoneNumber: p.newNumber, otp }),
  "changePhoneNumber of a stranger's account": (p: Person, otp: string) =>
    changePhoneNumber(service, p.strangersToken, { phoneNumber: p.newNumber, otp }),
  'reauthenticate by text': (p: Person, otp: string) => reauthenticate(service, p.token, { otp }),
  'reauthenticate by email': (p: Person, emailOtp: string) => reauthenticate(service, p.token, { emailOtp }),
  verifyEmail: (p: Person, otp: string) => verifyEmail(service, { email: p.newEmail, otp }, p),
  'verifyEmail with the own address': (p: Person, otp: string) => verifyEmail(service, { email: p.email, otp }, p),
  proveNumber: (p: Person, otp: string) =>
    proveNumber(service, { phoneNumber: p.newNumber, otp, audience: 'one.example' }),
  'proveNumber to another application': (p: Person, otp: string) =>
    proveNumber(service, { phoneNumber: p.newNumber, otp, audience: 'two.example' }),
} as const;

test.each<[keyof typeof sources, keyof typeof uses, ...(keyof typeof uses)[]]>([
  ['SIGN_IN', 'verifyOtp', 'reauthenticate by text'],
  ['RESET_PASSWORD', 'resetPassword by text'],
  ['CHANGE_PHONE', 'changePhoneNumber'],
  ['PROVE_NUMBER', 'proveNumber'],
  ['email VERIFY_EMAIL', 'verifyEmail'],
  ['email RESET_PASSWORD', 'resetPassword by email'],
  ['email REAUTHENTICATE', 'reauthenticate by email'],
])('a code for %s is good for %s', async (source, use, ...alsoFor) => {
  const someone = await person();
  const [to, ask] = sources[source];
  expect((await ask(someone)).__typename).toMatch(/^Request(Email)?OtpSuccess$/);
  const code = service.phone.code(someone[to]);
  const answers: Record<string, string> = {};
  const others = (Object.keys(uses) as (keyof typeof uses)[]).filter((each) => each !== use && !alsoFor.includes(each));
  for (const other of others) answers[other] = (await uses[other](someone, code)).__typename;
  expect(answers).toEqual(Object.fromEntries(others.map((other) => [other, 'InvalidOtpError'])));
  expect((await uses[use](someone, code)).__typename).toMatch(/Success$/);
  // It is used up.
  const again = alsoFor[0] ?? use;
  expect((await uses[again](someone, code)).__typename).not.toMatch(/Success$/);
});
