/**
 * Keeps a name of unknown direction from disturbing the right-to-left text around it: FIRST STRONG ISOLATE and
 * POP DIRECTIONAL ISOLATE (Unicode Standard Annex 9).
 */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}
