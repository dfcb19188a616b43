import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { RequestContext } from './request-context.js';
import { rootFields } from './root-fields.js';

/** A name with six digits in a row may hold a code or a number. */
const NAME = /^(?!.*\d{6})\w{1,64}$/;

/** Notes what was asked for, and what came of it. Failures of result unions are noted where fields are called (FieldCalls). */
export function requestNotes(): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      async didResolveOperation({ document, operation, contextValue: { notes } }) {
        if (!operation || !document) return;
        const name = operation.name?.value;
        if (name !== undefined && NAME.test(name)) notes.operation = name;
        notes.fields = fieldsOf(operation, document);
      },
      async willSendResponse({ response: { body }, contextValue: { notes } }) {
        if (body.kind !== 'single') return;
        const [error] = body.singleResult.errors ?? [];
        notes.outcome ??= error ? String(error.extensions?.['code']) : 'ok';
      },
    }),
  };
}

/** They are names of the schema: the document is valid. A document has a few of them (document-limits.ts). */
function fieldsOf(operation: OperationDefinitionNode, document: DocumentNode): string {
  return [...new Set(rootFields(operation.selectionSet, document))].join(',');
}
