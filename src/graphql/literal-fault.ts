import {
  type ASTNode,
  type GraphQLInputType,
  isInputObjectType,
  Kind,
  getNamedType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { expected, type FaultyRequest, unknownField } from './expected-type.js';

/** Messages of graphql-js that hold names of the schema only. */
const SAFE = [
  /^Field "\w+\.\w+" of required type "[\w[\]!]+" was not provided\.$/,
  /^OneOf Input Object "\w+" must specify exactly one key\.$/,
];

/** The message about a value that is written in the document, without the value. */
export function literalFault(message: string, node: ASTNode, request: FaultyRequest): string {
  const { listed } = request;
  const place = placeOf(node, request);
  const at = `Invalid value${place?.path ? ` at "${place.path}"` : ''}: `;
  if (SAFE.some((pattern) => pattern.test(message))) return at + message;
  const parent = getNamedType(place?.parent);
  const unknown = node.kind === Kind.OBJECT_FIELD && isInputObjectType(parent);
  return at + (unknown ? unknownField(parent, listed) : expected(place?.type, listed));
}

interface Place {
  /** The argument and the input fields that lead to the value, such as `input.phoneNumber`. */
  readonly path: string;
  readonly type: GraphQLInputType | null | undefined;
  /** The input object of an input field. */
  readonly parent: GraphQLInputType | null | undefined;
}

/** A request can have a hundred faults, so its document is walked through once. */
const placesOf = new WeakMap<FaultyRequest, ReadonlyMap<ASTNode, Place>>();

function placeOf(node: ASTNode, request: FaultyRequest): Place | undefined {
  const places = placesOf.get(request) ?? findPlaces(request);
  placesOf.set(request, places);
  return places.get(node);
}

function findPlaces({ schema, document }: FaultyRequest): ReadonlyMap<ASTNode, Place> {
  const places = new Map<ASTNode, Place>();
  if (!document) return places;
  const info = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(info, {
    enter(node, _key, above, _path, ancestors) {
      const [type, parent] = [info.getInputType(), info.getParentInputType()];
      // The keys inside a scalar such as JSON are values of the client.
      const known = type || isInputObjectType(getNamedType(parent));
      if (known) places.set(node, { path: pathOf([...ancestors, above ?? []]), type, parent });
    },
  });
  visit(document, visitor);
  return places;
}

/** Between the ancestors are the lists that hold them, with their siblings. */
function pathOf(ancestors: readonly (ASTNode | readonly ASTNode[])[]): string {
  const names = ancestors.flatMap((node) => {
    if (!('kind' in node)) return [];
    if (node.kind === Kind.VARIABLE_DEFINITION) return [`$${node.variable.name.value}`];
    return node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD ? [node.name.value] : [];
  });
  return names.join('.');
}
