import { isEmailAddress } from '../platform/email-address.js';
import { BLANK } from '../platform/field-problems.js';

/** What a profile may hold. Each rule returns what is wrong, for the person who typed it, or null. */

const LONGEST_NAME = 150;

export function emailProblem(address: string): string | null {
  if (address === '') return BLANK;
  return isEmailAddress(address) ? null : 'Enter a valid email address.';
}

export function nameProblem(name: string): string | null {
  if (name.trim() === '') return BLANK;
  if (name.length > LONGEST_NAME) return `Ensure this field has no more than ${LONGEST_NAME} characters.`;
  return /\p{Cc}/u.test(name) ? 'Enter a name without control characters.' : null;
}

/** No `@` and not digits only: a login identifier must be either a username, an email or a number, never two of them. */
export function usernameProblem(username: string): string | null {
  if (username === '') return BLANK;
  if (!/^[A-Za-z0-9._-]{3,64}$/.test(username)) {
    return 'Enter 3 to 64 letters, digits, dots, hyphens or underscores.';
  }
  return /[A-Za-z]/.test(username) ? null : 'Enter a username with at least one letter.';
}
