import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  print,
} from 'graphql';

/** Something in a schema that has a name of its own and takes a description. */
export interface SchemaPart {
  /** As the specification's schema coordinates: `User.id`, `Query.cities(first:)`, `Role.ADMIN`. */
  readonly coordinate: string;
  /** Of fields and arguments, the default included: `ID!`, `Int! = 20`. */
  readonly type?: string;
  readonly description: string | null | undefined;
}

/** Every type, field, argument, input field and enum value of a schema, except what GraphQL brings along. */
export function schemaParts(schema: GraphQLSchema): SchemaPart[] {
  return ownTypes(schema).flatMap((type) => [
    { coordinate: type.name, description: type.description },
    ...fieldsOf(type).flatMap((field) => [
      typed(`${type.name}.${field.name}`, field),
      ...argumentsOf(type.name, field),
    ]),
    ...(isInputObjectType(type) ? Object.values(type.getFields()) : []).map((field) =>
      typed(`${type.name}.${field.name}`, field),
    ),
    ...(isEnumType(type) ? type.getValues() : []).map(({ name, description }) => ({
      coordinate: `${type.name}.${name}`,
      description,
    })),
  ]);
}

/** Which type belongs to which union and interface: `RegisterResult includes RegisterSuccess`. */
export function memberships(schema: GraphQLSchema): string[] {
  return ownTypes(schema).flatMap((type) => {
    if (isUnionType(type)) return type.getTypes().map(({ name }) => `${type.name} includes ${name}`);
    if (isInterfaceType(type)) return schema.getPossibleTypes(type).map(({ name }) => `${type.name} includes ${name}`);
    return [];
  });
}

function ownTypes(schema: GraphQLSchema): GraphQLNamedType[] {
  const types = Object.values(schema.getTypeMap());
  return types.filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));
}

function fieldsOf(type: GraphQLNamedType): GraphQLField<unknown, unknown>[] {
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}

function argumentsOf(typeName: string, field: GraphQLField<unknown, unknown>): SchemaPart[] {
  return field.args.map((argument) => typed(`${typeName}.${field.name}(${argument.name}:)`, argument));
}

function typed(
  coordinate: string,
  part: GraphQLField<unknown, unknown> | GraphQLArgument | GraphQLInputField,
): SchemaPart {
  const standard = 'defaultValue' in part ? astFromValue(part.defaultValue, part.type) : null;
  const type = standard ? `${part.type} = ${print(standard)}` : String(part.type);
  return { coordinate, type, description: part.description };
}
