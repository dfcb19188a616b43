import { sql } from 'drizzle-orm';
import argon2 from 'argon2';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD_COST } from '../../src/users/password.js';
import { form, obtainCode, problemsOf, register, signIn } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { isSignedIn, login, passwordFailures, registered } from '../support/operations/session-operations.js';

const PASSWORD = 'SecurePassword123!';
const REFUSED = { __typename: 'InvalidCredentialsError', message: 'Invalid username or password.' };

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { DEFAULT_REGION: 'NP' }, passwordCost: PASSWORD_COST });
});
afterAll(() => service.close());

function newcomer() {
  serial += 1;
  const phoneNumber = `+97798000044${String(serial).padStart(2, '0')}`;
  return { phoneNumber, username: `User.${serial}`, email: `User${serial}@Example.com`, password: PASSWORD };
}

/** Registers somebody whose number is proved from the start. */
async function account(changes: Record<string, unknown> = {}) {
  const person = { ...newcomer(), ...changes };
  const verificationCode = await obtainCode(service, person.phoneNumber);
  const fields = form({ ...person, passwordConfirm: person.password, verificationCode });
  const { user } = await registered(service, fields);
  return { ...person, id: user.id as string };
}

async function hashOf(id: string): Promise<string | null> {
  const [row] = await service.db.execute<{ password_hash: string | null }>(
    sql`SELECT password_hash FROM users WHERE id = ${id}`,
  );
  return row?.password_hash ?? null;
}

describe('a user signs in with a password', () => {
  const spellings: readonly [name: string, spell: (person: Awaited<ReturnType<typeof account>>) => string][] = [
    ['the username', ({ username }) => username],
    ['the username in small letters', ({ username }) => username.toLowerCase()],
    ['the username with spaces around it', ({ username }) => `  ${username} `],
    ['the email address', ({ email }) => email],
    ['the email address in capitals', ({ email }) => email.toUpperCase()],
    ['the number in E.164', ({ phoneNumber }) => phoneNumber],
    ['the number as dialled abroad', ({ phoneNumber }) => phoneNumber.replace('+', '00')],
    ['the national number', ({ phoneNumber }) => phoneNumber.replace('+977', '')],
    ['the number in groups', ({ phoneNumber }) => phoneNumber.replace(/^\+977(\d{3})(\d{4})/, '+977 ($1) $2-')],
    ['the number in full-width digits', ({ phoneNumber }) => phoneNumber.replace(/\d/g, fullWidth)],
  ];

  test.each(spellings)('and %s', async (_name, spell) => {
    const person = await account();
    const answer = await login(service, { identifier: spell(person), password: PASSWORD });
    expect(answer).toMatchObject({ __typename: 'LoginSuccess', user: { id: person.id, hasPassword: true } });
    expect(await isSignedIn(service, answer.tokens.accessToken)).toBe(true);
    expect(await passwordFailures(service, person.id)).toBe(0);
  });

  test('the access token says so: method, time, and a session of its own', async () => {
    const { username, id } = await account();
    service.clock.advance(5);
    const { tokens } = await login(service, { identifier: username, password: PASSWORD });
    const claims = decodeJwt(tokens.accessToken);
    expect(claims).toMatchObject({ sub: id, amr: ['pwd'], phone_verified: true });
    expect(claims['auth_time']).toBe(Math.floor(service.clock.now().getTime() / 1000));
    const again = await login(service, { identifier: username, password: PASSWORD });
    expect(decodeJwt(again.tokens.accessToken)['sid']).not.toBe(claims['sid']);
  });

  test('spelt in other characters that look the same: one password (NFKC)', async () => {
    const { username } = await account({ password: 'Ｐａｓsphrase ofﬁce é' });
    expect(await login(service, { identifier: username, password: 'Passphrase office e\u0301' })).toMatchObject({
      __typename: 'LoginSuccess',
    });
    expect(await login(service, { identifier: username, password: 'passphrase office é' })).toMatchObject(REFUSED);
  });

  test('blank fields are named, and cost nothing', async () => {
    const { id, username } = await account();
    expect(problemsOf(await login(service, { identifier: ' ', password: '' }))).toEqual({
      identifier: 'This field may not be blank.',
      password: 'This field may not be blank.',
    });
    await login(service, { identifier: username, password: '' });
    expect(await passwordFailures(service, id)).toBe(0);
  });

  function fullWidth(digit: string): string {
    return String.fromCodePoint(0xff10 + Number(digit));
  }
});

