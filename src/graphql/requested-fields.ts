import {
  type FieldNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  Kind,
  type SelectionSetNode,
} from 'graphql';

type Request = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * The fields that are selected of a field's answer, by their names in the schema, with those of fragments. Type conditions
 * are not looked at, so for a union it is the fields of all members.
 */
export function requestedFields({ fieldNodes, ...request }: Request): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { selectionSet } of fieldNodes) if (selectionSet) collect(selectionSet, request, names);
  names.delete('__typename');
  return names;
}

function collect(set: SelectionSetNode, request: Omit<Request, 'fieldNodes'>, names: Set<string>): void {
  for (const selection of set.selections) {
    if (!isIncluded(selection, request)) continue;
    if (selection.kind === Kind.FIELD) {
      names.add(selection.name.value);
      continue;
    }
    const { selectionSet } =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : (request.fragments[selection.name.value] ?? {});
    if (selectionSet) collect(selectionSet, request, names);
  }
}

function isIncluded(node: Pick<FieldNode, 'directives'>, { variableValues }: Omit<Request, 'fieldNodes'>): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues);
  return skip?.['if'] !== true && include?.['if'] !== false;
}
