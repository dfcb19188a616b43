import { eq } from 'drizzle-orm';
import { createRemoteJWKSet, customFetch, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEventTable } from '../../src/audit/audit-event.table.js';
import { readConfig } from '../../src/config/config.js';
import { spentProofTable } from '../../src/number-proofs/spent-proof.table.js';
import { sessionTable } from '../../src/sessions/session.table.js';
import { userTable } from '../../src/users/user.table.js';
import { assembled, type Changes, hmacSigned, resigned, signingKeysOf } from '../support/forged-tokens.js';
import { codeFor, proofOf, proveNumber, redeemProof } from '../support/operations/number-proofs.js';
import {
  countOf,
  inParallel,
  me,
  obtainCode,
  requestOtp,
  signIn,
  verifyOtp,
  wrongCode,
} from '../support/operations/operations.js';
import { PUBLIC_URL, startService, type TestService } from '../support/service.js';

/** A number is proved to applications with users of their own (source E), and what attackers try with it. */

const SHOP = 'shop.example.com';
const CLINIC = 'clinic.example.com';

let service: TestService;
let numbers = 0;
beforeAll(async () => {
  service = await startService({ env: { PROOF_AUDIENCES: `${SHOP},${CLINIC}` } });
});
afterAll(() => service.close());

function newNumber(): string {
  numbers += 1;
  return `+97798130${String(numbers).padStart(5, '0')}`;
}

describe('a person proves a number', () => {
  test('with a code whose text names the application', async () => {
    const phoneNumber = newNumber();
    const { otp } = await codeFor(service, phoneNumber, CLINIC);
    expect(service.phone.to(phoneNumber).at(-1)?.text).toContain(CLINIC);
    expect(await proveNumber(service, { phoneNumber, otp, audience: CLINIC })).toMatchObject({ phoneNumber });
  });

  test('and the application checks the proof by the key set alone: no user is made, and nobody is signed in', async () => {
    const phoneNumber = newNumber();
    const { otp, requestToken } = await codeFor(service, phoneNumber, SHOP);
    const answer = await proveNumber(service, { phoneNumber, otp, requestToken });
    expect(answer).toMatchObject({ __typename: 'ProveNumberSuccess', phoneNumber });

    const keySet = createRemoteJWKSet(new URL(`${service.url}/.well-known/jwks.json`), { [customFetch]: fetch });
    const { payload, protectedHeader } = await jwtVerify(answer.proof, keySet, {
      issuer: PUBLIC_URL,
      audience: SHOP,
      algorithms: ['ES256'],
      typ: 'number-proof+jwt',
      currentDate: service.clock.now(),
    });
    expect(Object.keys(protectedHeader).sort()).toEqual(['alg', 'kid', 'typ']);
    expect(Object.keys(payload).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'phone_number']);
    expect(payload.phone_number).toBe(phoneNumber);
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    expect(Date.parse(answer.expiresAt)).toBe((payload.exp ?? 0) * 1000);
    expect(await service.db.$count(userTable, eq(userTable.phoneNumber, phoneNumber))).toBe(0);
    expect(await service.db.$count(sessionTable)).toBe(0);
  });

  test('the audit trail tells when, from where, of which number and for which application', async () => {
    const phoneNumber = newNumber();
    await proofOf(service, phoneNumber, CLINIC);
    const { at, id, kind } = auditEventTable;
    const events = await service.db.select().from(auditEventTable).where(eq(kind, 'number_proved')).orderBy(at, id);
    expect(events.at(-1)).toMatchObject({
      ...{ userId: null, sessionId: null, actorKind: 'ANONYMOUS', ipAddress: '127.0.0.1' },
      ...{ phoneNumber, details: { audience: CLINIC } },
    });
  });

  test('the request token tells which application the code is for; without both nobody guesses it', async () => {
    const phoneNumber = newNumber();
    const shop = await codeFor(service, phoneNumber, SHOP);
    const clinic = await codeFor(service, phoneNumber, CLINIC);
    expect(await proveNumber(service, { phoneNumber, otp: clinic.otp })).toMatchObject({
      __typename: 'InvalidInputError',
      fields: [{ field: 'audience', code: 'REQUIRED' }],
    });
    const other = await codeFor(service, newNumber(), CLINIC);
    const strangers = { phoneNumber, otp: clinic.otp, requestToken: other.requestToken };
    expect(await proveNumber(service, strangers)).toMatchObject({ fields: [{ code: 'REQUIRED' }] });
    const { proof } = await proveNumber(service, { phoneNumber, ...clinic });
    expect(decodeJwt(proof).aud).toBe(CLINIC);
    expect(decodeJwt((await proveNumber(service, { phoneNumber, ...shop })).proof).aud).toBe(SHOP);
  });

  test('for an application that nobody has configured: refused, and no guess is counted', async () => {
    const phoneNumber = newNumber();
    const { otp } = await codeFor(service, phoneNumber, SHOP);
    expect(await proveNumber(service, { phoneNumber, otp, audience: 'evil.example.com' })).toMatchObject({
      fields: [{ field: 'audience', code: 'UNKNOWN' }],
    });
    expect(await proveNumber(service, { phoneNumber, otp: 'x', audience: SHOP })).toMatchObject({
      fields: [{ field: 'otp' }],
    });
  });
});

