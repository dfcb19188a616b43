import { SegmentedMessage } from 'sms-segments-calculator';

/** What a text takes to send. */
export interface SmsSize {
  /** GSM-7 if it has every character (3GPP TS 23.038, section 6.2.1), and UCS-2, of twice the width, otherwise. */
  readonly alphabet: 'GSM-7' | 'UCS-2';
  /** Each is billed: 160 septets or 70 UTF-16 units, 153 or 67 where there are several. */
  readonly segments: number;
  /** Octets: as the text travels, or in UTF-8 as programs hold it, whichever is more. */
  readonly bytes: number;
}

export function smsSize(text: string): SmsSize {
  const message = new SegmentedMessage(text);
  const travelling = Math.ceil(message.messageSize / 8);
  return {
    alphabet: message.encodingName,
    segments: message.segmentsCount,
    bytes: Math.max(travelling, Buffer.byteLength(text)),
  };
}

/** The characters of a text, each once, that are not in the GSM alphabet. */
export function outsideGsmAlphabet(text: string): string[] {
  return [...new Set(new SegmentedMessage(text).getNonGsmCharacters())];
}
