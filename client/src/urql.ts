import { type Exchange, makeErrorResult, makeOperation, type Operation, type OperationResult } from '@urql/core';
import { filter, fromPromise, fromValue, makeSubject, merge, mergeMap, pipe, share, takeUntil } from 'wonka';
import type { Accounts } from './accounts.js';
import { isUnauthenticated } from './refused.js';
import { possibleTypes, withoutId } from './schema-cache.js';
import { type TokenSource, tokensForOne } from './tokens-for-one.js';

export { possibleTypes };

/** For `cacheExchange` of Graphcache: objects without an id belong to what holds them. */
export const keys = /* @__PURE__ */ noKeys();

function noKeys(): Record<string, () => null> {
  return Object.fromEntries(withoutId.map((name) => [name, () => null]));
}

/** What an operation has with it on its way. */
interface Attempt {
  readonly token: string | null;
  readonly tokens: TokenSource;
  /** Whether it was sent a second time. */
  readonly again: boolean;
}

const ATTEMPT = 'phoneAccounts';

/**
 * Sends the access token with every operation: refreshed before it ends, or once after it was refused. Put it after the
 * cache and before `fetchExchange`, in a client of your own services only: they get the token.
 */
export function accountsExchange(accounts: Accounts): Exchange {
  return ({ forward }) =>
    (source) => {
      const operations = share(source);
      const [again, failures] = [makeSubject<OperationResult>(), makeSubject<OperationResult>()];
      /** With a token, unless nobody waits for the result any more. */
      const authorize = (operation: Operation, refused: Attempt | null = null) => {
        const ended = filter(({ kind, key }: Operation) => kind === 'teardown' && key === operation.key)(operations);
        const authorized = withToken(accounts, operation, refused).catch((error: Error) => {
          failures.next(makeErrorResult(operation, error));
          return null;
        });
        return pipe(
          fromPromise(authorized),
          takeUntil(ended),
          filter((each) => each !== null),
        );
      };
      const first = mergeMap((each: Operation) => (each.kind === 'teardown' ? fromValue(each) : authorize(each)));
      const second = mergeMap(({ operation }: OperationResult) => authorize(operation, attemptOf(operation)));
      const results = pipe(
        merge([first(operations), second(again.source)]),
        forward,
        filter((result) => {
          const refused = isRefused(result);
          if (refused) again.next(result);
          return !refused;
        }),
      );
      return merge([results, failures.source]);
    };
}

async function withToken(accounts: Accounts, operation: Operation, refused: Attempt | null): Promise<Operation> {
  const tokens = refused?.tokens ?? tokensForOne(accounts);
  const token = await tokens(refused?.token ?? undefined);
  const { context } = operation;
  const options = typeof context.fetchOptions === 'function' ? context.fetchOptions() : context.fetchOptions;
  const headers = Object.fromEntries(new Headers(options?.headers));
  if (token) headers['authorization'] = `Bearer ${token}`;
  const attempt: Attempt = { token, tokens, again: refused !== null };
  return makeOperation(operation.kind, operation, {
    ...context,
    fetchOptions: { ...options, headers },
    // An answer to one user is of no use to a cache, and a service that guards against forged requests refuses GET.
    preferGetMethod: false,
    [ATTEMPT]: attempt,
  });
}

const attemptOf = ({ context }: Operation) => (context[ATTEMPT] as Attempt | undefined) ?? null;

/** Whether another token may help. */
function isRefused({ operation, data, error }: OperationResult): boolean {
  const attempt = attemptOf(operation);
  if (!attempt?.token || attempt.again || !error) return false;
  const answer = { data, errors: error.graphQLErrors as never };
  return error.response?.status === 401 || isUnauthenticated(answer, operation.kind === 'mutation');
}