describe('somebody tries a password where there is none to be right', () => {
  test('N3: a number that was only claimed says nothing about who one is', async () => {
    const person = newcomer();
    await registered(service, form({ ...person, passwordConfirm: person.password }));
    expect(await login(service, { identifier: person.phoneNumber, password: PASSWORD })).toMatchObject(REFUSED);
    expect(await login(service, { identifier: person.email, password: PASSWORD })).toMatchObject({
      __typename: 'LoginSuccess',
    });
  });

  test('N3: once the owner has proved the number, the claimant’s password opens nothing', async () => {
    const person = newcomer();
    const claim = await registered(service, form({ ...person, passwordConfirm: person.password }));
    const owner = await signIn(service, person.phoneNumber);
    expect(owner.user.id).toBe(claim.user.id);
    for (const identifier of [person.username, person.email, person.phoneNumber]) {
      expect(await login(service, { identifier, password: PASSWORD })).toMatchObject(REFUSED);
    }
  });

  test('an account without a password refuses every password, the empty hash’s included', async () => {
    const { phoneNumber } = newcomer();
    await signIn(service, phoneNumber);
    for (const password of [PASSWORD, 'null', 'undefined', phoneNumber]) {
      expect(await login(service, { identifier: phoneNumber, password })).toMatchObject(REFUSED);
    }
  });

  test('a username that looks like somebody’s number or email cannot be registered', async () => {
    const { phoneNumber, email } = await account();
    for (const username of [phoneNumber, phoneNumber.slice(4), email]) {
      const answer = await register(service, form({ ...newcomer(), username, email: 'mimic@example.com' }));
      expect(Object.keys(problemsOf(answer))).toEqual(['username']);
    }
  });
});

describe('a hash from before the parameters were raised', () => {
  const OLD = { type: argon2.argon2id, memoryCost: 8_192, timeCost: 1, parallelism: 1 } as const;

  /** An account as an earlier version left it. */
  async function oldAccount() {
    const person = await account();
    const hash = await argon2.hash(PASSWORD, OLD);
    await service.db.execute(sql`UPDATE users SET password_hash = ${hash} WHERE id = ${person.id}`);
    return { ...person, hash };
  }

  test('is replaced by the next sign-in, and then left alone', async () => {
    const { id, username, hash } = await oldAccount();
    const input = { identifier: username, password: PASSWORD };
    expect(await login(service, input)).toMatchObject({ __typename: 'LoginSuccess' });
    const renewed = await hashOf(id);
    expect(hash).toContain('m=8192,t=1');
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await login(service, input)).toMatchObject({ __typename: 'LoginSuccess' });
    expect(await hashOf(id)).toBe(renewed);
  });

  test('is not replaced by a wrong guess', async () => {
    const { id, username, hash } = await oldAccount();
    expect(await login(service, { identifier: username, password: 'wrong' })).toMatchObject(REFUSED);
    expect(await hashOf(id)).toBe(hash);
  });

  test('parallel sign-ins leave a hash that the password opens', async () => {
    const { username } = await oldAccount();
    const input = { identifier: username, password: PASSWORD };
    await Promise.all([1, 2, 3].map(() => login(service, input)));
    expect(await login(service, input)).toMatchObject({ __typename: 'LoginSuccess' });
  });
});
