import { wordsOfNumber } from '../phone/own-words.js';
import type { UserRow } from './user.table.js';

type Owner = Pick<UserRow, 'phoneNumber' | 'email' | 'username' | 'firstName' | 'lastName'>;

/** Texts that a password of this account should not be made of. */
export function ownTexts(owner: Owner, serviceName: string | null): string[] {
  const { phoneNumber, email, username, firstName, lastName } = owner;
  // Joined in both orders: names such as "Li" and "Bo" are too short to count by themselves.
  const [first, last] = [firstName ?? '', lastName ?? ''];
  const names = [first, last, first + last, last + first];
  const texts = [...names, email, username, serviceName].filter((text) => text !== null);
  return phoneNumber === null ? texts : [...texts, ...wordsOfNumber(phoneNumber)];
}
