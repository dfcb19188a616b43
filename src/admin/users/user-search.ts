import { validate } from 'uuid';
import { type PhoneNumberRules, readPhoneNumber } from '../../phone/phone-number.js';
import { readEmailAddress } from '../../platform/email-address.js';
import { normalized } from '../../platform/normalized.js';
import { textLimits } from '../../platform/text-limits.js';
import { usernameProblem } from '../../users/profile-rules.js';

/** What a typed text may mean. An account matches by any of it. */
export interface UserSearch {
  readonly id: string | null;
  /** The id in the system that the account was imported from, whole. */
  readonly externalId: string;
  /** E.164. */
  readonly phoneNumber: string | null;
  readonly email: string | null;
  readonly username: string | null;
  /** The beginning of a first, last or full name. */
  readonly name: string;
}

/** Null: the text is blank. `nobody`: it is longer than anything that is searched. */
export function readSearch(typed: string, rules: PhoneNumberRules, now: Date): UserSearch | 'nobody' | null {
  const { maximum } = textLimits.USER_SEARCH;
  const text = normalized(typed, 'NFKC', maximum)?.replace(/\s+/gu, ' ').trim();
  // PostgreSQL has no text with this character.
  if (text === undefined || text.includes('\0')) return 'nobody';
  if (text === '') return null;
  const number = readPhoneNumber(typed, rules, now);
  return {
    id: validate(text) ? text : null,
    externalId: text,
    phoneNumber: number.kind === 'phone_number' ? number.phoneNumber : null,
    email: readEmailAddress(text),
    username: usernameProblem(text) === null ? text : null,
    name: text,
  };
}

/** As it was imported: without a change of its letters. Null: no account can have it. */
export function readExternalId(typed: string): string | null {
  const text = typed.trim();
  return text === '' || text.length > textLimits.USER_SEARCH.maximum || text.includes('\0') ? null : text;
}
