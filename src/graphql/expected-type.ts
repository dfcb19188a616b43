import {
  type DocumentNode,
  getNamedType,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  type GraphQLType,
  isEnumType,
} from 'graphql';

/** What the message about a fault is made from. */
export interface FaultyRequest {
  readonly schema: GraphQLSchema;
  /** Undefined: the document could not be parsed. */
  readonly document?: DocumentNode | undefined;
  /** Whether the message lists the fields or values that the schema has. */
  readonly listed: boolean;
}

/** Says which type belongs in a place. `listed`: with the values of an enum. */
export function expected(type: GraphQLType | null | undefined, listed: boolean): string {
  if (!type) return 'it does not have the expected type.';
  const named = getNamedType(type);
  const values = listed && isEnumType(named) ? ` Its values: ${named.getValues().map(nameOf).join(', ')}.` : '';
  return `expected type "${type}".${values}`;
}

/** Says that an input object has an unknown field. Its name came with the values, so it is not repeated. */
export function unknownField(type: GraphQLInputObjectType, listed: boolean): string {
  const fields = listed ? ` Its fields: ${Object.values(type.getFields()).map(nameOf).join(', ')}.` : '';
  return `there is a field that type "${type.name}" does not have.${fields}`;
}

function nameOf({ name }: { name: string }): string {
  return name;
}
