import { limits } from './limits/limits.js';
import type { Spending } from './rate-budget.js';

/**
 * What an account spends when it asks for a username: the answer says whether another account has it. Without a limit, one
 * account could ask which usernames of a long list exist.
 */
export function usernameBudget(userId: string): Spending {
  const { window, size } = limits.usernamesPerAccount;
  return { key: `usernames:account:${userId}:${window}`, window, max: size.fixed };
}
