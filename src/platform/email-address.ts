import { z } from 'zod';
import { textLimits } from './text-limits.js';

const email = z.email();

/**
 * A display name before an address. It contains no characters that end the name, begin another address or break the
 * line.
 */
const NAMED = /^(?:"([^"\\<>\p{Cc}]{1,100})"|([^"\\<>@,;:\p{Cc}]{1,100}?))\s*<([^<>\s]+)>$/u;

/** The sender of an email. */
export interface Mailbox {
  readonly name: string | null;
  readonly address: string;
  /** The domain of the address. */
  readonly domain: string;
}

export function isEmailAddress(text: string): boolean {
  return text.length <= textLimits.EMAIL.maximum && email.safeParse(text).success;
}

/** Reads `accounts@example.com` or `Acme <accounts@example.com>`; null if the text is not one valid address. */
export function readMailbox(text: string): Mailbox | null {
  const [, quoted, plain, bracketed] = NAMED.exec(text.trim()) ?? [];
  const address = bracketed ?? text.trim();
  if (!isEmailAddress(address)) return null;
  const name = (quoted ?? plain)?.trim() || null;
  return { name, address, domain: address.slice(address.lastIndexOf('@') + 1) };
}
