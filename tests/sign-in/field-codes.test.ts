import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/schema.js';
import {
  form,
  obtainCode,
  REGISTER,
  register,
  REQUEST_OTP,
  signIn,
  VERIFY_OTP,
} from '../support/operations/operations.js';
import { CHANGE_PASSWORD, LOGIN } from '../support/operations/session-operations.js';
import { ScriptedSender } from '../support/delivery/scripted-sender.js';
import { THROUGH_TWILIO } from '../support/twilio/twilio-settings.js';
import { startService, type TestService } from '../support/service.js';

/** A front end in Nepali shows texts of its own, so it asks for the code of each problem. */

const BREACHED = 'correct horse battery staple';

let service: TestService;
/** Sends texts only, and registers nobody without a code. */
let strict: TestService;
beforeAll(async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'breached-')), 'hashes.txt');
  await writeFile(file, `${createHash('sha1').update(BREACHED).digest('hex').toUpperCase()}:7\n`);
  service = await startService({ env: { BREACHED_PASSWORDS_FILE: file, ALLOWED_COUNTRIES: 'NP' } });
  strict = await startService({
    env: { ...THROUGH_TWILIO, REGISTRATION: 'code' },
    sender: new ScriptedSender('twilio'),
  });
  const phoneNumber = '+9779800000005';
  const verificationCode = await obtainCode(service, phoneNumber);
  await register(service, form({ phoneNumber, username: 'taken_name', verificationCode }));
  await signIn(service, '+9779800000001');
});
afterAll(async () => {
  await service.close();
  await strict.close();
});

interface Problem {
  readonly field: string;
  readonly code: string;
  readonly minimum: number | null;
  readonly maximum: number | null;
}

const told = new Set<string>();

async function problems(document: string, input: object, options: { token?: string; on?: TestService } = {}) {
  const { on = service, ...rest } = options;
  const { body } = await on.graphql(document.replace(/field message/, 'field code minimum maximum'), { input }, rest);
  const [answer] = Object.values<{ fields?: Problem[] }>(body.data ?? {});
  const fields = answer?.fields ?? [];
  for (const { code } of fields) told.add(code);
  return fields.map(({ field, code, minimum, maximum }) => `${field}: ${[code, minimum, maximum].join(' ').trim()}`);
}

describe('a form that is refused says which kind of problem each field has', () => {
  const wrong: readonly [field: string, value: unknown, problem: string][] = [
    ['phoneNumber', ' ', 'BLANK'],
    ['phoneNumber', '9800000002', 'COUNTRY_CODE_MISSING'],
    ['phoneNumber', '+999123456789', 'UNKNOWN_COUNTRY'],
    ['phoneNumber', 'me@example.com', 'NOT_A_NUMBER'],
    ['phoneNumber', '+9779800000002 or +9779800000003', 'SEVERAL_NUMBERS'],
    ['phoneNumber', '+16505550123', 'NOT_OFFERED'],
    ['phoneNumber', '+97716600100000', 'NOT_OFFERED'],
    ['email', '', 'BLANK'],
    ['email', 'nobody', 'INVALID_FORMAT'],
    ['email', 'mobile.user@example.com', 'TAKEN'],
    ['password', '1234567', 'TOO_SHORT 8'],
    ['password', 'x'.repeat(257), 'TOO_LONG  256'],
    ['password', 'qwertyuiop', 'TOO_COMMON'],
    ['password', 'Khatri2000', 'CONTAINS_OWN_DATA'],
    ['password', BREACHED, 'BREACHED'],
    ['passwordConfirm', 'something else', 'MISMATCH'],
    ['firstName', ' ', 'BLANK'],
    ['firstName', 'x'.repeat(151), 'TOO_LONG  150'],
    ['lastName', 'a\nb', 'INVALID_FORMAT'],
    ['username', 'ab', 'TOO_SHORT 3'],
    ['username', 'x'.repeat(65), 'TOO_LONG  64'],
    ['username', 'a b c', 'INVALID_FORMAT'],
    ['username', '9800000000', 'INVALID_FORMAT'],
    ['username', 'Taken_Name', 'TAKEN'],
    ['locationId', 987_654, 'UNKNOWN'],
    ['verificationCode', '', 'BLANK'],
    ['verificationCode', '12345', 'TOO_SHORT 6'],
    ['verificationCode', '1234567', 'TOO_LONG  6'],
    ['verificationCode', '12345x', 'INVALID_FORMAT'],
  ];
  test.each(wrong)('register, %s %j: %s', async (field, value, problem) => {
    const free = { phoneNumber: '+9779800000002', email: 'free@example.com' };
    const both = field === 'password' ? { passwordConfirm: value } : {};
    expect(await problems(REGISTER, form({ ...free, ...both, [field]: value }))).toEqual([`${field}: ${problem}`]);
  });

  test('register, a number that another account has verified: TAKEN', async () => {
    const changes = { phoneNumber: '+9779800000001', email: 'other@example.com' };
    expect(await problems(REGISTER, form(changes))).toEqual(['phoneNumber: TAKEN']);
  });

  test('register without the code that this service needs: REQUIRED', async () => {
    expect(await problems(REGISTER, form(), { on: strict })).toEqual(['verificationCode: REQUIRED']);
  });
});

test('other mutations say it, too', async () => {
  const { tokens } = await signIn(service, '+9779800000003');
  const passwords = { newPassword: 'short', newPasswordConfirm: 'other' };
  const requested = { phoneNumber: '+9779800000004', locale: 'no language' };
  expect(await problems(REQUEST_OTP, { ...requested, locale: 'ne', channel: 'VOICE' }, { on: strict })).toEqual([
    'channel: NOT_OFFERED',
  ]);
  expect(await problems(REQUEST_OTP, requested)).toEqual(['locale: INVALID_FORMAT']);
  expect(await problems(VERIFY_OTP, { phoneNumber: '', otp: '1' })).toEqual(['phoneNumber: BLANK', 'otp: TOO_SHORT 6']);
  expect(await problems(LOGIN, { identifier: ' ', password: '' })).toEqual(['identifier: BLANK', 'password: BLANK']);
  expect(await problems(CHANGE_PASSWORD, passwords, { token: tokens.accessToken })).toEqual([
    'newPassword: TOO_SHORT 8',
    'newPasswordConfirm: MISMATCH',
  ]);
});

test('the schema has no code that nothing answers with', () => {
  const type = schema.getType('FieldErrorCode');
  const codes = type && 'getValues' in type ? type.getValues().map(({ name }) => name) : [];
  expect(codes.filter((code) => !told.has(code))).toEqual([]);
});
