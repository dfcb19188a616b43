import { FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import { UNKNOWN_CITY, USERNAME_TAKEN } from '../../users/profile-rules.js';

/** What the database says of a profile that is asked for. */
export interface ProfileFacts {
  /** Whether the account had a question about a username left, and spent it. True where it asks for none. */
  readonly paid: boolean;
  /** When it has one again; null: now. */
  readonly retryAt: Date | null;
  /** Whether an account that reserves its names has the username, and is another one. */
  readonly usernameTaken: boolean;
  readonly cityUnknown: boolean;
}

export type ProfileDecision =
  | { readonly kind: 'write' }
  | InvalidInput
  /** Nothing is told about the username. */
  | { readonly kind: 'too_many_usernames'; readonly retryAt: Date | null };

export function decideProfile({ paid, retryAt, usernameTaken, cityUnknown }: ProfileFacts): ProfileDecision {
  if (!paid) return { kind: 'too_many_usernames', retryAt };
  const problems = new FieldProblems();
  if (usernameTaken) problems.add('username', USERNAME_TAKEN);
  if (cityUnknown) problems.add('locationId', UNKNOWN_CITY);
  return problems.found ? problems.toOutcome() : { kind: 'write' };
}
