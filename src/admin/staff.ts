import type { Role } from '../users/user.table.js';

/** What somebody with a role is allowed: SUPPORT reads and helps, ADMIN does everything. */
export type StaffRole = Exclude<Role, 'USER'>;

/** Whether a role may do what asks for at least `least`. */
export function mayActAs(role: Role, least: StaffRole): boolean {
  return role === 'ADMIN' || role === least;
}

/** SUPPORT touches no account that has a role itself. */
export function mayTouch(actor: Role, account: Role): boolean {
  return actor === 'ADMIN' || (actor === 'SUPPORT' && account === 'USER');
}
