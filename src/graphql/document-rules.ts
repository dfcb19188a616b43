import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { GraphQLError, Kind, type SelectionSetNode, type ValidationContext, type ValidationRule } from 'graphql';
import { type DocumentLimitName, type DocumentSender, documentLimitError, maximumOf } from './document-limits.js';

/**
 * The limits on documents of a sender. These rules run after the standard ones: fields exist, and fragments do not
 * contain themselves.
 */
export function documentRules(sender: DocumentSender): ValidationRule[] {
  return [
    // Fragments do not make an answer deeper. A standard rule limits introspection.
    maxDepthRule({
      ...refuseWith('DEPTH', sender),
      flattenFragments: true,
      ignoreIntrospection: true,
    }) as ValidationRule,
    maxDirectivesRule(refuseWith('DIRECTIVES', sender)) as ValidationRule,
    duplicatesRule,
    operationsRule,
    ...senderRules(sender),
  ];
}

/** Those of the limits that differ between clients and trusted gateways. */
export function senderRules(sender: DocumentSender): ValidationRule[] {
  // The library would count no alias of `__typename`.
  const aliases = maxAliasesRule({ ...refuseWith('ALIASES', sender), allowList: [] });
  return [aliases as ValidationRule, rootFieldsRule(sender)];
}

/** The libraries would throw, and the status would be 500. With this they report an error. */
function refuseWith(limit: DocumentLimitName, sender: DocumentSender) {
  return {
    n: maximumOf(limit, sender),
    propagateOnRejection: false,
    onReject: [(context: ValidationContext | null) => context?.reportError(documentLimitError(limit, sender))],
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
function rootFieldsRule(sender: DocumentSender): ValidationRule {
  return (context) => ({
    OperationDefinition({ operation, selectionSet }) {
      const limit = operation === 'mutation' ? 'MUTATION_FIELDS' : 'QUERY_FIELDS';
      const fields = responseKeys(selectionSet, context);
      if (fields.size > maximumOf(limit, sender)) context.reportError(documentLimitError(limit, sender));
    },
  });
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

/** Copies of fields in the same braces. Fragments that repeat one another are counted by SELECTIONS. */
function duplicatesRule(context: ValidationContext): ReturnType<ValidationRule> {
  let duplicates = 0;
  return {
    SelectionSet({ selections }) {
      const keys = selections.flatMap((node) => (node.kind === Kind.FIELD ? [(node.alias ?? node.name).value] : []));
      duplicates += keys.length - new Set(keys).size;
    },
    Document: {
      leave() {
        if (duplicates > maximumOf('DUPLICATES')) context.reportError(documentLimitError('DUPLICATES'));
      },
    },
  };
}
