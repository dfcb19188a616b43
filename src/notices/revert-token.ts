import { createHash, createHmac } from 'node:crypto';
import type { UndoCodes } from '../messaging/notice-message-writer.js';
import { type AppSecret, type AppSecrets, secretById } from '../platform/app-secret.js';
import { normalized } from '../platform/normalized.js';

/** Where a token was sent: whoever brings it back reads what is sent there. */
export type RevertVia = 'number' | 'email';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** 80 bits: too many to guess. */
const LENGTH = 16;
const FORM = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/**
 * The token that takes a change of number back, as a notice writes it: in groups of four. It is derived from the id of the
 * change, so that an attempt to send the notice later makes the same one, and the database holds no form of it but its
 * hash. The notice by email has another one than the text: so it is known by which way the owner was reached.
 * @param secret the one that `details.secretId` of the notice names
 */
export function revertToken(secret: AppSecret, changeId: string, via: RevertVia): string {
  const bytes = createHmac('sha256', secret.key('revert-token')).update(`${changeId} ${via}`).digest();
  const characters = Array.from({ length: LENGTH }, (_, index) => ALPHABET[(bytes[index] ?? 0) % 32]);
  return characters.join('').replace(/.{4}(?!$)/g, '$&-');
}

/** The codes that notices of a change of number hold. */
export function revertCodes(secrets: AppSecrets): UndoCodes {
  return ({ changeId, secretId }, channel) => {
    const secret = secretId === null ? secrets.current : secretById(secrets, secretId);
    return secret && revertToken(secret, changeId, channel === 'EMAIL' ? 'email' : 'number');
  };
}

/** Characters of what is read as a token: people type spaces and hyphens. */
const LONGEST = 64;

/** SHA-256 of a token however it was typed, in base64url; null: it is no token. */
export function revertTokenHash(typed: string): string | null {
  const text = normalized(typed, 'NFKC', LONGEST);
  if (text === null) return null;
  const letters = text.toUpperCase().replace(/[^A-Z0-9]/g, '');
  // The digits that the alphabet does not have are misread letters.
  const token = letters.replace(/[018]/g, (digit) => ({ 0: 'O', 1: 'I', 8: 'B' })[digit] ?? digit);
  return FORM.test(token) ? createHash('sha256').update(token).digest('base64url') : null;
}
