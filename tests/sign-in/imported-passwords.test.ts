import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importedPassword, readImportedPassword } from '../../src/users/imported-passwords/imported-password.js';
import { reauthenticate } from '../support/operations/account-operations.js';
import { form, obtainCode } from '../support/operations/operations.js';
import { startService, type TestService } from '../support/service.js';
import { changePassword, login, registered } from '../support/operations/session-operations.js';

/** People sign in with the password that they had in another system. */

/** Cyrillic letters, a sign and a ligature that NFKC would change: other systems hash what was typed. */
const PASSWORD = 'Пароль nº 1 ﬁne';
/** The same after NFKC. */
const NORMALIZED = 'Пароль no 1 fine';

const SIGNER_KEY = 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==';
const FIREBASE = {
  ...{ algorithm: 'firebase-scrypt', signerKey: SIGNER_KEY, saltSeparator: 'Bw==', rounds: 8, memCost: 14 },
  salt: '42xEC+ixf3L2lw==',
  hash: 'dqt6kYy2ks+RsXKaEUGno1LSAoTf55f3GKtCHqtIdpAKsBrEbMNafftG1UPxFkBzHH1Ixd7FQ/VyxXfjQ3VOQA==',
};
const JDK = { salt: 'MDEyMzQ1Njc4OWFiY2RlZg==', iterations: 5000 };

