import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { GraphQLError, Kind, type SelectionSetNode, type ValidationContext, type ValidationRule } from 'graphql';
import { type DocumentLimitName, documentLimitError, documentLimits } from './document-limits.js';

/** These rules run after the standard ones: fields exist, and fragments do not contain themselves. */
export const documentRules: readonly ValidationRule[] = [
  // Fragments do not make an answer deeper. A standard rule limits introspection.
  maxDepthRule({ ...refuseWith('DEPTH'), flattenFragments: true, ignoreIntrospection: true }) as ValidationRule,
  maxAliasesRule(refuseWith('ALIASES')) as ValidationRule,
  maxDirectivesRule(refuseWith('DIRECTIVES')) as ValidationRule,
  rootFieldsRule,
  operationsRule,
];

/** The libraries would throw, and the status would be 500. With this they report an error. */
function refuseWith(limit: DocumentLimitName) {
  return {
    n: documentLimits[limit].maximum,
    propagateOnRejection: false,
    onReject: [(context: ValidationContext | null) => context?.reportError(documentLimitError(limit))],
  };
}

/** The standard rules let a subscription pass where the schema has none. Execution would then fail by a fault of ours. */
function operationsRule(context: ValidationContext): ReturnType<ValidationRule> {
  return {
    OperationDefinition(node) {
      const { operation } = node;
      if (context.getSchema().getRootType(operation)) return;
      context.reportError(new GraphQLError(`The schema has no type for a ${operation}.`, { nodes: node }));
    },
  };
}

/**
 * One mutation per document: a hundred aliases of `verifyOtp` would be a hundred guesses in one request.
 */
function rootFieldsRule(context: ValidationContext): ReturnType<ValidationRule> {
  return {
    OperationDefinition({ operation, selectionSet }) {
      const limit = operation === 'mutation' ? 'MUTATION_FIELDS' : 'QUERY_FIELDS';
      const fields = responseKeys(selectionSet, context);
      if (fields.size > documentLimits[limit].maximum) context.reportError(documentLimitError(limit));
    },
  };
}

/** The fields at the root, with those of fragments. @skip and @include are ignored; equal response keys count once. */
function responseKeys(set: SelectionSetNode, context: ValidationContext, seen = new Set<string>()): Set<string> {
  const keys = new Set<string>();
  const include = (inner: SelectionSetNode | undefined) => {
    if (inner) for (const key of responseKeys(inner, context, seen)) keys.add(key);
  };
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) include(selection.selectionSet);
    else if (selection.kind === Kind.FIELD) {
      if (selection.name.value !== '__typename') keys.add((selection.alias ?? selection.name).value);
    } else if (!seen.has(selection.name.value)) {
      seen.add(selection.name.value);
      include(context.getFragment(selection.name.value)?.selectionSet);
    }
  }
  return keys;
}
