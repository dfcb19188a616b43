import type { ApolloServerPlugin } from '@apollo/server';
import {
  BREAK,
  type DocumentNode,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
// Without `/cjs` it would load a second copy of graphql, which does not accept our schema.
import complexity from 'graphql-query-complexity/cjs';
import { documentLimitError, documentLimits } from './document-limits.js';

const { fieldExtensionsEstimator, getComplexity, simpleEstimator } = complexity;
const estimators = [fieldExtensionsEstimator(), simpleEstimator({ defaultComplexity: 1 })];

/**
 * Refuses an operation whose answer could be too large, before it runs. A field counts 1. A list multiplies the cost of
 * its fields (`complexity` at its resolver).
 */
export function documentCost(): ApolloServerPlugin {
  /** Null: it depends on the variables. The operations are those of the document store, and the costs go with them. */
  const costs = new WeakMap<OperationDefinitionNode, number | null>();
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, operation, request: { variables } }) {
          // Null: the document has no operation with that name, and execution refuses it.
          if (!operation || haveFaults(schema, operation, variables)) return;
          const known = costs.get(operation);
          const query = only(operation, document);
          const cost = known ?? costOf(() => getComplexity({ schema, query, estimators, variables: { ...variables } }));
          if (known === undefined) costs.set(operation, isFixed(operation, { schema, query }) ? cost : null);
          if (cost > documentLimits.COST.maximum) throw documentLimitError('COST');
        },
      };
    },
  };
}

/** Whether an operation costs the same with all variables: none of them multiplies, leaves out or spoils a field. */
function isFixed(
  { variableDefinitions = [] }: OperationDefinitionNode,
  { schema, query }: { schema: GraphQLSchema; query: DocumentNode },
): boolean {
  if (variableDefinitions.length === 0) return true;
  let varies = false;
  const stop = (found: boolean) => {
    varies ||= found;
    return found ? BREAK : undefined;
  };
  const types = new TypeInfo(schema);
  const visitor = {
    // It could be null, which is no argument where a default value is required.
    VariableDefinition: ({ type }: VariableDefinitionNode) => stop(type.kind !== Kind.NON_NULL_TYPE),
    Directive: () => stop(true),
    Field: () => stop(typeof types.getFieldDef()?.extensions['complexity'] === 'function'),
  };
  visit(query, visitWithTypeInfo(types, visitor));
  return !varies;
}

/** Faults of variables that one answer names. */
const MOST_FAULTS = 3;

/**
 * Whether the variables have faults. Execution then refuses the whole operation and names them, up to 50. graphql-js
 * describes each with the whole value, so 6,000 unknown fields take it half a second, and the library, which has no limit,
 * half a minute. So where there are many, the operation is refused here, and the first is named.
 */
function haveFaults(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Record<string, unknown> = {},
): boolean {
  const { errors = [] } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: MOST_FAULTS });
  const [first] = errors;
  // Its last error then says that there are more.
  if (first && errors.length > MOST_FAULTS) throw refusing(first);
  return first !== undefined;
}

/** It keeps its nodes and its reason, from which its message is made anew (value-free-errors.ts). */
function refusing(fault: GraphQLError): GraphQLError {
  return Object.assign(fault, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
}

function only(operation: OperationDefinitionNode, document: DocumentNode): DocumentNode {
  const definitions = document.definitions.filter(({ kind }) => kind !== Kind.OPERATION_DEFINITION);
  return { ...document, definitions: [operation, ...definitions] };
}

function costOf(count: () => number): number {
  try {
    return count();
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // One invalid argument. The other fields would run without being counted.
    const { message, nodes = null } = error;
    throw new GraphQLError(message, { nodes, extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
  }
}
