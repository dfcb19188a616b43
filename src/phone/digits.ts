/**
 * Rewrites every decimal digit of Unicode (full-width, Arabic-Indic, Devanagari …) as 0 to 9 and leaves the rest.
 * Each script's digits stand in a row of ten whose first has a code point ending in 0 or 6 (Unicode, category Nd).
 */
export function toAsciiDigits(text: string): string {
  return text.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => {
    const codePoint = digit.codePointAt(0) ?? 0;
    const ending = codePoint & 0xf;
    const startsAtZero = /\p{Nd}/u.test(String.fromCodePoint(codePoint - ending));
    return String(startsAtZero ? ending : ending - 6);
  });
}

/** Drops what people cannot see: zero-width and direction marks that come along when a number is copied. */
export function withoutInvisibles(text: string): string {
  return text.replace(/[\p{Cf}\p{Cc}]/gu, '');
}
