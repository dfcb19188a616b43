import {
  buildASTSchema,
  type ConstDirectiveNode,
  GraphQLSchema,
  isObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  printSchema,
  visit,
} from 'graphql';
import { isOutsideSupergraph } from './outside-supergraph.js';

/** The first version of Federation 2 has all that is used here, and every gateway knows it. */
const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"])';

/** Directives of Federation by the names of object types. */
export type TypeDirectives = Readonly<Record<string, '@shareable' | `@key(fields: "${string}")`>>;

const printed = new WeakMap<GraphQLSchema, string>();

/** What other subgraphs and gateways get to know of the schema: all but what stays outside supergraphs. It is made once. */
export function subgraphSdl(schema: GraphQLSchema, directives: TypeDirectives): string {
  const sdl = printed.get(schema) ?? printSubgraph(schema, directives);
  printed.set(schema, sdl);
  return sdl;
}

function printSubgraph(schema: GraphQLSchema, directives: TypeDirectives): string {
  const kept = visit(parse(printSchema(schema), { noLocation: true }), {
    ObjectTypeDefinition: (type) => ({ ...type, fields: fieldsInside(type, schema) }),
  });
  const { description, query, mutation } = buildASTSchema(kept).toConfig();
  // Types that only the other fields use go with them.
  const reachable = new GraphQLSchema({ description, query, mutation });
  const linked = visit(parse(printSchema(reachable), { noLocation: true }), {
    ObjectTypeDefinition: (type) => ({ ...type, directives: parsed(directives[type.name.value]) }),
  });
  return `${LINK}\n\n${print(linked)}\n`;
}

function fieldsInside({ name, fields = [] }: ObjectTypeDefinitionNode, schema: GraphQLSchema) {
  const type = schema.getType(name.value);
  const definitions = isObjectType(type) ? type.getFields() : {};
  return fields.filter((field) => {
    const definition = definitions[field.name.value];
    // Gateways add the fields of the protocol themselves.
    return definition && !definition.name.startsWith('_') && !isOutsideSupergraph(definition);
  });
}

function parsed(text: string | undefined): readonly ConstDirectiveNode[] {
  if (text === undefined) return [];
  const [definition] = parse(`type T ${text}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? (definition.directives ?? []) : [];
}
