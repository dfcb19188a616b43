import type { ApolloServerPlugin } from '@apollo/server';

/** Seconds, as a header: the database is tried again with each request. */
export const RETRY_AFTER = '1';

/**
 * Answers with HTTP 503 where the database is away or full and no field has an answer. Load balancers then take another
 * process, and clients know that they may try again.
 */
export function unavailableAnswers(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response: { body, http } }) {
          if (body.kind !== 'single') return;
          const { data, errors = [] } = body.singleResult;
          if (!errors.some(({ extensions }) => extensions?.['code'] === 'SERVICE_UNAVAILABLE')) return;
          if (Object.values(data ?? {}).some((answer) => answer !== null)) return;
          http.status = 503;
          http.headers.set('retry-after', RETRY_AFTER);
        },
      };
    },
  };
}
