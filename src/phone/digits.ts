import { normalized } from '../platform/normalized.js';

/** The text in NFKC, with every decimal digit of Unicode as 0 to 9. Null: the text is longer than `longest`. */
export function toAsciiDigits(text: string, longest: number): string | null {
  const plain = normalized(text, 'NFKC', longest);
  return plain === null ? null : withAsciiDigits(plain);
}

/**
 * Replaces every decimal digit of Unicode (full-width, Arabic-Indic, Devanagari …) by 0 to 9. Unicode has these digits
 * in rows of ten, from 0 to 9; one row may follow another without a gap (category Nd).
 */
export function withAsciiDigits(text: string): string {
  // Most texts have no other digits, and ASCII digits stay as they are.
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const codePoint = digit.codePointAt(0) ?? 0;
    let before = 0;
    while (/\p{Nd}/u.test(String.fromCodePoint(codePoint - before - 1))) before += 1;
    return String(before % 10);
  });
}

/** Removes invisible characters, such as the zero-width and direction marks of a copied number. */
export function withoutInvisibles(text: string): string {
  return text.replace(/[\p{Cf}\p{Cc}]/gu, '');
}