describe('C4, C5: a code', () => {
  test('fifty submissions of one code at the same moment: one proof', async () => {
    const phoneNumber = newNumber();
    const { otp } = await codeFor(service, phoneNumber, SHOP);
    const answers = await inParallel(50, () => proveNumber(service, { phoneNumber, otp, audience: SHOP }));
    expect(countOf(answers)).toEqual({ ProveNumberSuccess: 1, InvalidOtpError: 49 });
  });

  test('for one application proves nothing to another, signs nobody in, and a sign-in code proves nothing', async () => {
    const phoneNumber = newNumber();
    const { otp } = await codeFor(service, phoneNumber, SHOP);
    expect(await proveNumber(service, { phoneNumber, otp, audience: CLINIC })).toMatchObject({
      __typename: 'InvalidOtpError',
    });
    expect(await verifyOtp(service, { phoneNumber, otp })).toMatchObject({ __typename: 'InvalidOtpError' });
    expect(await proveNumber(service, { phoneNumber, otp, audience: SHOP })).toMatchObject({
      __typename: 'ProveNumberSuccess',
    });

    const another = newNumber();
    const signInCode = await obtainCode(service, another);
    for (const audience of [SHOP, CLINIC])
      expect(await proveNumber(service, { phoneNumber: another, otp: signInCode, audience })).toMatchObject({
        __typename: 'InvalidOtpError',
      });
    expect(await verifyOtp(service, { phoneNumber: another, otp: signInCode })).toMatchObject({
      __typename: 'VerifyOtpSuccess',
    });
  });

  test('G3: another application gives no guesses back: after six wrong ones the number is locked for all purposes', async () => {
    const phoneNumber = newNumber();
    const { otp } = await codeFor(service, phoneNumber, SHOP);
    const kinds = [];
    for (const audience of [SHOP, SHOP, SHOP, CLINIC, CLINIC, CLINIC]) {
      const { __typename } = await proveNumber(service, { phoneNumber, otp: wrongCode(otp), audience });
      kinds.push(__typename);
    }
    expect(kinds).toEqual([...Array(5).fill('InvalidOtpError'), 'AccountLockedError']);
    expect(await proveNumber(service, { phoneNumber, otp, audience: SHOP })).toMatchObject({
      __typename: 'AccountLockedError',
    });
    expect(await verifyOtp(service, { phoneNumber, otp: '123456' })).toMatchObject({
      __typename: 'AccountLockedError',
    });
  });

  test('expires, and is good once', async () => {
    const phoneNumber = newNumber();
    const { otp } = await codeFor(service, phoneNumber, SHOP);
    service.clock.advance(600);
    const answer = await proveNumber(service, { phoneNumber, otp, audience: SHOP });
    expect(answer).toMatchObject({ __typename: 'InvalidOtpError', attemptsRemaining: 2 });
  });
});

