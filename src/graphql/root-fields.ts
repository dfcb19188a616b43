import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/** The names of the fields of an operation, with those of fragments, and whatever @skip and @include say. */
export function rootFields(set: SelectionSetNode, document: DocumentNode): string[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragment(selection.name.value, document);
    return inner ? rootFields(inner.selectionSet, document) : [];
  });
}

function fragment(name: string, { definitions }: DocumentNode): FragmentDefinitionNode | undefined {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return fragments.find((definition) => definition.name.value === name);
}
