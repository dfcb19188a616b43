import { readEmailAddress } from '../platform/email-address.js';
import { BLANK, type FieldProblem, invalidFormat, tooLong, tooShort } from '../platform/field-problems.js';
import { shownTextProblem } from '../platform/shown-text.js';
import { textLimits } from '../platform/text-limits.js';

/** The rules for the fields of a profile. Each rule returns what is wrong with a value, or null if it is valid. */

const SHORTEST_USERNAME = 3;
const USERNAME = 'Enter 3 to 64 letters, digits, dots, hyphens or underscores.';

/** What only the database knows. */
export const USERNAME_TAKEN: FieldProblem = { code: 'TAKEN', message: 'A user with this username already exists.' };
export const UNKNOWN_CITY: FieldProblem = {
  code: 'UNKNOWN',
  message: 'There is no city with this id. Choose one from the list.',
};

export function emailProblem(address: string): FieldProblem | null {
  if (address === '') return BLANK;
  return readEmailAddress(address) ? null : invalidFormat('Enter a valid email address.');
}

export function nameProblem(name: string): FieldProblem | null {
  return shownTextProblem(name, textLimits.NAME.maximum);
}

/**
 * A username has no `@` and is not digits only. So a login identifier is a username, an email or a number, never two.
 */
export function usernameProblem(username: string): FieldProblem | null {
  if (username === '') return BLANK;
  const { maximum } = textLimits.USERNAME;
  if (username.length < SHORTEST_USERNAME) return tooShort(SHORTEST_USERNAME, USERNAME);
  if (username.length > maximum) return tooLong(maximum, USERNAME);
  if (!/^[A-Za-z0-9._-]+$/.test(username)) return invalidFormat(USERNAME);
  return /[A-Za-z]/.test(username) ? null : invalidFormat('Enter a username with at least one letter.');
}
