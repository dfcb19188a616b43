import {
  buildSchema,
  getNamedType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

const HEAD = '// Made from schema.graphql by npm run generate, for the caches of Apollo Client and urql.\n';

/** What normalizing caches must know of the schema. */
export function clientCache(sdl: string): string {
  const schema = buildSchema(sdl);
  const withoutId = objectTypes(schema).filter((type) => !isRoot(schema, type) && !type.getFields()['id']);
  const held = heldAlone(schema);
  return [
    HEAD,
    '/** Every failure that a user can act on. */',
    `export type UserErrorName =\n${namesOf(
      schema.getPossibleTypes(schema.getType('UserError') as GraphQLInterfaceType),
    )
      .map((name) => `  | '${name}'`)
      .join('\n')};\n`,
    '/** The types that an interface or a union stands for. */',
    'export const possibleTypes: Record<string, string[]> = {',
    ...possibleTypes(schema).map(([name, types]) => `  ${name}: ${list(types)},`),
    '};\n',
    '/** Objects without an id. Caches keep them as a part of what holds them. */',
    `export const withoutId: readonly string[] = ${list(namesOf(withoutId))};\n`,
    '/** Those of them that queries answer with outside of lists: fields that were loaded apart belong together. */',
    `export const withoutIdAlone: readonly string[] = ${list(namesOf(withoutId.filter((type) => held.has(type))))};\n`,
  ].join('\n');
}

const list = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`;

function possibleTypes(schema: GraphQLSchema): (readonly [name: string, types: string[]])[] {
  const abstract = Object.values(schema.getTypeMap()).filter((type) => isAbstractType(type));
  return abstract.map((type) => [type.name, namesOf(schema.getPossibleTypes(type))] as const);
}

function objectTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__'),
  ) as never;
}

const isRoot = (schema: GraphQLSchema, type: GraphQLObjectType) =>
  type === schema.getQueryType() || type === schema.getMutationType();

const namesOf = (types: readonly GraphQLObjectType[]) => types.map(({ name }) => name).sort();

/** Objects that a field can hold that queries lead to, apart from items of lists. */
function heldAlone(schema: GraphQLSchema): ReadonlySet<GraphQLObjectType> {
  const [reached, alone] = [new Set<GraphQLObjectType>(), new Set<GraphQLObjectType>()];
  const follow = (type: GraphQLObjectType) => {
    if (reached.has(type)) return;
    reached.add(type);
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      if (!isObjectType(named)) continue;
      if (!isListType(isNonNullType(field.type) ? field.type.ofType : field.type)) alone.add(named);
      follow(named);
    }
  };
  follow(schema.getQueryType() as GraphQLObjectType);
  return alone;
}
