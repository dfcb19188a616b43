import type { ApolloServerPlugin } from '@apollo/server';

/**
 * A second lock for PERSISTED_DOCUMENTS=only. Known documents are parsed already, so a text that Apollo Server wants to parse
 * came past the check of requests (http/persisted-request.ts). That is a fault of ours, and nothing runs.
 */
export function knownDocumentsOnly(): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      async parsingDidStart() {
        throw new Error('A document that is in no manifest was about to run.');
      },
    }),
  };
}
