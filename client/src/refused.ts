import type { GraphqlError } from './accounts-error.js';

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly Pick<GraphqlError, 'extensions'>[] | undefined;
}

/**
 * Whether a service says that the access token is not valid (any more), and the operation may be sent again. A mutation
 * may not where one of its fields has succeeded: it would be carried out twice.
 */
export function isUnauthenticated({ data, errors }: Answer, mutation: boolean): boolean {
  if (mutation && Object.values(data ?? {}).some((value) => value !== null)) return false;
  return !!errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
}
