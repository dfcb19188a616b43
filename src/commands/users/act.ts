import { type ActServices, createActs } from '../../admin/acts/acts.js';
import { actingAtTheMachine } from '../../admin/acts/acting.js';
import type { InvalidInput } from '../../platform/field-problems.js';
import { CommandError } from '../../platform/startup-error.js';
import type { User } from '../../users/user.js';
import { jsonOf, lineOf } from './tell-user.js';
import type { Told, WordCall } from './word.js';

/** What the services of administrators answer, at the machine. */
type Outcome = { readonly kind: string } | InvalidInput;

/** The services of administrators, for a command. */
export function actsOf(
  call: Pick<WordCall, 'db' | 'clock'>,
): ActServices & { readonly acting: typeof actingAtTheMachine } {
  return { ...createActs(call), acting: actingAtTheMachine };
}

/** @throws CommandError that says why it was not done */
export function done<Done extends Outcome>(outcome: Done): Extract<Done, { readonly kind: 'done' }> {
  if (outcome.kind === 'done') return outcome as Extract<Done, { readonly kind: 'done' }>;
  if (outcome.kind === 'invalid_input') throw new CommandError(problemsOf(outcome as InvalidInput));
  throw new CommandError('the account is gone, or has just changed. Look at it again: npm run users -- show NUMBER|ID');
}

/** One line for each problem. Who types a command knows which field is meant. */
function problemsOf({ fields }: InvalidInput): string {
  return fields.map(({ field, message }) => (field === 'reason' ? `--reason: ${message}` : message)).join('\n');
}

/** What was done, and the account as it is now. */
export function told(what: string, user: User): Told {
  return { text: `${what}\n${lineOf(user)}`, json: jsonOf(user) };
}

export function sessionsInWords(count: number): string {
  return count === 1 ? 'One session has ended.' : `${count} sessions have ended.`;
}

/** @throws CommandError where the option is missing */
export function required(value: string | boolean | undefined, what: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw new CommandError(`${what} is missing.`);
  return value;
}
