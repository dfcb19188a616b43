import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { withAsciiDigits } from '../phone/digits.js';
import { normalized } from '../platform/normalized.js';
import { textLimits } from '../platform/text-limits.js';

/** A password that has no letter beside the own words may have so many digits and marks and still be easy to guess. */
const LONGEST_REST = 12;
/** The library takes longer the longer a password is. */
const LONGEST_DISGUISED = 24;
/** Parts of digits only are no words, unless they are as long as a phone number. */
const SHORTEST_DIGITS = 6;

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

/** The texts, their parts between marks, and the parts of these that are letters only. The longest come first. */
function wordsOf(texts: readonly string[]): string[] {
  // Longer texts are no names and no addresses.
  const read = texts.flatMap((text) => folded(text, textLimits.IDENTIFIER.maximum) ?? []);
  const parts = read.flatMap((text) => [text, text.split('@')[0] ?? '', ...text.split(/[^\p{L}\p{N}]+/u)]);
  const words = parts.flatMap((part) => [lettersAndDigits(part), ...(part.match(/\p{L}+/gu) ?? [])]);
  return [...new Set(words)].filter(isLongEnough).sort((one, other) => other.length - one.length);
}

/** Two characters are a name in Chinese, but part of any word in English. */
function isLongEnough(word: string): boolean {
  if (/^\p{N}*$/u.test(word)) return word.length >= SHORTEST_DIGITS;
  return word.length >= (/^[a-z0-9]*$/.test(word) ? 3 : 2);
}

/** In ASCII digits, without capitals and accents, which change little for someone who guesses. Null: it is too long. */
function folded(text: string, longest: number): string | null {
  const plain = normalized(text, 'NFKD', longest);
  return plain === null ? null : withAsciiDigits(plain).replace(/\p{M}/gu, '').toLowerCase();
}

function lettersAndDigits(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '');
}
