import { createHmac, timingSafeEqual } from 'node:crypto';
import { BLANK, type FieldProblem, invalidFormat, tooLong, tooShort } from '../platform/field-problems.js';
import { toAsciiDigits, withoutInvisibles } from '../phone/digits.js';
import { textLimits } from '../platform/text-limits.js';
import type { ChallengePurpose } from './otp-purpose.js';

export const OTP_LENGTH = 6;

/** What a code is bound to. Change any part, and the code is another one. */
export interface OtpBinding {
  readonly challengeId: string;
  readonly purpose: ChallengePurpose;
  readonly destination: string;
}

/**
 * The code of a challenge: HMAC-SHA-256 with dynamic truncation in the manner of RFC 4226, section 5.3, but of 48 bits
 * instead of 31, so that no code is measurably likelier than another. Nothing about it needs to be stored.
 */
export function deriveOtp(key: Buffer, { challengeId, purpose, destination }: OtpBinding): string {
  const digest = createHmac('sha256', key).update(`${challengeId}\0${purpose}\0${destination}`).digest();
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

const SIX_DIGITS = `The code has ${OTP_LENGTH} digits.`;
const TOO_SHORT = tooShort(OTP_LENGTH, SIX_DIGITS);
const TOO_LONG = tooLong(OTP_LENGTH, SIX_DIGITS);
const CODE_IN_TEXT = new RegExp(`(?<!\\d)\\d{${OTP_LENGTH}}(?!\\d)`, 'g');

/**
 * Reads a typed code: digits of any script, with spaces and hyphens between them. In a pasted text, the only run of so many
 * digits is the code. Our own texts hold it twice if there is a line for WebOTP.
 */
export function readOtp(typed: string): OtpReading {
  const text = readable(typed);
  if (text === null) return invalid(TOO_LONG);
  const compact = text.replace(/[\s\p{Pd}]/gu, '');
  if (compact === '') return invalid(BLANK);
  if (/^\d+$/.test(compact) && compact.length === OTP_LENGTH) return { kind: 'otp', otp: compact };
  const [otp, another] = new Set(text.match(CODE_IN_TEXT));
  if (otp !== undefined && another === undefined) return { kind: 'otp', otp };
  return invalid(problemOf(compact));
}

/** In ASCII digits, without what cannot be seen. Null: the text is too long. */
function readable(typed: string): string | null {
  const text = toAsciiDigits(typed, textLimits.CODE.maximum);
  // A line break separates numbers.
  return text === null ? null : withoutInvisibles(text.replace(/\p{Cc}/gu, ' '));
}

function problemOf(compact: string): FieldProblem {
  if (!/^\d+$/.test(compact)) return invalidFormat(`Enter the code as ${OTP_LENGTH} digits.`);
  return compact.length < OTP_LENGTH ? TOO_SHORT : TOO_LONG;
}

function invalid(problem: FieldProblem): OtpReading {
  return { kind: 'invalid', problem };
}
