/**
 * A text in a normalization form of Unicode. Null: it is longer than `longest` (UTF-16 code units). Nothing else in the
 * service normalizes text: the combining marks behind a letter are put in order, which takes time by the square of their
 * number. 64 kB of marks take half a second, and 1,024 marks less than a millisecond.
 */
export function normalized(text: string, form: 'NFKC' | 'NFKD', longest: number): string | null {
  return text.length > longest ? null : text.normalize(form);
}
