import type { Accounts } from './accounts.js';
import { AccountsError } from './accounts-error.js';

/** A valid access token; null: nobody is signed in. @param refused the one that was refused */
export type TokenSource = (refused?: string) => Promise<string | null>;

/**
 * Access tokens for one operation, so that nothing that one user began is sent for another one.
 * @throws AccountsError SESSION_CHANGED
 */
export function tokensForOne(accounts: Accounts): TokenSource {
  const user = accounts.session?.user.id;
  return async (refused) => {
    const token = await accounts.accessToken(refused);
    const now = accounts.session?.user.id;
    if (!user || !now || now === user) return token;
    throw new AccountsError('SESSION_CHANGED', { message: 'Another user has signed in.' });
  };
}
