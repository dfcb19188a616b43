/** GSM 03.38 (3GPP TS 23.038, section 6.2.1): the basic table, and the extension table that costs two septets. */
const gsmBasic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const gsmExtension = new Set('\f^{}\\[~]|€');

export interface Billed {
  readonly alphabet: 'GSM-7' | 'UCS-2';
  readonly count: number;
}

/** Segments as a provider bills them, counted apart from the service: 160 or 153 septets, else 70 or 67 UTF-16 units. */
export function segments(text: string): Billed {
  const letters = [...text];
  const isGsm = letters.every((letter) => gsmBasic.has(letter) || gsmExtension.has(letter));
  if (!isGsm)
    return { alphabet: 'UCS-2', count: text.length <= 70 ? 1 : filled(letters, (letter) => letter.length, 67) };
  const width = (letter: string) => (gsmExtension.has(letter) ? 2 : 1);
  const septets = letters.reduce((sum, letter) => sum + width(letter), 0);
  return { alphabet: 'GSM-7', count: septets <= 160 ? 1 : filled(letters, width, 153) };
}

/** No letter is cut in two by the end of a segment. */
function filled(letters: readonly string[], width: (letter: string) => number, capacity: number): number {
  let [count, used] = [1, 0];
  for (const letter of letters) {
    if (used + width(letter) > capacity) [count, used] = [count + 1, 0];
    used += width(letter);
  }
  return count;
}
