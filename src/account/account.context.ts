import type { CallerContext } from '../sessions/session.context.js';
import type { Account, AccountLoaders } from './account.js';

/** What the resolvers of this room need. */
export interface AccountContext extends CallerContext {
  readonly services: Account['services'];
  readonly loaders: AccountLoaders;
}