/** Each was made by the library that is named, from PASSWORD, with parameters that do not keep the tests busy. */
const VECTORS: readonly [maker: string, exported: unknown][] = [
  // Django 5.2.17, django.contrib.auth.hashers: encode().
  ['Django pbkdf2_sha256', 'pbkdf2_sha256$5000$seasalt2$Lq5KRJnLp4NCwfDM53/4F07K20GmpglTI7xtijVsLjU='],
  ['Django pbkdf2_sha1', 'pbkdf2_sha1$5000$seasalt2$mY13cyeaAt3UQS46IwiP4LBHXsU='],
  [
    'Django argon2',
    'argon2$argon2id$v=19$m=4096,t=2,p=2$aTFtc1pwTTZGeUVFNU1FekgyYnJBUg$A/JAlABNiW/khDShhQc/n4QXea8Jk7EJQPRhB8/XNB4',
  ],
  ['Django bcrypt_sha256', 'bcrypt_sha256$$2b$05$.9.Yv2HYgQdyUax78bWTkuXJV1DDqQ/NjVe0.66jGYX4jiNwshL/y'],
  ['Django bcrypt', 'bcrypt$$2b$05$vPUEE72Z0/WbCg025WeL5O3V.nYv.BuW3m0v/kYRTojOXoxz/s9ye'],
  [
    'Django scrypt',
    'scrypt$2048$seasalt2$8$5$R30aATFVAEjAIzY2X8NMcNcrgL+LM2mHDfFfLo8bWmXm15BsfPYvdcxY8m6Azg5SD4SKGIhVW/h25L3aZVuI5Q==',
  ],
  // The Python package bcrypt 5.0.0. Supabase writes $2a$, Auth0 $2b$.
  ['bcrypt $2b$', '$2b$05$jQdH8MgNg69hErXD06GngO7dAsmARXYVIOxL6XcpeeOOKPTaH1zwW'],
  ['bcrypt $2a$', '$2a$05$pPTHiP8ErTl4J3wp1bC1Mudpw8Hyd/6keK6ymj5ki6YtPOPRvDkZ.'],
  // PHP 8.2, password_hash(), which is what Laravel calls.
  ['PHP bcrypt $2y$', '$2y$05$cdSU5WD3cYASVpLAW55DI.XbjlJIFaHp0TicticWrhZTw8jm/kEca'],
  ['PHP argon2i', '$argon2i$v=19$m=4096,t=2,p=1$NkRRNS5vS040WWpSQzBBUw$sMNTBjmNCRfCILqsmysD/yTzPmws+Wkn+7xegSVY7Rw'],
  ['PHP argon2id', '$argon2id$v=19$m=4096,t=2,p=1$VDJwa0dVZ1dXZjJleUprTg$6NiZyUHKQvCAj+ffQhsxNpnXzTbcrCAF9U3l6l8HbGY'],
  // argon2-cffi 25.1.0.
  [
    'argon2-cffi argon2d',
    '$argon2d$v=19$m=4096,t=2,p=1$HSwqxMEkSoQfQZMTJwJQew$wfoK2z4StIZYGJKI1kbTxTndRU9OqT3renqJjAdFDMM',
  ],
  // passlib 1.7.4, with its own alphabet of base64.
  ['passlib pbkdf2_sha1', '$pbkdf2$5000$lJJSai0FwHivNQZgzBlDqA$BZrS7HHpiSecaTE.AFWmgAEGPwE'],
  ['passlib pbkdf2_sha256', '$pbkdf2-sha256$5000$whjjPIfQGoOwdg4hBGAs5Q$x/rudu.8HwNGzf1iogmQ/kiATY/FVRNSmP/UTwqjg4c'],
  [
    'passlib pbkdf2_sha512',
    '$pbkdf2-sha512$5000$9x4DoNTaO2estRaCkJKSsg$2v46Cx07VSOj0hUkGR4bCLowG2lUMUNSa4aTBKUr8LqiUcp5l5HaxRj2RgAHSm/gGKL9aYGl5cH4.c/nBWusYA',
  ],
  ['passlib scrypt', '$scrypt$ln=11,r=8,p=1$EeK8NwYAgFDqHWPsPadUqg$l6Qhm/E4bcLiFrm5zUImu1blWdh5K1QR2lgKHjDxoIA'],
  ['passlib phpass', '$P$67gVceMWn964xFk3g1w2g.xmWL7khU0'],
  // WordPress 6.1.9, wp-includes/class-phpass.php.
  ['WordPress $P$', '$P$Byw3y7qvgKcAbhXLsOrES8PaYumyQB0'],
  ['phpBB $H$', '$H$Byw3y7qvgKcAbhXLsOrES8PaYumyQB0'],
  // The expression of WordPress 6.8 in wp_hash_password(), in PHP 8.2.
  ['WordPress $wp$2y$', '$wp$2y$05$1ib1qRvOx/raS4.qS7Au0ea/5S3GyF606Kbqlom0ea.sSoCvNVAai'],
  // The program of https://github.com/firebase/scrypt at 36feb92.
  ['Firebase', FIREBASE],
  ['Firebase, in a cell of a CSV file', JSON.stringify(FIREBASE)],
  // SecretKeyFactory of the JDK, which is what Keycloak calls.
  ['Keycloak pbkdf2-sha1', { algorithm: 'pbkdf2-sha1', ...JDK, hash: '2WN1Uqf84oNt+tGYv4K9irgNJZ0=' }],
  [
    'Keycloak pbkdf2-sha256',
    {
      ...{ algorithm: 'pbkdf2-sha256', ...JDK },
      hash: 'R8HcLwJIveiSIn467Kv0ByqmFUYlFAr6EYkzIbda7uZ3EAD0ZGAY8LqaVMg79HK7yOA2wDIghlLoG1MTNSHWNw==',
    },
  ],
  [
    'Keycloak pbkdf2-sha512',
    {
      ...{ algorithm: 'pbkdf2-sha512', ...JDK },
      hash: 'YQfgKZwqF3d2W4b9sduYrPE3egEY9Gk1ryXPxe/mSEuAxW0HwhAeMFmjzwl+V0t2p0DmPlRQzKTEUnbPkeauxA==',
    },
  ],
];

let service: TestService;
let serial = 0;
beforeAll(async () => {
  service = await startService({ env: { DEFAULT_REGION: 'NP' } });
});
afterAll(() => service.close());

/** Somebody whose account has the hash that another system exported. */
async function imported(exported: unknown) {
  const reading = readImportedPassword(exported);
  if (reading.kind !== 'hash') throw new Error(`This hash is ${reading.kind}.`);
  serial += 1;
  const phoneNumber = `+97798000077${String(serial).padStart(2, '0')}`;
  const username = `Imported.${serial}`;
  const verificationCode = await obtainCode(service, phoneNumber);
  const person = { phoneNumber, username, email: `imported${serial}@example.com`, verificationCode };
  const { user, tokens } = await registered(service, form(person));
  await service.db.execute(sql`UPDATE users SET password_hash = ${reading.stored} WHERE id = ${user.id}`);
  return { id: user.id as string, username, token: tokens.accessToken as string };
}

