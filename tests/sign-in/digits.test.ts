import { expect, test } from 'vitest';
import { toAsciiDigits } from '../../src/phone/digits.js';

/** Codes and numbers are typed in the digits of the keyboard at hand: all of Unicode's mean the same. */

/** 0 to 9 in every script, as CLDR writes numbers in it. */
const SCRIPTS = Intl.supportedValuesOf('numberingSystem')
  .map((system) => {
    const write = new Intl.NumberFormat('en', { numberingSystem: system, useGrouping: false });
    return [system, Array.from({ length: 10 }, (_, digit) => write.format(digit))] as const;
  })
  .filter(([, digits]) => digits.every((digit) => /^\p{Nd}$/u.test(digit)));

test.each(SCRIPTS)('the digits of %s are read as 0 to 9', (_system, digits) => {
  expect(toAsciiDigits(digits.join(''), 64)).toBe('0123456789');
  expect(toAsciiDigits(`+${digits[9]}${digits[7]}${digits[7]}-x`, 64)).toBe('+977-x');
});

test('every decimal digit that there is becomes one of 0 to 9, each of them equally often', () => {
  const all = Array.from({ length: 0x110000 - 0xe000 }, (_, index) => index + 0xe000);
  const below = Array.from({ length: 0xd800 }, (_, index) => index);
  const digits = [...below, ...all].map((point) => String.fromCodePoint(point)).filter((one) => /\p{Nd}/u.test(one));
  const read = digits.map((digit) => toAsciiDigits(digit, 2) ?? 'too long');
  expect(read.filter((digit) => !/^[0-9]$/.test(digit))).toEqual([]);
  expect(digits.length).toBeGreaterThan(600);
  for (let digit = 0; digit <= 9; digit += 1) {
    expect(read.filter((one) => one === String(digit))).toHaveLength(digits.length / 10);
  }
});

test('what looks like a digit and is none stays what it is', () => {
  expect(toAsciiDigits('O l I | Ⅴ', 64)).toBe('O l I | V');
});
