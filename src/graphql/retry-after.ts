import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { RequestContext } from './request-context.js';
import { rootSelections } from './root-fields.js';

/** Seconds, as a header: the database is tried again with each request. */
export const RETRY_AFTER = '1';

/** Errors that waiting mends, with their status where no field has an answer. The first that occurs counts. */
const STATUSES = { SERVICE_UNAVAILABLE: 503, RATE_LIMITED: 429 } as const;
type Code = keyof typeof STATUSES;
const CODES = Object.keys(STATUSES) as readonly Code[];

/**
 * Says in the header how long to wait after errors that waiting mends. Where no field has an answer, the status says it,
 * too: load balancers then take another process, and gateways and clients know that they may try again.
 */
export function retryAfter(): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      async willSendResponse(request) {
        const { body, http } = request.response;
        if (body.kind !== 'single') return;
        const waits = (body.singleResult.errors ?? []).flatMap((error) => waitOf(error) ?? []);
        const code = CODES.find((one) => waits.some((wait) => wait.code === one));
        if (code === undefined) return;
        http.headers.set('retry-after', String(Math.max(...waits.map(({ seconds }) => seconds))));
        if (!hasAnswer(body.singleResult, request)) http.status = STATUSES[code];
      },
    }),
  };
}

function waitOf({ extensions }: GraphQLFormattedError): { code: Code; seconds: number } | null {
  const code = CODES.find((one) => one === extensions?.['code']);
  if (code === undefined) return null;
  return { code, seconds: Number(extensions?.['retryAfterSeconds'] ?? RETRY_AFTER) };
}

/**
 * Whether a field has an answer: something, or null without an error. Gateways ask for `__typename` beside the fields. No
 * field of ours answers it.
 */
function hasAnswer(
  { data, errors = [] }: FormattedExecutionResult,
  { operation, document }: GraphQLRequestContext<RequestContext>,
): boolean {
  const fields = operation && document ? rootSelections(operation.selectionSet, document) : [];
  const none = new Set(fields.filter(({ name }) => name === '__typename').map(({ key }) => key));
  const failed = new Set(errors.map(({ path }) => path?.[0]));
  return Object.entries(data ?? {}).some(([key, answer]) => !none.has(key) && (answer !== null || !failed.has(key)));
}
