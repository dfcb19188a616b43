import { timingSafeEqual } from 'node:crypto';

/** No salt and no hash of any format is longer. */
const MOST_BYTES = 256;

/**
 * The bytes of a base64 text, or null. The alphabets of URLs and of passlib (`.` for `+`) are read too, and padding may be
 * missing: exports differ.
 */
export function base64Bytes(text: unknown): Buffer | null {
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/._-]+={0,2}$/.test(text)) return null;
  const plain = text.replace(/[-.]/g, '+').replaceAll('_', '/');
  const bytes = Buffer.from(plain, 'base64');
  const unpadded = plain.replace(/=+$/, '');
  if (bytes.length === 0 || bytes.length > MOST_BYTES || unpadded.length % 4 === 1) return null;
  return bytes;
}

export function sameBytes(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
