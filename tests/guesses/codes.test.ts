import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  countOf,
  form,
  inParallel,
  obtainCode,
  problemsOf,
  register,
  requestOtp,
  signIn,
  VERIFY_OTP,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { attemptsOf, failuresOf, messagesTo } from '../support/postgres/rows.js';
import type { TestService } from '../support/service.js';
import { startTwoProcesses, type TwoProcesses } from '../support/process/two-processes.js';

let processes: TwoProcesses;
let service: TestService;
let serial = 0;
beforeAll(async () => {
  processes = await startTwoProcesses();
  service = processes.first;
});
afterAll(() => processes.close());

function nextNumber(): string {
  serial += 1;
  return `+97798000004${String(serial).padStart(2, '0')}`;
}

/** However the moment was split between the two, the phone got them. */
function textsTo(phoneNumber: string): string[] {
  return [...processes.first.phone.to(phoneNumber), ...processes.second.phone.to(phoneNumber)].map(({ text }) => text);
}

describe('C2: what is no code', () => {
  const refused: readonly [name: string, otp: string, message: string][] = [
    ['empty', '', 'This field may not be blank.'],
    ['blank', ' \t ', 'This field may not be blank.'],
    ['invisible', '\u200b\u2060\ufeff', 'This field may not be blank.'],
    ['hyphens only', '---', 'This field may not be blank.'],
    ['5 digits', '12345', 'The code has 6 digits.'],
    ['7 digits', '1234567', 'The code has 6 digits.'],
    ['letters', 'abcdef', 'Enter the code as 6 digits.'],
    ['a letter among digits', '12345O', 'Enter the code as 6 digits.'],
    ['hexadecimal', '0x1F2A', 'Enter the code as 6 digits.'],
    ['an exponent', '1234e5', 'Enter the code as 6 digits.'],
    ['a sign', '+12345', 'Enter the code as 6 digits.'],
    ['a wildcard', '______', 'Enter the code as 6 digits.'],
    ['roman numerals', 'ⅠⅡⅢⅣⅤⅥ', 'Enter the code as 6 digits.'],
    ['two codes', 'Your codes are 123456 and 654321.', 'Enter the code as 6 digits.'],
    ['two codes on two lines', '123456\n654321', 'The code has 6 digits.'],
    ['a code twice in one run', '123456123456', 'The code has 6 digits.'],
    ['a text with a longer number', 'Order 1234567 is on its way', 'Enter the code as 6 digits.'],
    ['a text with a shorter number', 'Your code is 12345.', 'Enter the code as 6 digits.'],
    [
      'a text with a divided code beside other digits',
      'Code 123 456, valid for 10 minutes',
      'Enter the code as 6 digits.',
    ],
    ['a text that is too long', `${'Hello! '.repeat(40)}123456`, 'The code has 6 digits.'],
  ];
  test.each(refused)('%s: refused, and no guess is counted', async (_name, otp, message) => {
    const phoneNumber = nextNumber();
    await obtainCode(service, phoneNumber);
    expect(problemsOf(await verifyOtp(service, { phoneNumber, otp }))).toEqual({ otp: message });
    expect(await failuresOf(service, phoneNumber)).toBe(0);
  });

  test.each([
    ['null', null],
    ['an array', ['123456']],
    ['a number', 123456],
    ['true', true],
    ['an object', { eq: '123456' }],
  ])('%s instead of a string: refused by GraphQL', async (_name, otp) => {
    const { status, body } = await service.graphql(VERIFY_OTP, { input: { phoneNumber: nextNumber(), otp } });
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  const digitsFrom = (zero: number) => (code: string) =>
    code.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
  const spellings: readonly [name: string, spell: (code: string) => string][] = [
    ['full-width digits', digitsFrom(0xff10)],
    ['Arabic-Indic digits', digitsFrom(0x0660)],
    ['Persian digits', digitsFrom(0x06f0)],
    ['Devanagari digits', digitsFrom(0x0966)],
    ['mathematical digits', digitsFrom(0x1d7d8)],
    ['a space in the middle', (code) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ['a hyphen in the middle', (code) => `${code.slice(0, 3)}-${code.slice(3)}`],
    ['dashes and thin spaces', (code) => code.split('').join('\u2009–\u00a0')],
    ['spaces around', (code) => `\n ${code}\t`],
    ['direction marks from a copied text', (code) => `\u2068${code}\u2069`],
  ];
  test.each(spellings)('%s: accepted as the code that it is', async (_name, spell) => {
    const phoneNumber = nextNumber();
    const otp = spell(await obtainCode(service, phoneNumber));
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });
});

describe('C3: comparing tells nothing', () => {
  test('right, wrong and dead guesses are all compared, in constant time', async () => {
    const compare = vi.spyOn(crypto, 'timingSafeEqual');
    syncBuiltinESMExports();
    const phoneNumber = nextNumber();
    const otp = await obtainCode(service, phoneNumber);
    for (const guess of [wrongCode(otp), otp, otp]) await verifyOtp(service, { phoneNumber, otp: guess });
    await verifyOtp(service, { phoneNumber: nextNumber(), otp });
    const compared = compare.mock.calls.filter(([, given]) => [otp, wrongCode(otp)].includes(String(given)));
    compare.mockRestore();
    syncBuiltinESMExports();
    expect(compared).toHaveLength(4);
  });
});

describe('C4: one code, fifty fingers', () => {
  test('of 50 parallel right submissions at two processes exactly one signs in', async () => {
    const phoneNumber = nextNumber();
    const otp = await obtainCode(service, phoneNumber);
    const answers = await inParallel(50, (index) => verifyOtp(processes.turn(index), { phoneNumber, otp }));
    expect(countOf(answers)['VerifyOtpSuccess']).toBe(1);
    const sessions = await service.db.execute(
      `SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.phone_number = '${phoneNumber}'`,
    );
    expect(sessions).toHaveLength(1);
  });

  test('signing in and registering with one code at the same moment: exactly one of them', async () => {
    const phoneNumber = nextNumber();
    const otp = await obtainCode(service, phoneNumber);
    const input = form({ phoneNumber, email: 'both@example.com', verificationCode: otp });
    const answers = await Promise.all([
      register(processes.second, input),
      ...(await inParallel(2, (index) => verifyOtp(processes.turn(index), { phoneNumber, otp }))),
    ]);
    const { VerifyOtpSuccess = 0, RegisterSuccess = 0 } = countOf(answers);
    expect(VerifyOtpSuccess + RegisterSuccess).toBe(1);
    const accounts = await service.db.execute(`SELECT id FROM users WHERE phone_number = '${phoneNumber}'`);
    expect(accounts).toHaveLength(1);
  });

  test('a used code is dead for every other operation', async () => {
    const signedIn = nextNumber();
    await signIn(service, signedIn);
    const used = service.phone.code(signedIn);
    const wrong = { __typename: 'InvalidOtpError', message: 'Invalid OTP' };
    const input = form({ phoneNumber: signedIn, email: 'used@example.com', verificationCode: used });
    expect(await register(service, input)).toMatchObject(wrong);
    expect(await verifyOtp(processes.second, { phoneNumber: signedIn, otp: used })).toMatchObject(wrong);
  });
});

describe('C5: a code belongs to one number', () => {
  test('a code for A works neither for B nor for A typed as B', async () => {
    const a = nextNumber();
    const codeOfA = await obtainCode(service, a);
    let [b, codeOfB] = ['', codeOfA];
    // One pair in a million has the same code by chance.
    while (codeOfB === codeOfA) {
      b = nextNumber();
      codeOfB = await obtainCode(service, b);
    }
    expect(await verifyOtp(service, { phoneNumber: b, otp: codeOfA })).toMatchObject({ __typename: 'InvalidOtpError' });
    expect(await verifyOtp(service, { phoneNumber: a, otp: codeOfB })).toMatchObject({ __typename: 'InvalidOtpError' });
    const input = form({ phoneNumber: b, email: 'b@example.com', verificationCode: codeOfA });
    expect(await register(service, input)).toMatchObject({ __typename: 'InvalidOtpError' });
    expect(await verifyOtp(service, { phoneNumber: a, otp: codeOfA })).toMatchObject({
      __typename: 'VerifyOtpSuccess',
    });
    expect(await verifyOtp(service, { phoneNumber: b, otp: codeOfB })).toMatchObject({
      __typename: 'VerifyOtpSuccess',
    });
  });
});

describe('C7: asking twice', () => {
  test('of 20 requests at the same moment at two processes, one sends a message', async () => {
    const phoneNumber = nextNumber();
    const answers = await inParallel(20, (index) => requestOtp(processes.turn(index), { phoneNumber }));
    expect(countOf(answers)).toEqual({ RequestOtpSuccess: 1, TooManyRequestsError: 19 });
    expect(answers.flatMap(({ retryAfterSeconds }) => retryAfterSeconds ?? [])).toEqual(Array(19).fill(60));
    expect(textsTo(phoneNumber)).toHaveLength(1);
    expect(await messagesTo(service, phoneNumber)).toHaveLength(1);
  });

  test('so it is for a resend: one message, the same code, the counter untouched', async () => {
    const phoneNumber = nextNumber();
    const code = await obtainCode(service, phoneNumber);
    await verifyOtp(service, { phoneNumber, otp: wrongCode(code) });
    service.clock.advance(60);
    const answers = await inParallel(20, (index) => requestOtp(processes.turn(index), { phoneNumber }));
    expect(countOf(answers)).toEqual({ RequestOtpSuccess: 1, TooManyRequestsError: 19 });
    expect(textsTo(phoneNumber).map((text) => text.slice(0, 6))).toEqual([code, code]);
    expect(await attemptsOf(service, phoneNumber)).toBe(1);
    expect(await verifyOtp(service, { phoneNumber, otp: wrongCode(code) })).toMatchObject({ attemptsRemaining: 1 });
    expect(await verifyOtp(service, { phoneNumber, otp: code })).toMatchObject({ __typename: 'VerifyOtpSuccess' });
  });
});
