import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from '../request-context.js';

/**
 * A second lock for PERSISTED_DOCUMENTS=only. Known documents are parsed already, so a text that Apollo Server wants to parse
 * came past the check of requests (http/persisted-request.ts). That is a fault of ours, and nothing runs.
 */
export function knownDocumentsOnly(): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async ({ contextValue: { client } }) => {
      if (client.throughGateway) return;
      return {
        async parsingDidStart() {
          throw new Error('A document that is in no manifest was about to run.');
        },
      };
    },
  };
}
