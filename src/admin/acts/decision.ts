import { type FieldProblem, FieldProblems, type InvalidInput } from '../../platform/field-problems.js';
import { UNKNOWN_CITY, USERNAME_TAKEN } from '../../users/profile-rules.js';
import type { User } from '../../users/user.js';
import type { Role } from '../../users/user.table.js';
import { mayTouch } from '../staff.js';

/** What the database says of the account that an act is on. */
export interface ActFacts {
  readonly user: User;
  /** Whether somebody else is an administrator who may sign in and stays. */
  readonly anotherAdministrator: boolean;
  readonly usernameTaken: boolean;
  readonly cityUnknown: boolean;
}

export type ActDecision =
  | { readonly kind: 'write'; readonly user: User }
  | { readonly kind: 'user_not_found' }
  /** Whoever has the role SUPPORT touches no account with a role. */
  | { readonly kind: 'forbidden' }
  | InvalidInput;

const LAST_ADMINISTRATOR: FieldProblem = {
  code: 'NOT_OFFERED',
  message: 'This is the only administrator who can sign in. Make somebody else one first.',
};
const UNVERIFIED_NUMBER: FieldProblem = {
  code: 'NOT_OFFERED',
  message: 'The account has not verified its phone number. Its owner signs in by code first.',
};
const ONE_PROOF_ONLY: FieldProblem = {
  code: 'NOT_OFFERED',
  message:
    'An account with a role opens by two proofs, and this one has only its number. Its owner sets a password or verifies an ' +
    'email address first.',
};

/** @param takesAway whether the act takes the account away from its owner: a lock, or the end. */
export function decideAct(
  facts: ActFacts | null,
  by: { readonly role: Role; readonly takesAway: boolean },
): ActDecision {
  if (!facts) return { kind: 'user_not_found' };
  const { user, anotherAdministrator } = facts;
  if (!mayTouch(by.role, user.role)) return { kind: 'forbidden' };
  const last = by.takesAway && user.role === 'ADMIN' && !anotherAdministrator;
  return last ? invalid('id', LAST_ADMINISTRATOR) : { kind: 'write', user };
}

/** Whether the account may have what an administrator gives it; `role`: the one that it is to have. */
export function decideUpdate(
  { user, anotherAdministrator, ...facts }: ActFacts,
  { role }: { readonly role: Role },
): { readonly kind: 'write' } | InvalidInput {
  const problems = new FieldProblems();
  if (facts.usernameTaken) problems.add('username', USERNAME_TAKEN);
  if (facts.cityUnknown) problems.add('locationId', UNKNOWN_CITY);
  if (role !== user.role) problems.add('role', roleProblem(user, { role, anotherAdministrator }));
  return problems.found ? problems.toOutcome() : { kind: 'write' };
}

/** What keeps an account from getting another role; null: nothing. */
function roleProblem(
  user: User,
  { role, anotherAdministrator }: { role: Role; anotherAdministrator: boolean },
): FieldProblem | null {
  if (user.role === 'ADMIN' && !anotherAdministrator) return LAST_ADMINISTRATOR;
  if (role === 'USER') return null;
  if (user.phoneVerifiedAt === null) return UNVERIFIED_NUMBER;
  return user.passwordHash === null && user.emailVerifiedAt === null ? ONE_PROOF_ONLY : null;
}

function invalid(field: string, problem: FieldProblem): InvalidInput {
  const problems = new FieldProblems();
  problems.add(field, problem);
  return problems.toOutcome();
}
