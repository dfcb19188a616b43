import { BLANK, type FieldProblem, invalidFormat, tooLong } from './field-problems.js';

/**
 * What shows nothing: space, format characters, marks without a letter, and letters and signs that are empty, such as the
 * Hangul filler (U+3164) and the empty braille pattern (U+2800).
 */
const BLANK_CHARACTER =
  '[\\p{White_Space}\\p{Z}\\p{M}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Noncharacter_Code_Point}' +
  '\\p{Default_Ignorable_Code_Point}\\u{2800}\\u{1d159}]';
const BLANK_TEXT = new RegExp(`^${BLANK_CHARACTER}*$`, 'u');

/** Control characters, line ends, halves of characters, and format characters that no name needs. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}\u{206a}-\u{206f}\u{fff9}-\u{fffb}]/u;

/** Embeddings, overrides and isolates (Unicode Standard Annex 9). They change the order of the text around the name. */
const DIRECTION = /[\u{202a}-\u{202e}\u{2066}-\u{2069}]/u;

/** Tags are invisible letters. They stand only in flags, behind a black flag and up to the end tag. */
const FLAG = /\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{1,6}\u{e007f}/gu;
const TAG = /[\u{e0000}-\u{e007f}]/u;

/**
 * What is wrong with a text that other people see, such as a name; null if it is valid. Joiners are welcome: emoji and
 * the scripts of Persian, Hindi and other languages need them.
 */
export function shownTextProblem(text: string, maximum: number): FieldProblem | null {
  if (text.length > maximum) return tooLong(maximum);
  if (CONTROL.test(text.trim())) return invalidFormat('Enter a name without control characters.');
  if (BLANK_TEXT.test(text)) return BLANK;
  if (DIRECTION.test(text)) return invalidFormat('Enter a name without characters that change the direction of text.');
  return TAG.test(text.replace(FLAG, '')) ? invalidFormat('Enter a name without invisible letters.') : null;
}
