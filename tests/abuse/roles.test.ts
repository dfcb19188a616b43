import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { continueSignIn, form, obtainCode, requestOtp } from '../support/operations/operations.js';
import { overtaken } from '../support/overtaken.js';
import { MANY_TEXTS, startService, type TestService } from '../support/service.js';
import { login, passwordFailures, registered } from '../support/operations/session-operations.js';
import { beginAnew, DAY, setRole, showCode, userRow, waitingFor } from '../support/sleepers.js';

/** N7: a role other than USER never opens by one proof alone on a device that the account does not know. */

const PASSWORD = 'SecurePassword123!';

let service: TestService;
let people = 0;

beforeAll(async () => {
  service = await startService({ env: MANY_TEXTS });
});
afterAll(() => service.close());

async function administrator() {
  people += 1;
  const phoneNumber = `+97798013${String(people).padStart(5, '0')}`;
  const verificationCode = await obtainCode(service, phoneNumber);
  const username = `admin${people}`;
  const input = form({ phoneNumber, email: `admin-${people}@example.com`, username, verificationCode });
  const { user, deviceToken } = await registered(service, input);
  await setRole(service, user.id, 'ADMIN');
  return { phoneNumber, username, user, deviceToken };
}

test('a thief with the SIM of an administrator needs the password, too', async () => {
  const { phoneNumber, user } = await administrator();
  const answer = await showCode(service, phoneNumber);
  expect(answer).toMatchObject({ __typename: 'FurtherProofRequiredError', methods: ['PASSWORD'], availableAt: null });

  const { continuationToken } = answer;
  const opened = await continueSignIn(service, { continuationToken, password: PASSWORD });
  expect(opened).toMatchObject({ user: { id: user.id, role: 'ADMIN' } });
});

test('a thief with the password of an administrator needs a code, too', async () => {
  const { phoneNumber, username, user } = await administrator();
  const answer = await login(service, { identifier: username, password: PASSWORD });
  expect(answer).toMatchObject({ __typename: 'FurtherProofRequiredError', methods: ['PHONE_OTP'], availableAt: null });
  expect(await passwordFailures(service, user.id)).toBe(0);

  const { continuationToken } = answer;
  const same = await continueSignIn(service, { continuationToken, password: PASSWORD });
  expect(same).toMatchObject({ __typename: 'InvalidInputError', fields: [{ field: 'password', code: 'NOT_OFFERED' }] });

  service.clock.advance(60);
  await requestOtp(service, { phoneNumber });
  const wrong = await continueSignIn(service, { continuationToken, otp: '000000' });
  expect(wrong).toMatchObject({ __typename: 'InvalidOtpError', attemptsRemaining: 2 });
  const opened = await continueSignIn(service, { continuationToken, otp: service.phone.code(phoneNumber) });
  expect(opened).toMatchObject({ __typename: 'VerifyOtpSuccess', user: { id: user.id }, newMember: false });
});

test('a wrong password says nothing of the role', async () => {
  const { username } = await administrator();
  const answer = await login(service, { identifier: username, password: 'WrongPassword123!' });
  expect(answer.__typename).toBe('InvalidCredentialsError');
});

test('the device of the administrator needs one proof', async () => {
  const { phoneNumber, username, deviceToken } = await administrator();
  expect((await login(service, { identifier: username, password: PASSWORD, deviceToken })).__typename).toBe(
    'LoginSuccess',
  );
  expect((await showCode(service, phoneNumber, { deviceToken })).__typename).toBe('VerifyOtpSuccess');
});

test('the number of an account with a role goes to no new account, however long it slept', async () => {
  const { phoneNumber, user } = await administrator();
  service.clock.advance(100 * DAY);
  const answer = await beginAnew(service, await waitingFor(service, phoneNumber));
  expect(answer).toMatchObject({
    __typename: 'InvalidInputError',
    fields: [{ field: 'newAccount', code: 'NOT_OFFERED' }],
  });
  expect((await userRow(service, user.id))?.phoneNumber).toBe(phoneNumber);
});

test('an account that gets a role while somebody waits for it gives its number to nobody', async () => {
  people += 1;
  const phoneNumber = `+97798013${String(people).padStart(5, '0')}`;
  const { user } = await showCode(service, phoneNumber);
  service.clock.advance(100 * DAY);
  const continuationToken = await waitingFor(service, phoneNumber);
  await setRole(service, user.id, 'ADMIN');
  expect((await beginAnew(service, continuationToken)).__typename).toBe('InvalidTokenError');
});

test('an account that gets a role at the very moment of a sign-in does not open by one proof', async () => {
  const { phoneNumber, username, user } = await administrator();
  await setRole(service, user.id, 'USER');
  const change = sql`UPDATE users SET role = 'ADMIN' WHERE id = ${user.id}`;

  const byCode = await overtaken(service, change, () => showCode(service, phoneNumber));
  expect(byCode).toMatchObject({ __typename: 'FurtherProofRequiredError', methods: ['PASSWORD'] });

  await setRole(service, user.id, 'USER');
  const byPassword = await overtaken(service, change, () =>
    login(service, { identifier: username, password: PASSWORD }),
  );
  expect(byPassword.__typename).toBe('InvalidCredentialsError');
});

test('a number is not moved away from an account that gets a role at that moment', async () => {
  people += 1;
  const phoneNumber = `+97798013${String(people).padStart(5, '0')}`;
  const { user } = await showCode(service, phoneNumber);
  service.clock.advance(100 * DAY);
  const continuationToken = await waitingFor(service, phoneNumber);
  const change = sql`UPDATE users SET role = 'ADMIN' WHERE id = ${user.id}`;

  const moved = await overtaken(service, change, () => beginAnew(service, continuationToken));
  expect(moved.__typename).toBe('InvalidTokenError');
  expect((await userRow(service, user.id))?.phoneNumber).toBe(phoneNumber);
});
