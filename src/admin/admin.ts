import type { Database } from '../database/database.js';
import type { Chore } from '../platform/chore.js';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';

export interface AdminParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Admin {
  /** What the resolvers of this room call, each from its folder. */
  readonly services: object;
  readonly chores: readonly Chore[];
}

/** What administrators, and those who help users, ask and do. Each folder is one subject. */
export function createAdmin(_parts: AdminParts): Admin {
  return { services: {}, chores: [] };
}
