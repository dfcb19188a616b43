import { withAsciiDigits } from '../phone/digits.js';
import { normalized } from '../platform/normalized.js';
import { textLimits } from '../platform/text-limits.js';

/** Parts of digits only are no words, unless they are as long as a phone number. */
const SHORTEST_DIGITS = 6;

/** The texts, their parts between marks, and the parts of these that are letters only. The longest come first. */
export function wordsOf(texts: readonly string[]): string[] {
  // Longer texts are no names and no addresses.
  const read = texts.flatMap((text) => folded(text, textLimits.IDENTIFIER.maximum) ?? []);
  const parts = read.flatMap((text) => [text, text.split('@')[0] ?? '', ...text.split(/[^\p{L}\p{N}]+/u)]);
  const words = parts.flatMap((part) => [lettersAndDigits(part), ...(part.match(/\p{L}+/gu) ?? [])]);
  return [...new Set(words)].filter(isLongEnough).sort((one, other) => other.length - one.length);
}

/** Whether a text is long enough to be looked for in passwords. */
export function countsAsWord(text: string): boolean {
  return wordsOf([text]).length > 0;
}

/** Two characters are a name in Chinese, but part of any word in English. */
function isLongEnough(word: string): boolean {
  if (/^\p{N}*$/u.test(word)) return word.length >= SHORTEST_DIGITS;
  return word.length >= (/^[a-z0-9]*$/.test(word) ? 3 : 2);
}

/** In ASCII digits, without capitals and accents, which change little for someone who guesses. Null: it is too long. */
export function folded(text: string, longest: number): string | null {
  const plain = normalized(text, 'NFKD', longest);
  return plain === null ? null : withAsciiDigits(plain).replace(/\p{M}/gu, '').toLowerCase();
}

export function lettersAndDigits(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '');
}
