import { validate } from 'uuid';

/**
 * All lengths are bounded, so no line takes long. Package paths (`/@scope/`) and versions (`name@1.2.3`) do not match.
 */
const ADDRESS =
  /([\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64})(?<!\/)@((?:[\p{L}\p{M}\p{N}-]{1,63}\.){1,8}[\p{L}\p{M}]{2,63})/gu;

/**
 * Masks the email addresses of a text for logs. The first character and the domain stay; the domain shows which mail
 * server is concerned. Our own Message-IDs look like addresses (`<row id@domain>`), but stay as they are.
 */
export function maskEmailAddresses(text: string): string {
  // Most lines have no address. Looking for the sign is much cheaper than the pattern.
  if (!text.includes('@')) return text;
  return text.replace(ADDRESS, (address, local: string, domain: string) =>
    validate(local) ? address : `${[...local][0]}…@${domain}`,
  );
}
