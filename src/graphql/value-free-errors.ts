import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerValidationErrorCode } from '@apollo/server/errors';
import { GraphQLError, Kind } from 'graphql';
import type { FaultyRequest } from './expected-type.js';
import { literalFault } from './literal-fault.js';
import { syntaxFault } from './syntax-fault.js';
import { variableFault } from './variable-fault.js';

const LITERALS: ReadonlySet<Kind> = new Set([
  ...[Kind.INT, Kind.FLOAT, Kind.STRING, Kind.BOOLEAN, Kind.NULL, Kind.ENUM, Kind.LIST, Kind.OBJECT],
  Kind.OBJECT_FIELD,
]);

const HIDDEN = 'Introspection is off here. The operator of the service can turn it on (INTROSPECTION=on).';

/**
 * graphql-js quotes the values of the client in its messages, and a value can be a password. This plugin replaces these
 * messages before anything shows or logs them. The new ones say the place and the expected type, in words that come
 * from the schema only. Names in the document (fields, arguments, fragments) are no values and stay.
 */
export function valueFreeErrors({ listed }: Pick<FaultyRequest, 'listed'>): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      didEncounterErrors: async ({ errors, schema, document }) => {
        const request = { schema, document, listed };
        for (const error of errors) error.message = withoutValues(error, request);
      },
    }),
  };
}

/**
 * The code of an error about the document or its variables, or null. What a scalar throws when it reads a value is such
 * an error, too, whatever it throws.
 */
export function clientFaultCode(error: unknown): string | null {
  if (!(error instanceof GraphQLError)) return null;
  const { nodes, extensions } = error;
  const { code } = extensions;
  if (code === 'GRAPHQL_PARSE_FAILED' || code === 'GRAPHQL_VALIDATION_FAILED') return code;
  return nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION ? 'BAD_USER_INPUT' : null;
}

function withoutValues(error: GraphQLError, request: FaultyRequest): string {
  const { message, nodes } = error;
  const { code, limit } = error.extensions;
  if (code === 'GRAPHQL_PARSE_FAILED') return syntaxFault(message);
  if (code === 'OPERATION_RESOLUTION_FAILURE') return operationFault(message);
  const [node] = nodes ?? [];
  if (node?.kind === Kind.VARIABLE_DEFINITION) return variableFault(error, node, request);
  if (node && LITERALS.has(node.kind)) return literalFault(message, node, request);
  if (error.extensions['validationErrorCode'] === ApolloServerValidationErrorCode.INTROSPECTION_DISABLED) return HIDDEN;
  if (code !== 'GRAPHQL_VALIDATION_FAILED' || limit !== undefined) return message;
  if (message.startsWith('Too many validation errors')) return 'The document has more faults than are listed here.';
  if (message.startsWith('There can be only one input field named ')) return 'An input field may be given only once.';
  const explained = node !== undefined || error.extensions['validationErrorCode'] !== undefined;
  return explained ? message : 'A value in the document does not have the expected type.';
}

/** The name of the operation comes beside the document, as variables do. */
function operationFault(message: string): string {
  const unknown = message.startsWith('Unknown operation named ');
  return unknown ? 'The document has no operation of the name in "operationName".' : message;
}