async function hashOf(id: string): Promise<unknown> {
  const [row] = await service.db.execute(sql`SELECT password_hash FROM users WHERE id = ${id}`);
  return row?.['password_hash'];
}

describe('a password from another system', () => {
  test.each(VECTORS)('opens the account as it was typed there: %s', async (_maker, exported) => {
    const { id, username } = await imported(exported);
    const refused = { __typename: 'InvalidCredentialsError' };
    expect(await login(service, { identifier: username, password: NORMALIZED })).toMatchObject(refused);
    expect(await login(service, { identifier: username, password: PASSWORD })).toMatchObject({
      __typename: 'LoginSuccess',
    });
    // From now on it is ours, and its spelling does not matter.
    expect(await hashOf(id)).toMatch(/^\$argon2id\$v=19\$/);
    expect(await login(service, { identifier: username, password: NORMALIZED })).toMatchObject({
      __typename: 'LoginSuccess',
    });
  });

  test.each(VECTORS)('is no other text: %s', async (_maker, exported) => {
    const reading = readImportedPassword(exported);
    const check = reading.kind === 'hash' ? importedPassword(reading.stored) : null;
    for (const typed of [`${PASSWORD} `, PASSWORD.toLowerCase(), 'x'.repeat(1024), '\u0000', '']) {
      expect(await check?.matches(typed)).toBe(false);
    }
  });

  test('of the example that Firebase publishes', async () => {
    // https://github.com/firebase/scrypt/blob/main/README.md
    const hash = 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==';
    const reading = readImportedPassword({ ...FIREBASE, hash });
    const check = reading.kind === 'hash' ? importedPassword(reading.stored) : null;
    expect(await check?.matches('user1password')).toBe(true);
    expect(await check?.matches('user1passwore')).toBe(false);
  });

  test('is changed by whoever knows it', async () => {
    const { id, token } = await imported('$2b$05$jQdH8MgNg69hErXD06GngO7dAsmARXYVIOxL6XcpeeOOKPTaH1zwW');
    const fresh = { newPassword: 'an even better passphrase', newPasswordConfirm: 'an even better passphrase' };
    const wrong = await changePassword(service, token, { currentPassword: NORMALIZED, ...fresh });
    expect(wrong).toMatchObject({ __typename: 'InvalidCredentialsError' });
    const right = await changePassword(service, token, { currentPassword: PASSWORD, ...fresh });
    expect(right).toMatchObject({ __typename: 'ChangePasswordSuccess' });
    expect(await hashOf(id)).toMatch(/^\$argon2id\$/);
  });

  test('is a fresh proof', async () => {
    const { token } = await imported(FIREBASE);
    const wrong = await reauthenticate(service, token, { password: NORMALIZED });
    expect(wrong).toMatchObject({ __typename: 'InvalidCredentialsError' });
    const right = await reauthenticate(service, token, { password: PASSWORD });
    expect(right).toMatchObject({ __typename: 'ReauthenticateSuccess' });
  });

  test('whose format this build does not know is a wrong password, and no error', async () => {
    const { id, username } = await imported(FIREBASE);
    for (const stored of ['imported:$7$unheard', 'imported:', 'imported:{"algorithm":"md5"}', 'imported:$2b$31$']) {
      await service.db.execute(sql`UPDATE users SET password_hash = ${stored} WHERE id = ${id}`);
      const answer = await login(service, { identifier: username, password: PASSWORD });
      expect(answer).toMatchObject({ __typename: 'InvalidCredentialsError' });
    }
  });
});

