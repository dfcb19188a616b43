import { constraintOf } from '../database/database-errors.js';

const NAMES = { users_email: 'email', users_username: 'username', users_proved_phone_number: 'phoneNumber' } as const;

export type TakenName = (typeof NAMES)[keyof typeof NAMES];

/** Which identifier of an account a statement could not write, because another account was quicker; null: none. */
export function nameTakenBy(error: unknown): TakenName | null {
  const constraint = constraintOf(error);
  return Object.entries(NAMES).find(([name]) => name === constraint)?.[1] ?? null;
}
