import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { createAccounts } from '@phone-accounts/client';
import { accountsLink, possibleTypes, typePolicies } from '@phone-accounts/client/apollo';
import { createPasskeys } from '@phone-accounts/client/passkeys';

/** The address of the service, put in by the bundler. */
declare const ACCOUNTS_URL: string;

export const accounts = createAccounts({ url: ACCOUNTS_URL });
export const passkeys = createPasskeys(accounts);

export const apollo = new ApolloClient({
  link: accountsLink(accounts).concat(new HttpLink({ uri: ACCOUNTS_URL })),
  cache: new InMemoryCache({ possibleTypes, typePolicies }),
});