describe('a hash is not taken', () => {
  const bcrypt = 'jQdH8MgNg69hErXD06GngO7dAsmARXYVIOxL6XcpeeOOKPTaH1zwW';
  const salted = 'MDEyMzQ1Njc4OWFiY2RlZg$N6ErB7Za0Znuxbe5zkc18p+/UywHb4ILYZiKl/V9mqw';

  test.each([
    ['bcrypt, cost 31', `$2b$31$${bcrypt}`],
    ['bcrypt_sha256, cost 15', `bcrypt_sha256$$2b$15$${bcrypt}`],
    [
      'PBKDF2, a thousand million iterations',
      `pbkdf2_sha256$1000000000$salt$Lq5KRJnLp4NCwfDM53/4F07K20GmpglTI7xtijVsLjU=`,
    ],
    [
      'PBKDF2 with many blocks',
      {
        algorithm: 'pbkdf2-sha1',
        salt: JDK.salt,
        iterations: 1_000_000,
        hash: Buffer.alloc(128, 1).toString('base64'),
      },
    ],
    ['scrypt, 1 GiB', `$scrypt$ln=20,r=8,p=1$${salted}`],
    ['scrypt, many times', `scrypt$16384$salt$8$4096$${JDK.salt}`],
    ['Firebase, memCost 30', { ...FIREBASE, memCost: 30 }],
    ['argon2, 1 GiB', `$argon2id$v=19$m=1048576,t=1,p=1$${salted}`],
    ['argon2, many passes', `argon2$argon2id$v=19$m=65536,t=100,p=1$${salted}`],
    ['argon2, many lanes', `$argon2id$v=19$m=65536,t=1,p=255$${salted}`],
    ['phpass, 2^30 rounds', '$P$Syw3y7qvgKcAbhXLsOrES8PaYumyQB0'],
  ])('that would cost too much at each login: %s', (_name, exported) => {
    expect(readImportedPassword(exported)).toEqual({ kind: 'too_costly' });
  });

  test.each([
    ['bcrypt cut off', '$2b$10$abc'],
    ['bcrypt of a known bug', `$2x$10$${bcrypt}`],
    ['Django without a salt', 'pbkdf2_sha256$1000$$aGFzaA=='],
    ['no iterations', { algorithm: 'pbkdf2-sha256', salt: JDK.salt, hash: JDK.salt, iterations: 0 }],
    ['iterations as an object', { algorithm: 'pbkdf2-sha256', salt: JDK.salt, hash: JDK.salt, iterations: {} }],
    ['a hash of few bytes', { algorithm: 'pbkdf2-sha256', salt: JDK.salt, hash: 'aGFzaA==', iterations: 1000 }],
    ['scrypt, N no power of two', `scrypt$1000$salt$8$1$${JDK.salt}`],
    ['scrypt, N too large for r', `$scrypt$ln=16,r=1,p=1$${salted}`],
    ['Django scrypt, N too large for r', `scrypt$65536$salt$1$1$${JDK.salt}`],
    ['Firebase, memCost too large for rounds', { ...FIREBASE, memCost: 16, rounds: 1 }],
    ['Firebase without its key', { ...FIREBASE, signerKey: undefined }],
    ['argon2 with less memory than lanes', `$argon2id$v=19$m=8,t=1,p=2$${salted}`],
    ['argon2 with a secret', `$argon2id$v=19$m=4096,t=1,p=1,keyid=abc$${salted}`],
    ['phpass cut off', '$P$Byw3y7qv'],
  ])('that is none: %s', (_name, exported) => {
    expect(readImportedPassword(exported)).toEqual({ kind: 'malformed' });
  });

  test('that is scrypt with the largest N for its r: it can be computed', async () => {
    const reading = readImportedPassword(`$scrypt$ln=15,r=1,p=1$${salted}`);
    const check = reading.kind === 'hash' ? importedPassword(reading.stored) : null;
    expect(await check?.matches(PASSWORD)).toBe(false);
  });

  test.each([
    ['MD5', '5f4dcc3b5aa765d61d8327deb882cf99'],
    ['Django MD5', 'md5$salt$5f4dcc3b5aa765d61d8327deb882cf99'],
    ['SHA-512 crypt', '$6$rounds=5000$usesomesillystri$D4IrlXatmP7rx3P3InaxBeoomnAihCKRVQAr/36eYSvHm'],
    ['a password in plain text', 'hunter2hunter2'],
    ['a number', 42],
    ['a list', [FIREBASE]],
    ['an unknown algorithm', { algorithm: 'rot13', hash: 'x' }],
    ['a text without end', '$2b$10$'.repeat(10_000).replace('$2b', 'x')],
  ])('whose format is not known: %s', (_name, exported) => {
    expect(readImportedPassword(exported)).toEqual({ kind: 'unknown' });
  });

  test.each([null, undefined, '', '  ', '!', '!3eTofRFUCe9TBBVrWAoM6lhO7BWJwfiqm3caywms'])(
    'from an account without a password: %s',
    (exported) => {
      expect(readImportedPassword(exported)).toEqual({ kind: 'none' });
    },
  );
});
