import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoDeprecatedCustomRule,
  NoSchemaIntrospectionCustomRule,
  parse,
  type SelectionSetNode,
  specifiedRules,
  validate,
} from 'graphql';
import { documentLimitError, documentLimits } from '../document-limits.js';
import { documentRules } from '../document-rules.js';

/** What documents are checked against. */
export interface CheckedAgainst {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
}

export type DocumentCheck =
  | { readonly kind: 'valid'; readonly document: DocumentNode; readonly deprecations: readonly string[] }
  | { readonly kind: 'invalid'; readonly problem: string };

/**
 * Checks a document of the operator as Apollo Server checks those of clients, but for TOKENS: that limit is about the time
 * that parsing and validation take, and both happen only once, here. All other limits hold. One mutation per request also
 * protects against guesses.
 */
export function checkDocument(text: string, { schema, introspection }: CheckedAgainst): DocumentCheck {
  const document = parsed(text);
  if (document instanceof GraphQLError) return { kind: 'invalid', problem: document.message };
  const rules = [
    ...specifiedRules,
    ...documentRules('client'),
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  const [error] = validate(schema, document, rules);
  // Fragments contain no circle only where there is no error.
  const fault = error ?? selectionsFault(document);
  if (fault) return { kind: 'invalid', problem: fault.message };
  const deprecations = validate(schema, document, [NoDeprecatedCustomRule]).map(({ message }) => message);
  return { kind: 'valid', document, deprecations };
}

/** Without places in the text, which take most of the memory of a document. The client does not have this text. */
function parsed(text: string): DocumentNode | GraphQLError {
  try {
    return parse(text, { noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** Apollo Server does not export its rule for SELECTIONS. */
function selectionsFault({ definitions }: DocumentNode): GraphQLError | null {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const count = selectionCounter(new Map(fragments.map((fragment) => [fragment.name.value, fragment])));
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const tooMany = operations.some(({ selectionSet }) => count(selectionSet) > documentLimits.SELECTIONS.maximum);
  return tooMany ? documentLimitError('SELECTIONS') : null;
}

function selectionCounter(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const counted = new Map<string, number>();
  const countFragment = (name: string): number => {
    const known = counted.get(name) ?? count(fragments.get(name)?.selectionSet);
    counted.set(name, known);
    return known;
  };
  const count = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce(
      (sum, selection) =>
        sum +
        1 +
        (selection.kind === Kind.FRAGMENT_SPREAD ? countFragment(selection.name.value) : count(selection.selectionSet)),
      0,
    );
  return count;
}
