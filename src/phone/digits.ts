/**
 * Rewrites every decimal digit of Unicode (full-width, Arabic-Indic, Devanagari …) as 0 to 9 and leaves the rest.
 * Digits stand in rows of ten, 0 to 9 in order, sometimes one row right behind another (Unicode, category Nd).
 */
export function toAsciiDigits(text: string): string {
  return text.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => {
    const codePoint = digit.codePointAt(0) ?? 0;
    let before = 0;
    while (/\p{Nd}/u.test(String.fromCodePoint(codePoint - before - 1))) before += 1;
    return String(before % 10);
  });
}

/** Drops what people cannot see: zero-width and direction marks that come along when a number is copied. */
export function withoutInvisibles(text: string): string {
  return text.replace(/[\p{Cf}\p{Cc}]/gu, '');
}
