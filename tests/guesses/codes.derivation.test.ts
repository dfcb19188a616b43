import { createHash, hkdfSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { deriveOtp } from '../../src/otp/otp-code.js';
import { appSecret } from '../../src/platform/app-secret.js';

/** C3 and C5 on the function that makes the codes. All input is fixed, so that no run differs from another. */

const CODES = 1_000_000;
const key = Buffer.from(hkdfSync('sha256', 'a fixed key for this test', '', '', 32));
const binding = { purpose: 'SIGN_IN', destination: '+9779800000000' } as const;

/** Ids as a random source would make them, but the same in every run. */
function challengeId(index: number): string {
  const hex = createHash('md5').update(String(index)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** How far the counts lie from even, in standard deviations of chi-square: its mean is k - 1, its variance 2 (k - 1). */
function unevenness(counts: Uint32Array): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const degrees = counts.length - 1;
  return (chiSquare - degrees) / Math.sqrt(2 * degrees);
}

describe('C3: a million codes', () => {
  const each = new Uint32Array(CODES);
  const beginnings = new Uint32Array(1000);
  const endings = new Uint32Array(1000);
  const countIn = (counts: Uint32Array, bucket: number) => counts.fill((counts[bucket] ?? 0) + 1, bucket, bucket + 1);
  beforeAll(() => {
    for (let index = 0; index < CODES; index += 1) {
      const code = Number(deriveOtp(key, { ...binding, challengeId: String(index) }));
      countIn(each, code);
      countIn(beginnings, Math.floor(code / 1000));
      countIn(endings, code % 1000);
    }
  });

  test('are spread evenly over 000000 to 999999', () => {
    expect(Math.abs(unevenness(each))).toBeLessThan(4);
  });

  test('begin and end with every three digits equally often', () => {
    expect(Math.abs(unevenness(beginnings))).toBeLessThan(4);
    expect(Math.abs(unevenness(endings))).toBeLessThan(4);
  });

  test('hold small numbers with their leading zeros', () => {
    const ids = Array.from({ length: 100 }, (_, index) => challengeId(index));
    const codes = ids.map((id) => deriveOtp(key, { ...binding, challengeId: id }));
    expect(codes.filter((code) => !/^\d{6}$/.test(code))).toEqual([]);
    expect(codes.some((code) => code.startsWith('0'))).toBe(true);
  });
});

describe('C5: a code is bound to challenge, purpose, number and secret', () => {
  const bindings = Array.from({ length: 200 }, (_, index) => ({ ...binding, challengeId: challengeId(index) }));
  /** Of 200 codes of other bindings, one in a million is the same by chance. */
  function sameAs(change: (one: (typeof bindings)[number]) => string): number {
    return bindings.filter((one) => change(one) === deriveOtp(key, one)).length;
  }

  test('the same binding gives the same code, whenever it is asked', () => {
    expect(sameAs((one) => deriveOtp(key, { ...one }))).toBe(200);
  });

  test('change any part, and it is another code', () => {
    // A purpose that the database does not know yet: the binding must not wait for it.
    const purpose = 'RESET_PASSWORD' as 'SIGN_IN';
    expect(sameAs((one) => deriveOtp(key, { ...one, purpose }))).toBe(0);
    expect(sameAs((one) => deriveOtp(key, { ...one, destination: '+9779800000001' }))).toBe(0);
    expect(sameAs((one) => deriveOtp(key, { ...one, challengeId: challengeId(7_777) }))).toBe(0);
    expect(sameAs((one) => deriveOtp(appSecret('another secret').key('otp-code'), one))).toBe(0);
  });

  test('parts cannot be pushed from one field into the next', () => {
    const pushed = { challengeId: 'a', purpose: 'SIGN_IN', destination: '+1234567890' } as const;
    const codes = [pushed, { ...pushed, challengeId: 'aSIGN_IN', purpose: '' as 'SIGN_IN' }];
    expect(new Set(codes.map((one) => deriveOtp(key, one))).size).toBe(2);
  });

  test('each use of the secret has a key of its own', () => {
    const secret = appSecret('one secret for everything, 32 bytes');
    const keys = ['otp-code', 'refresh-token', 'signing-key-encryption'] as const;
    expect(new Set(keys.map((purpose) => secret.key(purpose).toString('hex'))).size).toBe(3);
  });
});
