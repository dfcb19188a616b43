import { type ApolloClient, ApolloLink } from '@apollo/client';
import { catchError, defer, map, type Observable, of, switchMap, throwError } from 'rxjs';
import type { Accounts } from './accounts.js';
import { isUnauthenticated } from './refused.js';
import { possibleTypes, withoutIdAlone } from './schema-cache.js';
import { tokensForOne } from './tokens-for-one.js';

export { possibleTypes };

/** For `InMemoryCache`: what queries ask of the same object without an id is kept together. */
export const typePolicies = /* @__PURE__ */ policies();

function policies(): Record<string, { readonly merge: true }> {
  return Object.fromEntries(withoutIdAlone.map((name) => [name, { merge: true }]));
}

type Result = ApolloLink.Result;

/**
 * Sends the access token with every operation: refreshed before it ends, or once after it was refused. When another user
 * signs in or out, the store of the client begins anew, so that nobody sees what was loaded for somebody else.
 *
 * Put it before the link that sends, and only before links to your own services: they get the token.
 */
export function accountsLink(accounts: Accounts): ApolloLink {
  const followed = new WeakSet<ApolloClient>();
  return new ApolloLink((operation, forward) => {
    const { client } = operation;
    if (!followed.has(client)) {
      followed.add(client);
      beginAnewForOthers(accounts, client);
    }
    const tokens = tokensForOne(accounts);
    const send = (token: string | null): Observable<Result> => {
      operation.setContext(({ headers }) => ({ headers: { ...headers, ...authorization(token) } }));
      return forward(operation);
    };
    return defer(() => tokens()).pipe(
      switchMap((token) => {
        if (!token) return send(null);
        const sendAgain = (answer: Observable<Result>) =>
          defer(() => tokens(token)).pipe(switchMap((next) => (next ? send(next) : answer)));
        return send(token).pipe(
          answers(operation.operationType === 'mutation'),
          switchMap(({ answer, refused }) => (refused ? sendAgain(answer) : answer)),
        );
      }),
    );
  });
}

interface Answer {
  readonly answer: Observable<Result>;
  readonly refused: boolean;
}

/** Results and failures alike, with whether they say that the access token is not valid. */
function answers(mutation: boolean): (results: Observable<Result>) => Observable<Answer> {
  return (results) =>
    results.pipe(
      map((result) => ({ answer: of(result), refused: 'errors' in result && isUnauthenticated(result, mutation) })),
      catchError((error: unknown) => of({ answer: throwError(() => error), refused: isStatus401(error) })),
    );
}

const authorization = (token: string | null) => token && { authorization: `Bearer ${token}` };

/** Of a gateway that checks tokens itself, for example. */
const isStatus401 = (error: unknown) => (error as { readonly statusCode?: number } | null)?.statusCode === 401;

function beginAnewForOthers(accounts: Accounts, client: ApolloClient): void {
  let known = accounts.session;
  accounts.subscribe((session) => {
    const isOther = known !== undefined && known?.user.id !== session?.user.id;
    known = session;
    // Queries that fail say so themselves.
    if (isOther) client.resetStore().catch(() => {});
  });
}
