import { createHmac, timingSafeEqual } from 'node:crypto';
import { BLANK, type FieldProblem, invalidFormat, tooLong, tooShort } from '../platform/field-problems.js';
import { toAsciiDigits, withoutInvisibles } from '../phone/digits.js';
import { textLimits } from '../platform/text-limits.js';
import type { OtpPurpose } from './otp-challenge.table.js';

export const OTP_LENGTH = 6;

/** What a code is bound to. Change any part, and the code is another one. */
export interface OtpBinding {
  readonly challengeId: string;
  readonly purpose: OtpPurpose;
  readonly phoneNumber: string;
}

/**
 * The code of a challenge: HMAC-SHA-256 with dynamic truncation in the manner of RFC 4226, section 5.3, but of 48 bits
 * instead of 31, so that no code is measurably likelier than another. Nothing about it needs to be stored.
 */
export function deriveOtp(key: Buffer, { challengeId, purpose, phoneNumber }: OtpBinding): string {
  const digest = createHmac('sha256', key).update(`${challengeId}\0${purpose}\0${phoneNumber}`).digest();
  const offset = (digest[digest.length - 1] ?? 0) & 0xf;
  return String(digest.readUIntBE(offset, 6) % 10 ** OTP_LENGTH).padStart(OTP_LENGTH, '0');
}

/** Compares in constant time, so that the time taken tells nothing about how many digits were right. */
export function sameOtp(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export type OtpReading =
  | { readonly kind: 'otp'; readonly otp: string }
  | { readonly kind: 'invalid'; readonly problem: FieldProblem };

/** Reads a typed code: digits of any script, with spaces and hyphens between them, as people copy them from a text. */
export function readOtp(typed: string): OtpReading {
  const text = toAsciiDigits(typed, textLimits.CODE.maximum);
  if (text === null) return invalid(tooLong(OTP_LENGTH));
  const otp = withoutInvisibles(text).replace(/[\s\p{Pd}]/gu, '');
  if (otp === '') return invalid(BLANK);
  if (otp.length > OTP_LENGTH) return invalid(tooLong(OTP_LENGTH));
  if (otp.length < OTP_LENGTH) return invalid(tooShort(OTP_LENGTH));
  return /^\d+$/.test(otp) ? { kind: 'otp', otp } : invalid(invalidFormat('Enter the code as 6 digits.'));
}

function invalid(problem: FieldProblem): OtpReading {
  return { kind: 'invalid', problem };
}
