import { FieldProblems, type InvalidInput, invalidFormat, tooLong } from '../../platform/field-problems.js';
import { textLimits } from '../../platform/text-limits.js';
import { canonicalTag } from '../../texts/locale.js';
import { nameProblem, usernameProblem } from '../../users/profile-rules.js';
import type { User } from '../../users/user.js';

/** What users can change of their profile. */
export interface Profile {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly username: string | null;
  readonly locale: string | null;
  readonly locationId: number | null;
}

export const profileFields = ['firstName', 'lastName', 'username', 'locale', 'locationId'] as const;
export type ProfileField = (typeof profileFields)[number];

/** Those that are to be changed. What is absent stays, and null clears. */
export type ProfileChanges = { readonly [Field in ProfileField]?: Profile[Field] | undefined };

/** The same, read: only what differs from what the account has. */
export interface ReadChanges {
  readonly kind: 'changes';
  readonly changes: ProfileChanges;
}

/** Reads a form and finds everything that is wrong with it, without asking the database. */
export function readProfileForm(form: ProfileChanges, user: User): ReadChanges | InvalidInput {
  const typed = trimmed(form);
  const problems = new FieldProblems();
  for (const field of ['firstName', 'lastName'] as const) {
    const name = typed[field];
    problems.add(field, name == null ? null : nameProblem(name));
  }
  problems.add('username', typed.username == null ? null : usernameProblem(typed.username));
  problems.add('locale', typed.locale == null ? null : localeProblem(typed.locale));
  if (problems.found) return problems.toOutcome();
  const read = typed.locale == null ? typed : { ...typed, locale: canonicalTag(typed.locale) };
  const differing = profileFields.filter((field) => read[field] !== undefined && read[field] !== user[field]);
  return { kind: 'changes', changes: Object.fromEntries(differing.map((field) => [field, read[field]])) };
}

function trimmed(form: ProfileChanges): ProfileChanges {
  const texts = (['firstName', 'lastName', 'username', 'locale'] as const).map((field) => [field, form[field]?.trim()]);
  return { ...form, ...Object.fromEntries(texts.filter(([, text]) => text !== undefined)) };
}

function localeProblem(tag: string) {
  const { maximum } = textLimits.LANGUAGE_TAG;
  if (tag.length > maximum) return tooLong(maximum);
  return canonicalTag(tag) === null ? invalidFormat('Enter a language tag such as en or es-419.') : null;
}

/** Whether the changes ask for a name that another account could have: upper and lower case do not matter. */
export function asksForUsername({ username }: ProfileChanges, user: User): boolean {
  return username != null && username.toLowerCase() !== user.username?.toLowerCase();
}
