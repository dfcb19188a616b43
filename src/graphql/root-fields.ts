import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

interface RootField {
  readonly name: string;
  /** Its name in the answer. */
  readonly key: string;
}

/** The names of the fields of an operation, with those of fragments, and whatever @skip and @include say. */
export function rootFields(set: SelectionSetNode, document: DocumentNode): string[] {
  return rootSelections(set, document).map(({ name }) => name);
}

/** The same fields with their names in the answer. */
export function rootSelections(set: SelectionSetNode, document: DocumentNode): RootField[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) {
      const { name, alias } = selection;
      return [{ name: name.value, key: (alias ?? name).value }];
    }
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragment(selection.name.value, document);
    return inner ? rootSelections(inner.selectionSet, document) : [];
  });
}

function fragment(name: string, { definitions }: DocumentNode): FragmentDefinitionNode | undefined {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return fragments.find((definition) => definition.name.value === name);
}
