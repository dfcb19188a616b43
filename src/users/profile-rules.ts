import { isEmailAddress } from '../platform/email-address.js';
import { BLANK } from '../platform/field-problems.js';

/** The rules for the fields of a profile. Each rule returns a message to the user, or null if the value is valid. */

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

/**
 * A username has no `@` and is not digits only. So a login identifier is a username, an email or a number, never two.
 */
export function usernameProblem(username: string): string | null {
  if (username === '') return BLANK;
  if (!/^[A-Za-z0-9._-]{3,64}$/.test(username)) {
    return 'Enter 3 to 64 letters, digits, dots, hyphens or underscores.';
  }
  return /[A-Za-z]/.test(username) ? null : 'Enter a username with at least one letter.';
}
