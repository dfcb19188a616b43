import { createHmac } from 'node:crypto';
import type { AppSecrets } from './app-secret.js';

declare const hashed: unique symbol;

/** Stands for a phone number, an email address or a name, where a limit must be counted and the person not be named. */
export type SubjectHash = string & { readonly [hashed]: true };

/** Of the 32 bytes. Two subjects with one hash would share their limits. */
const BYTES = 16;

/**
 * HMAC-SHA-256 with a key of its own. Without the key, trying all phone numbers does not find the subject. So limits hold
 * on after an account is deleted, and nothing names its owner (docs/decisions/0040). A new APP_SECRET gives new hashes: what
 * was counted before it is forgotten.
 * @param subject E.164, or in small letters
 */
export function subjectHash({ current }: Pick<AppSecrets, 'current'>, subject: string): SubjectHash {
  const hash = createHmac('sha256', current.key('limit-subject')).update(subject).digest();
  return hash.subarray(0, BYTES).toString('base64url') as SubjectHash;
}
