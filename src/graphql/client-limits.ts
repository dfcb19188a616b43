import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, type GraphQLError, validate } from 'graphql';
import { asForClients } from './document-limits.js';
import { senderRules } from './document-rules.js';
import type { RequestContext } from './request-context.js';

/**
 * Refuses what only trusted gateways may send. Validation lets it pass, because Apollo keeps a valid document: what it
 * kept for a gateway, any client could send. Where validation refuses a document of a client, the answer names the maximum of clients.
 */
export function clientLimits(): ApolloServerPlugin<RequestContext> {
  const rules = senderRules('client');
  /** A document that is kept is looked at once. */
  const faults = new WeakMap<DocumentNode, GraphQLError | null>();
  return {
    requestDidStart: async ({ contextValue: { client } }) => {
      if (client.throughGateway) return;
      return {
        async didResolveOperation({ schema, document }) {
          if (!faults.has(document)) faults.set(document, validate(schema, document, rules)[0] ?? null);
          const fault = faults.get(document);
          if (fault) throw fault;
        },
        async willSendResponse({ response: { body } }) {
          if (body.kind !== 'single' || !body.singleResult.errors) return;
          body.singleResult.errors = body.singleResult.errors.map(asForClients);
        },
      };
    },
  };
}
