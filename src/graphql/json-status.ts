import type { ApolloServerPlugin } from '@apollo/server';
import Negotiator from 'negotiator';

const NEW_TYPE = 'application/graphql-response+json';
/** Errors about the document and its variables. */
const CODES: ReadonlySet<unknown> = new Set([
  ...['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE', 'BAD_USER_INPUT'],
]);

/**
 * Answers with HTTP 200 where a document cannot run and the client accepts `application/json` only. With that type, a
 * client must read the body whatever happened (GraphQL over HTTP, section 6.4.1). Clients that accept the newer type, or
 * every type, get 400.
 */
export function jsonStatus(): ApolloServerPlugin {
  return {
    requestDidStart: async ({ request: { http } }) => {
      const accept = http?.headers.get('accept');
      if (accept === undefined || acceptsNewType(accept)) return;
      return {
        async willSendResponse({ response }) {
          const { body } = response;
          if (body.kind !== 'single' || response.http.status !== 400) return;
          const { errors = [] } = body.singleResult;
          if (errors.every(({ extensions }) => CODES.has(extensions?.['code']))) response.http.status = 200;
        },
      };
    },
  };
}

function acceptsNewType(accept: string): boolean {
  return new Negotiator({ headers: { accept } }).mediaType([NEW_TYPE]) !== undefined;
}
