/** Spellings that look the same count as one password (NIST SP 800-63B, normalization). */
export function normalizedPassword(typed: string): string {
  return typed.normalize('NFKC');
}
