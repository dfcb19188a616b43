import { domainToASCII } from 'node:url';
import { textLimits } from './text-limits.js';

/** As browsers read addresses (https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address). */
const LOCAL = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+$/;
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
/** With a dot, unlike there: mail leaves this machine. */
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`);
/** A domain in any script. `domainToASCII` would also decode percent signs, and ignore what cannot be seen. */
const INTERNATIONAL = /^(?:[\p{L}\p{M}\p{N}\u200c.\u3002\uff0e\uff61-]|\u200d)+$/u;

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

/**
 * Reads an email address; null if the text is none. A domain in another script comes back in punycode, which is what mail
 * servers and databases compare: both spellings are one address.
 */
export function readEmailAddress(text: string): string | null {
  const { maximum } = textLimits.EMAIL;
  if (text.length > maximum) return null;
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(0, at));
  const domain = asciiDomain(text.slice(at + 1));
  if (domain === null || !LOCAL.test(local)) return null;
  const address = `${local}@${domain}`;
  return address.length <= maximum ? address : null;
}

/** Null: it is no domain, or an IP address. */
function asciiDomain(domain: string): string | null {
  const ascii = INTERNATIONAL.test(domain) && /[^.a-zA-Z0-9-]/.test(domain) ? domainToASCII(domain) : domain;
  return DOMAIN.test(ascii) && !/\.\d+$/.test(ascii) ? ascii : null;
}

/** Reads `accounts@example.com` or `Acme <accounts@example.com>`; null if the text is not one valid address. */
export function readMailbox(text: string): Mailbox | null {
  const [, quoted, plain, bracketed] = NAMED.exec(text.trim()) ?? [];
  const address = readEmailAddress(bracketed ?? text.trim());
  if (address === null) return null;
  const name = (quoted ?? plain)?.trim() || null;
  return { name, address, domain: address.slice(address.lastIndexOf('@') + 1) };
}
