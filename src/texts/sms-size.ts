import { SegmentedMessage } from 'sms-segments-calculator';

/** How large a text is when it is sent. */
export interface SmsSize {
  /** GSM-7 where it has every character of the text (3GPP TS 23.038, section 6.2.1); otherwise the wider UCS-2. */
  readonly alphabet: 'GSM-7' | 'UCS-2';
  /** Each one is billed: 160 septets or 70 UTF-16 units; 153 or 67 in a text of several segments. */
  readonly segments: number;
  /** Counted by `smsBytes`. */
  readonly bytes: number;
}

/** For documents and warnings. */
export function smsSize(text: string): SmsSize {
  const alphabet = septetsOf(text) === null ? 'UCS-2' : 'GSM-7';
  return { alphabet, segments: smsSegments(text), bytes: smsBytes(text) };
}

/** Octets of a text: as it travels, or as UTF-8 in programs, whichever is more. Counted for each text that is sent. */
export function smsBytes(text: string): number {
  const septets = septetsOf(text);
  const travelling = septets === null ? text.length * 2 : Math.ceil((septets * 7) / 8);
  return Math.max(travelling, Buffer.byteLength(text));
}

/** How many segments a text is billed as. No letter is cut in two by the end of a segment. */
export function smsSegments(text: string): number {
  const septets = septetsOf(text);
  const [size, single, several] = septets === null ? [text.length, 70, 67] : [septets, 160, 153];
  if (size <= single) return 1;
  let [segments, used] = [1, 0];
  for (const letter of text) {
    const width = septets === null ? letter.length : (widthOf(letter) ?? 0);
    if (used + width > several) [segments, used] = [segments + 1, 0];
    used += width;
  }
  return segments;
}

/** The characters of a text that are outside the GSM alphabet, each once. */
export function outsideGsmAlphabet(text: string): string[] {
  return [...new Set(text)].filter((letter) => septetsOf(letter) === null);
}

/** Null: the text has a character outside the GSM alphabet. */
function septetsOf(text: string): number | null {
  let septets = 0;
  for (const letter of text) {
    const width = widthOf(letter);
    if (width === null) return null;
    septets += width;
  }
  return septets;
}

/** Kept, because asking takes some microseconds, and wordings and names use few different letters. */
const widths = new Map<string, number | null>();

function widthOf(letter: string): number | null {
  const known = widths.get(letter);
  if (known !== undefined) return known;
  const { encodingName, messageSize } = new SegmentedMessage(letter);
  const width = encodingName === 'GSM-7' ? messageSize / 7 : null;
  widths.set(letter, width);
  return width;
}
