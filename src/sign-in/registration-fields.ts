import { splitList } from '../platform/split-list.js';

/** What a registration form can require, beside the phone number. */
export const registrationFields = ['email', 'password', 'firstName', 'lastName', 'username'] as const;
export type RegistrationField = (typeof registrationFields)[number];

/** Of a service that sets nothing. */
export const usualFields: readonly RegistrationField[] = ['email', 'password', 'firstName', 'lastName'];

/** What the form asks for to require nothing. */
const NOTHING = 'none';

/** Reads `email,username` or `none`, in the order of the form. Null: there is something else in the list. */
export function readRegistrationFields(list: string): readonly RegistrationField[] | null {
  const names = splitList(list);
  if (names.length === 1 && names[0] === NOTHING) return [];
  const fields = registrationFields.filter((field) => names.includes(field));
  return names.length > 0 && names.every((name) => fields.some((field) => field === name)) ? fields : null;
}
