import { validate } from 'uuid';

/** Bounded, so that no line takes long. Paths of packages (`/@scope/`) and versions (`name@1.2.3`) are none. */
const ADDRESS =
  /([\p{L}\p{M}\p{N}.!#$%&'*+=?^_`{|}~-]{1,64})@((?:[\p{L}\p{M}\p{N}-]{1,63}\.){1,8}[\p{L}\p{M}]{2,63})/gu;

/**
 * A text with its email addresses as logs may show them: the first character and the domain, which tells whose mail
 * server it is about. Message-IDs of our own, which look alike (`<row id@domain>`), stay.
 */
export function maskEmailAddresses(text: string): string {
  // Most lines have none: a look for the sign costs nothing beside the pattern.
  if (!text.includes('@')) return text;
  return text.replace(ADDRESS, (address, local: string, domain: string) =>
    validate(local) ? address : `${[...local][0]}…@${domain}`,
  );
}