describe('a proof', () => {
  test('of all that redeem it, one succeeds: 200 at the same moment', async () => {
    const phoneNumber = newNumber();
    const proof = await proofOf(service, phoneNumber, SHOP);
    const answers = await inParallel(200, () => redeemProof(service, proof, SHOP));
    expect(countOf(answers)).toEqual({ RedeemProofSuccess: 1, InvalidTokenError: 199 });
    const won = answers.find(({ __typename }) => __typename === 'RedeemProofSuccess');
    expect(won.phoneNumber).toBe(phoneNumber);
    expect(Date.parse(won.provedAt)).toBe((decodeJwt(proof).iat ?? 0) * 1000);
  });

  test('is spent for another process, too', async () => {
    const proof = await proofOf(service, newNumber(), SHOP);
    const { database, clock } = service;
    const other = await startService({ database, clock, env: { PROOF_AUDIENCES: SHOP } });
    try {
      expect(await redeemProof(other, proof, SHOP)).toMatchObject({ __typename: 'RedeemProofSuccess' });
      expect(await redeemProof(service, proof, SHOP)).toMatchObject({ __typename: 'InvalidTokenError' });
    } finally {
      await other.close();
    }
  });

  test('is remembered as spent for longer than it lives, and then forgotten', async () => {
    const proof = await proofOf(service, newNumber(), SHOP);
    await redeemProof(service, proof, SHOP);
    const id = decodeJwt(proof).jti ?? '';
    const kept = () => service.db.$count(spentProofTable, eq(spentProofTable.id, id));
    service.clock.advance(300 + 3_600 - 1);
    await service.background.housekeeper.run();
    expect(await kept()).toBe(1);
    service.clock.advance(2);
    await service.background.housekeeper.run();
    expect(await kept()).toBe(0);
    expect(await redeemProof(service, proof, SHOP)).toMatchObject({ __typename: 'InvalidTokenError' });
  });

  test('lives for five minutes', async () => {
    const first = await proofOf(service, newNumber(), SHOP);
    service.clock.advance(298);
    expect(await redeemProof(service, first, SHOP)).toMatchObject({ __typename: 'RedeemProofSuccess' });
    const second = await proofOf(service, newNumber(), SHOP);
    service.clock.advance(300);
    expect(await redeemProof(service, second, SHOP)).toMatchObject({ __typename: 'InvalidTokenError' });
  });

  test('S4: is no access token, and an access token is no proof', async () => {
    const phoneNumber = newNumber();
    const { tokens } = await signIn(service, phoneNumber);
    const proof = await proofOf(service, phoneNumber, SHOP);
    const { body } = await me(service, proof);
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    for (const audience of [SHOP, PUBLIC_URL])
      expect(await redeemProof(service, tokens.accessToken, audience)).toMatchObject({
        __typename: 'InvalidTokenError',
      });
    // One with all that a proof has but the type: only the type tells them apart.
    const keys = await signingKeysOf(service);
    expect(await redeemProof(service, await resigned(proof, keys, { header: { typ: 'at+jwt' } }), SHOP)).toMatchObject({
      __typename: 'InvalidTokenError',
    });
  });

  test('S3: forged, changed or for somebody else: refused', async () => {
    const phoneNumber = newNumber();
    const proof = await proofOf(service, phoneNumber, SHOP);
    const keys = await signingKeysOf(service);
    const typ = 'number-proof+jwt';
    const { keys: published } = (await (await fetch(`${service.url}/.well-known/jwks.json`)).json()) as {
      keys: object[];
    };
    const [header, payload] = [decodeProtectedHeader(proof), decodeJwt(proof)];
    const wrong: readonly (Changes | string)[] = [
      { header: { typ: 'JWT' } },
      { header: { typ: undefined } },
      { header: { typ, kid: 'another' } },
      { header: { typ }, claims: { iss: 'http://evil.test' } },
      { header: { typ }, claims: { aud: CLINIC } },
      { header: { typ }, claims: { exp: undefined } },
      { header: { typ }, claims: { exp: (payload.iat ?? 0) - 1 } },
      { header: { typ }, claims: { jti: 'one' } },
      { header: { typ }, claims: { jti: undefined } },
      { header: { typ }, claims: { phone_number: 5 } },
      { header: { typ }, claims: { phone_number: undefined } },
      assembled({ ...header, alg: 'none' }, payload, ''),
      hmacSigned({ ...header, alg: 'HS256' }, payload, JSON.stringify(published[0])),
      proof.slice(0, -4),
      `${proof}${' '.repeat(5_000)}`,
      '',
    ];
    for (const each of wrong) {
      const forged = typeof each === 'string' ? each : await resigned(proof, keys, each);
      expect(await redeemProof(service, forged, SHOP), JSON.stringify(each)).toMatchObject({
        __typename: 'InvalidTokenError',
      });
    }
    expect(await redeemProof(service, proof, CLINIC)).toMatchObject({ __typename: 'InvalidTokenError' });
    // None of these has spent it.
    expect(await redeemProof(service, proof, SHOP)).toMatchObject({ __typename: 'RedeemProofSuccess', phoneNumber });
  });
});

