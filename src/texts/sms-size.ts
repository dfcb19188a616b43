import { SegmentedMessage } from 'sms-segments-calculator';

/** What a text takes to send. */
export interface SmsSize {
  /** GSM-7 if it has every character (3GPP TS 23.038, section 6.2.1), and UCS-2, of twice the width, otherwise. */
  readonly alphabet: 'GSM-7' | 'UCS-2';
  /** Each is billed: 160 septets or 70 UTF-16 units, 153 or 67 where there are several. */
  readonly segments: number;
  /** As `smsBytes` counts them. */
  readonly bytes: number;
}

/** For documents and warnings: about a millisecond. */
export function smsSize(text: string): SmsSize {
  const message = new SegmentedMessage(text);
  return { alphabet: message.encodingName, segments: message.segmentsCount, bytes: smsBytes(text) };
}

/** Octets of a text: as it travels, or in UTF-8 as programs hold it, whichever is more. Counted for each one sent. */
export function smsBytes(text: string): number {
  const septets = septetsOf(text);
  const travelling = septets === null ? text.length * 2 : Math.ceil((septets * 7) / 8);
  return Math.max(travelling, Buffer.byteLength(text));
}

/** The characters of a text, each once, that are not in the GSM alphabet. */
export function outsideGsmAlphabet(text: string): string[] {
  return [...new Set(text)].filter((letter) => septetsOf(letter) === null);
}

/** Null: it has a character that is not in the GSM alphabet. */
function septetsOf(text: string): number | null {
  let septets = 0;
  for (const letter of text) {
    const width = widthOf(letter);
    if (width === null) return null;
    septets += width;
  }
  return septets;
}

/** Remembered, because asking takes some microseconds; wordings and names have few letters that differ. */
const widths = new Map<string, number | null>();

function widthOf(letter: string): number | null {
  const known = widths.get(letter);
  if (known !== undefined) return known;
  const { encodingName, messageSize } = new SegmentedMessage(letter);
  const width = encodingName === 'GSM-7' ? messageSize / 7 : null;
  widths.set(letter, width);
  return width;
}
