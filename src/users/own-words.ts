import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { textLimits } from '../platform/text-limits.js';
import { folded, lettersAndDigits, wordsOf } from './words-of.js';

/** A password that has no letter beside the own words may have so many digits and marks and still be easy to guess. */
const LONGEST_REST = 12;
/** The library takes longer the longer a password is. */
const LONGEST_DISGUISED = 24;

/** Its dictionary is that of the account alone. It knows reversed words and `4` or `@` in place of `a`. */
const zxcvbn = new ZxcvbnFactory({ dictionary: {} });

/** Whether a password is made of an account's own words, alone or with digits and marks. */
export function isMadeOf(texts: readonly string[], password: string): boolean {
  const words = wordsOf(texts);
  const typed = folded(password, textLimits.PASSWORD.maximum);
  return typed !== null && (isPlainly(words, typed) || isInDisguise(words, typed));
}

function isPlainly(words: readonly string[], password: string): boolean {
  const squeezed = lettersAndDigits(password);
  let rest = squeezed;
  for (const word of words) rest = rest.replaceAll(word, ' ');
  rest = rest.replaceAll(' ', '');
  if (rest === squeezed) return false;
  return rest === '' || isShortRest(rest, password.length - squeezed.length);
}

function isInDisguise(words: readonly string[], password: string): boolean {
  if (password.length > LONGEST_DISGUISED) return false;
  const parts = zxcvbn.check(password, [...words]).sequence;
  const others = parts.filter(({ pattern, token }) => pattern !== 'dictionary' || !/\p{L}/u.test(token));
  return others.length < parts.length && isShortRest(others.map(({ token }) => token).join(''));
}

function isShortRest(rest: string, marks = 0): boolean {
  return rest.length + marks <= LONGEST_REST && !/\p{L}/u.test(rest);
}