describe('a start', () => {
  const problemsWith = (env: Record<string, string>) => {
    const reading = readConfig({ NODE_ENV: 'test', ...env });
    return reading.kind === 'problems' ? reading.problems : [];
  };

  const ADDRESS = 'https://accounts.example.com';
  test.each([
    ['one of several audiences', SHOP, { TOKEN_AUDIENCE: `https://api.example.com,${SHOP}` }],
    ['the address of the service, which is the audience by default', ADDRESS, { PUBLIC_URL: `${ADDRESS}/` }],
    ['the address of a developer', 'http://localhost:80', { PORT: '80' }],
  ])('refuses an audience of access tokens: %s', (_name, audience, env) => {
    expect(problemsWith({ ...env, PROOF_AUDIENCES: `${CLINIC},${audience}` })).toEqual([
      `PROOF_AUDIENCES: ${audience} is an audience of access tokens (TOKEN_AUDIENCE). Name the application otherwise.`,
    ]);
    expect(problemsWith({ ...env, PROOF_AUDIENCES: CLINIC })).toEqual([]);
  });

  test('without an audience proves no numbers', async () => {
    expect(problemsWith({ PROOF_AUDIENCES: ',' })).toHaveLength(1);
    const { database, clock } = service;
    const plain = await startService({ database, clock });
    try {
      const phoneNumber = newNumber();
      const { otp } = await codeFor(service, phoneNumber, SHOP);
      const input = { phoneNumber, otp, audience: SHOP };
      expect(await proveNumber(plain, input)).toMatchObject({ fields: [{ field: 'audience', code: 'NOT_OFFERED' }] });
      expect(await requestOtp(plain, { phoneNumber, purpose: 'PROVE_NUMBER', audience: SHOP })).toMatchObject({
        fields: [{ field: 'purpose' }],
      });
    } finally {
      await plain.close();
    }
  });
});

test('A1, C1: neither number nor code nor proof is in the log', async () => {
  const phoneNumber = newNumber();
  const { otp } = await codeFor(service, phoneNumber, SHOP);
  await proveNumber(service, { phoneNumber, otp: wrongCode(otp), audience: SHOP });
  const { proof } = await proveNumber(service, { phoneNumber, otp, audience: SHOP });
  await requestOtp(service, { phoneNumber });
  const logs = service.logs.join('');
  // As a word: ids of requests hold any digits.
  expect(logs).not.toMatch(new RegExp(`\\b${otp}\\b`));
  for (const secret of [phoneNumber, proof]) expect(logs).not.toContain(secret);
});
